"""VL108: a container keeps all default capabilities."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if "ALL" not in (box.at("securityContext", "capabilities", "drop") or ()):
        yield box.finding(
            f"container `{box.name}` does not drop all capabilities",
            "securityContext",
            "capabilities",
            "drop",
        )


RULE = RuleSpec(
    "VL108",
    "capabilities-kept",
    "A container keeps all default capabilities",
    "container",
    Severity.WARNING,
    ("security",),
    what="`capabilities.drop` does not hold `ALL`.",
    why="What is not dropped can be used by whoever takes over the process (Pod Security Standard `restricted`).",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {capabilities: {drop: [ALL]}}}
""",
    fix="Drop `ALL` and add back what is needed.",
    check=check,
)
