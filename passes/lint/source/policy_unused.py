"""VL005: a policy is used by no step."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, list_of, words_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    steps = [step for step in app.steps() if step.type == "deploy"]
    named = {name for step in steps for name in words_of(list_of(step.properties, "policies"))}
    for policy in app.policies() if steps else ():
        if policy.type in ("topology", "override") and policy.name not in named:
            yield app.finding(
                f"no step uses the policy `{policy.name}`", policy.origin.span(("name",))
            )


RULE = RuleSpec(
    "VL005",
    "policy-unused",
    "A policy is used by no step",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="The Application has a workflow whose steps name policies, and a topology or override is named by none.",
    why="It looks as if it did something.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: local, type: topology, properties: {clusters: [local]}}
  - {name: spare, type: topology, properties: {clusters: [far-1]}}
workflow:
  steps:
    - {name: go, type: deploy, properties: {policies: [local]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: local, type: topology, properties: {clusters: [local]}}
workflow:
  steps:
    - {name: go, type: deploy, properties: {policies: [local]}}
""",
    fix="Name it in a step, or remove it.",
    check=check,
)
