"""VL050: the probes of a task are dropped."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("task", "cron-task"):
            continue
        for name in ("livenessProbe", "readinessProbe"):
            if name in data:
                yield app.finding(
                    f"`{name}` of a task is dropped",
                    component.origin.key_span(("properties", name)),
                )


RULE = RuleSpec(
    "VL050",
    "task-probes",
    "The probes of a task are dropped",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A task has `livenessProbe` or `readinessProbe`, which are accepted and never rendered.",
    why="It looks as if it were watched.",
    bad="""\
components:
  - name: web
    type: task
    properties: {image: 'a:1', livenessProbe: {tcpSocket: {port: 80}}}
""",
    good="""\
components:
  - name: web
    type: task
    properties: {image: 'a:1'}
""",
    fix="Remove the probe.",
    check=check,
)
