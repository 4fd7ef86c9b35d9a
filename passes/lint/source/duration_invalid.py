"""VL019: a duration is not valid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of

_DURATION = re.compile(r"(?:[0-9]*\.?[0-9]+(?:ns|us|µs|ms|s|m|h))+|0")


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        duration = (
            data_of(step.properties).get("duration")
            if step.type in ("suspend", "check-metrics")
            else None
        )
        for text, path in ((step.timeout, ("timeout",)), (duration, ("properties", "duration"))):
            if isinstance(text, str) and text and not _DURATION.fullmatch(text):
                yield app.finding(
                    f"`{text}` is not a duration",
                    step.origin.span(path),
                    "write `1m`, `90s` or `1h30m`",
                )


RULE = RuleSpec(
    "VL019",
    "duration-invalid",
    "A duration is not valid",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A `timeout`, or the `duration` of a suspend step, is no duration of Go: `1min` is none, `1m` is.",
    why="The controller fails the workflow.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: wait, type: suspend, properties: {duration: 1min}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: wait, type: suspend, properties: {duration: 1m}}
""",
    fix="Use `h`, `m`, `s` and `ms`.",
    check=check,
)
