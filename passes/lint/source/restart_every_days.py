"""VL059: a restart every few days never comes."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        data = data_of(step.properties)
        if step.type not in ("restart-workflow",):
            continue
        every = data.get("every")
        if isinstance(every, str) and every.endswith("d"):
            yield app.finding(
                f"`every: {every}` is ignored",
                step.origin.span(("properties", "every")),
                "count in hours",
            )


RULE = RuleSpec(
    "VL059",
    "restart-every-days",
    "A restart every few days never comes",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="`every` of a step `restart-workflow` counts in days, which is accepted and then ignored.",
    why="The workflow is not run again.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: r, type: restart-workflow, properties: {every: 1d}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: r, type: restart-workflow, properties: {every: 24h}}
""",
    fix="Count in hours.",
    check=check,
)
