"""VL103: a container runs privileged."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    if box.at("securityContext", "privileged") is True:
        yield box.finding(f"container `{box.name}` is privileged", "securityContext", "privileged")


RULE = RuleSpec(
    "VL103",
    "privileged",
    "A container runs privileged",
    "container",
    Severity.ERROR,
    ("recommended", "security"),
    what="`securityContext.privileged` is true.",
    why="A privileged container is root on its node (Pod Security Standard `baseline`).",
    bad="""\
containers:
  - {name: agent, image: a:1, securityContext: {privileged: true}}
""",
    good="""\
containers:
  - {name: agent, image: a:1, securityContext: {capabilities: {add: [CHOWN]}}}
""",
    fix="Take it out, and add the single capability that is needed.",
    check=check,
)
