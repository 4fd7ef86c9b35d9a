"""VL061: a policy type is misspelt by its own definition."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for policy in app.policies("envbinding"):
        yield app.finding(
            "the controller does not know `envbinding`", policy.origin.span(("type",))
        )


RULE = RuleSpec(
    "VL061",
    "env-binding-spelling",
    "A policy type is misspelt by its own definition",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The type of a policy is `envbinding`; what the controller knows is `env-binding`.",
    why="The policy does nothing.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: e, type: envbinding, properties: {envs: []}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: here, type: topology, properties: {clusters: [local]}}
""",
    fix="Use topology and override policies.",
    check=check,
)
