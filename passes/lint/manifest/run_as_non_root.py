"""VL105: a container may run as root."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.security("runAsNonRoot") is not True:
        yield box.finding(
            f"container `{box.name}` may run as root", "securityContext", "runAsNonRoot"
        )


RULE = RuleSpec(
    "VL105",
    "run-as-non-root",
    "A container may run as root",
    "container",
    Severity.WARNING,
    ("security",),
    what="Neither the container nor its pod sets `runAsNonRoot: true`.",
    why="A process that breaks out of its container as root is root on the node (Pod Security Standard `restricted`).",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
securityContext: {runAsNonRoot: true}
containers:
  - {name: web, image: a:1}
""",
    fix="Set `runAsNonRoot: true` for the pod, and a user in the image.",
    check=check,
)
