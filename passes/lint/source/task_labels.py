"""VL052: labels do not reach the pods of a task."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component, trait in app.traits():
        if trait.type == "labels" and component.type in ("task", "cron-task"):
            yield app.finding(
                "the labels do not reach the pods of a task", trait.origin.span(("type",))
            )


RULE = RuleSpec(
    "VL052",
    "task-labels",
    "Labels do not reach the pods of a task",
    "application",
    Severity.NOTE,
    ("recommended",),
    what="The trait `labels` is on a task; it changes the Job, not the template of its pods.",
    why="Selectors and policies do not see the pods.",
    bad="""\
components:
  - name: web
    type: task
    properties: {image: 'a:1'}
    traits:
      - {type: labels, properties: {tier: batch}}
""",
    good="""\
components:
  - name: web
    type: task
    properties: {image: 'a:1', labels: {tier: batch}}
""",
    fix="Use the parameter `labels` of the task.",
    check=check,
)
