"""VL123: a container has no CPU limit."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.at("resources", "limits", "cpu") is None and box.group != "ephemeralContainers":
        yield box.finding(f"container `{box.name}` has no CPU limit", "resources", "limits")


RULE = RuleSpec(
    "VL123",
    "cpu-limit-missing",
    "A container has no CPU limit",
    "container",
    Severity.NOTE,
    ("strict",),
    what="`resources.limits.cpu` is missing.",
    why="Some platforms want one on every container; others rather do without.",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1, resources: {limits: {cpu: 1}}}
""",
    fix="Set a CPU limit, or turn the rule off.",
    check=check,
)
