"""VL017: a step has no name."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        if not data_of(step.origin).get("name"):
            yield app.finding(f"a step of type `{step.type}` has no name", step.origin.span())


RULE = RuleSpec(
    "VL017",
    "step-unnamed",
    "A step has no name",
    "application",
    Severity.NOTE,
    ("strict",),
    what="A workflow step has no `name`.",
    why="It is called by its number, which changes when a step is put before it.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {type: deploy, properties: {policies: []}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: go, type: deploy, properties: {policies: []}}
""",
    fix="Name it.",
    check=check,
)
