"""VL018: a policy has no name."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, with_first_key


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for policy in app.policies():
        if not data_of(policy.origin).get("name"):
            # The name that it has anyway.
            fix = with_first_key(policy.origin, "name", policy.name)
            text = f"a policy of type `{policy.type}` has no name"
            yield app.finding(text, policy.origin.span(), fix=fix)


RULE = RuleSpec(
    "VL018",
    "policy-unnamed",
    "A policy has no name",
    "application",
    Severity.NOTE,
    ("strict",),
    what="A policy has no `name`.",
    why="It gets one with its number, which changes when a policy is put before it.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {type: topology, properties: {clusters: [local]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: here, type: topology, properties: {clusters: [local]}}
""",
    fix="Name it.",
    check=check,
)
