"""VL122: a container has no memory limit."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.at("resources", "limits", "memory") is None and box.group != "ephemeralContainers":
        yield box.finding(f"container `{box.name}` has no memory limit", "resources", "limits")


RULE = RuleSpec(
    "VL122",
    "memory-limit-missing",
    "A container has no memory limit",
    "container",
    Severity.WARNING,
    ("recommended",),
    what="`resources.limits.memory` is missing.",
    why="A leak takes the node down instead of the container.",
    bad="""\
containers:
  - {name: web, image: a:1, resources: {requests: {cpu: 1, memory: 1Gi}}}
""",
    good="""\
containers:
  - {name: web, image: a:1, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {memory: 1Gi}}}
""",
    fix="Set a memory limit.",
    check=check,
)
