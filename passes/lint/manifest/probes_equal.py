"""VL127: liveness and readiness probe are the same."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    alive = box.at("livenessProbe")
    if alive and alive == box.at("readinessProbe"):
        yield box.finding(
            f"container `{box.name}` has one probe for two questions", "livenessProbe"
        )


RULE = RuleSpec(
    "VL127",
    "probes-equal",
    "Liveness and readiness probe are the same",
    "container",
    Severity.NOTE,
    ("strict",),
    what="`livenessProbe` and `readinessProbe` ask the same.",
    why="A container that is merely busy is restarted instead of left alone.",
    bad="""\
containers:
  - name: web
    image: a:1
    livenessProbe: {httpGet: {path: /, port: 80}}
    readinessProbe: {httpGet: {path: /, port: 80}}
""",
    good="""\
containers:
  - name: web
    image: a:1
    livenessProbe: {httpGet: {path: /alive, port: 80}}
    readinessProbe: {httpGet: {path: /ready, port: 80}}
""",
    fix="Ask the liveness probe only whether the process hangs, or give it more failures.",
    check=check,
)
