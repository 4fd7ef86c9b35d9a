"""VL064: a step that cleans up hides its failures."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        if step.type not in ("clean-jobs",):
            continue
        yield app.finding(f"step `{step.name}` ignores every error", step.origin.span(("type",)))


RULE = RuleSpec(
    "VL064",
    "clean-jobs-blind",
    "A step that cleans up hides its failures",
    "application",
    Severity.NOTE,
    ("strict",),
    what="`clean-jobs` deletes jobs and pods by label and ignores every error.",
    why="What it leaves behind goes unnoticed.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: c, type: clean-jobs, properties: {namespace: shop, labelselector: {a: b}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: wait, type: suspend}
""",
    fix="Set `ttlSecondsAfterFinished` on the jobs instead.",
    check=check,
)
