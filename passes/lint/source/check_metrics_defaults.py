"""VL053: defaults of check-metrics do not take effect."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        data = data_of(step.properties)
        if step.type not in ("check-metrics",):
            continue
        lacking = [
            name for name in ("metricEndpoint", "duration", "failDuration") if name not in data
        ]
        if lacking:
            listed = ", ".join(f"`{name}`" for name in lacking)
            yield app.finding(
                f"step `{step.name}` has to say {listed}", step.origin.span(("type",))
            )


RULE = RuleSpec(
    "VL053",
    "check-metrics-defaults",
    "Defaults of check-metrics do not take effect",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A step `check-metrics` leaves out `metricEndpoint`, `duration` or `failDuration`, whose defaults are not applied.",
    why="The step never ends well.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: c, type: check-metrics, properties: {query: up, condition: '>0'}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: c, type: check-metrics, properties: {query: up, condition: '>0', metricEndpoint: 'http://p:9090', duration: 5m, failDuration: 2m}}
""",
    fix="Set all three.",
    check=check,
)
