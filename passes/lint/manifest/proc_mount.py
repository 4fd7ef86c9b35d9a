"""VL115: /proc is not masked."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.at("securityContext", "procMount") not in (None, "Default"):
        yield box.finding(
            f"container `{box.name}` sees an unmasked /proc", "securityContext", "procMount"
        )


RULE = RuleSpec(
    "VL115",
    "proc-mount",
    "/proc is not masked",
    "container",
    Severity.ERROR,
    ("recommended", "security"),
    what="`procMount` is `Unmasked`.",
    why="The container sees what the runtime hides of the kernel (Pod Security Standard `baseline`).",
    bad="""\
containers:
  - {name: web, image: a:1, securityContext: {procMount: Unmasked}}
""",
    good="""\
containers:
  - {name: web, image: a:1, securityContext: {procMount: Default}}
""",
    fix="Take it out.",
    check=check,
)
