"""VL125: a container that serves has no readiness probe."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.main and box.at("ports") and not box.at("readinessProbe"):
        yield box.finding(f"container `{box.name}` has no readiness probe", "readinessProbe")


RULE = RuleSpec(
    "VL125",
    "readiness-missing",
    "A container that serves has no readiness probe",
    "container",
    Severity.WARNING,
    ("recommended",),
    what="A container with ports has no `readinessProbe`.",
    why="It gets traffic before it can answer.",
    bad="""\
containers:
  - {name: web, image: a:1, ports: [{containerPort: 80}]}
""",
    good="""\
containers:
  - name: web
    image: a:1
    ports: [{containerPort: 80}]
    readinessProbe: {httpGet: {path: /, port: 80}}
""",
    fix="Add a readiness probe.",
    check=check,
)
