"""VL113: no seccomp profile is set."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if not isinstance(box.security("seccompProfile"), dict):
        yield box.finding(
            f"container `{box.name}` has no seccomp profile", "securityContext", "seccompProfile"
        )


RULE = RuleSpec(
    "VL113",
    "seccomp-missing",
    "No seccomp profile is set",
    "container",
    Severity.WARNING,
    ("security",),
    what="Neither container nor pod sets a seccomp profile.",
    why="Without one many clusters run the container unconfined (Pod Security Standard `restricted`).",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
securityContext: {seccompProfile: {type: RuntimeDefault}}
containers:
  - {name: web, image: a:1}
""",
    fix="Set `seccompProfile: {type: RuntimeDefault}` for the pod.",
    check=check,
)
