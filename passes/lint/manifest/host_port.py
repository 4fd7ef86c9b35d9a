"""VL111: a container takes a port of its node."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    for path, port in box.items("ports"):
        if port.get("hostPort"):
            yield box.finding(
                f"container `{box.name}` takes port {port['hostPort']} of the node",
                *path,
                "hostPort",
            )


RULE = RuleSpec(
    "VL111",
    "host-port",
    "A container takes a port of its node",
    "container",
    Severity.WARNING,
    ("recommended", "security"),
    what="A port has a `hostPort`.",
    why="Only one such pod fits on a node, and it is reachable past Services and policies (Pod Security Standard `baseline`).",
    bad="""\
containers:
  - {name: web, image: a:1, ports: [{containerPort: 80, hostPort: 80}]}
""",
    good="""\
containers:
  - {name: web, image: a:1, ports: [{containerPort: 80}]}
""",
    fix="Use a Service.",
    check=check,
)
