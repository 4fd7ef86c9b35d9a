"""VL106: a container runs as user 0."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.security("runAsUser") == 0:
        yield box.finding(f"container `{box.name}` runs as root", "securityContext", "runAsUser")


RULE = RuleSpec(
    "VL106",
    "run-as-root",
    "A container runs as user 0",
    "container",
    Severity.WARNING,
    ("recommended", "security"),
    what="`runAsUser` is 0.",
    why="The process is root without need.",
    bad="""\
containers:
  - {name: web, image: a:1, securityContext: {runAsUser: 0}}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {runAsUser: 10001}}
""",
    fix="Use a user other than 0.",
    check=check,
)
