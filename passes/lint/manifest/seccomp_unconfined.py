"""VL112: seccomp is turned off."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    profile = box.security("seccompProfile")
    if isinstance(profile, dict) and profile.get("type") == "Unconfined":
        yield box.finding(
            f"container `{box.name}` turns seccomp off", "securityContext", "seccompProfile", "type"
        )


RULE = RuleSpec(
    "VL112",
    "seccomp-unconfined",
    "Seccomp is turned off",
    "container",
    Severity.ERROR,
    ("recommended", "security"),
    what="The seccomp profile is `Unconfined`.",
    why="Every system call is open to the container (Pod Security Standard `baseline`).",
    bad="""\
containers:
  - {name: web, image: a:1, securityContext: {seccompProfile: {type: Unconfined}}}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {seccompProfile: {type: RuntimeDefault}}}
""",
    fix="Use `RuntimeDefault`.",
    check=check,
)
