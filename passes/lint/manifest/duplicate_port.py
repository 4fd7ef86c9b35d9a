"""VL131: a port is declared twice."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    seen: set[object] = set()
    for path, port in box.items("ports"):
        keys = {
            (str(port.get("containerPort")), str(port.get("protocol") or "TCP")),
            ("name", str(port.get("name") or path)),
        }
        if keys & seen:
            yield box.finding(
                f"container `{box.name}` declares a port twice", *path, "containerPort"
            )
        seen |= keys


RULE = RuleSpec(
    "VL131",
    "duplicate-port",
    "A port is declared twice",
    "container",
    Severity.WARNING,
    ("recommended",),
    what="Two ports of a container have the same number and protocol, or the same name.",
    why="Merges by key keep only one of them.",
    bad="""\
containers:
  - {name: web, image: a:1, ports: [{containerPort: 80}, {containerPort: 80}]}
""",
    good="""\
containers:
  - {name: web, image: a:1, ports: [{containerPort: 80}, {containerPort: 443}]}
""",
    fix="Remove one of them.",
    check=check,
)
