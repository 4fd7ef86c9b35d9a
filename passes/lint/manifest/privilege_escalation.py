"""VL104: a container may gain privileges."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.at("securityContext", "allowPrivilegeEscalation") is not False:
        yield box.finding(
            f"container `{box.name}` may gain privileges",
            "securityContext",
            "allowPrivilegeEscalation",
        )


RULE = RuleSpec(
    "VL104",
    "privilege-escalation",
    "A container may gain privileges",
    "container",
    Severity.WARNING,
    ("security",),
    what="`allowPrivilegeEscalation` is not false.",
    why="A setuid program in the image becomes root (Pod Security Standard `restricted`).",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {allowPrivilegeEscalation: false}}
""",
    fix="Set `allowPrivilegeEscalation: false`.",
    check=check,
)
