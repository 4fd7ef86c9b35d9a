"""VL049: a task's restart policy is none."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("task", "cron-task"):
            continue
        restart = data.get("restart", "Never")
        if restart not in ("Never", "OnFailure"):
            yield app.finding(
                f"a task cannot restart `{restart}`",
                component.origin.span(("properties", "restart")),
            )


RULE = RuleSpec(
    "VL049",
    "task-restart",
    "A task's restart policy is none",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="`restart` of a task is neither Never nor OnFailure; the definition takes any text.",
    why="The API server refuses the Job.",
    bad="""\
components:
  - name: web
    type: task
    properties: {image: 'a:1', restart: Always}
""",
    good="""\
components:
  - name: web
    type: task
    properties: {image: 'a:1', restart: OnFailure}
""",
    fix="Use `Never` or `OnFailure`.",
    check=check,
)
