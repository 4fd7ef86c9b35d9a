"""VL126: a container has no liveness probe."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.main and not box.at("livenessProbe"):
        yield box.finding(f"container `{box.name}` has no liveness probe", "livenessProbe")


RULE = RuleSpec(
    "VL126",
    "liveness-missing",
    "A container has no liveness probe",
    "container",
    Severity.NOTE,
    ("strict",),
    what="A container of a workload that runs on has no `livenessProbe`.",
    why="One that hangs is never restarted.",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1, livenessProbe: {tcpSocket: {port: 80}}}
""",
    fix="Add a liveness probe.",
    check=check,
)
