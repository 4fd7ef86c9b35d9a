"""VL121: a container requests no CPU or memory."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    have = {**box.mapping("resources", "limits"), **box.mapping("resources", "requests")}
    lacking = [name for name in ("cpu", "memory") if not have.get(name)]
    if lacking and box.group != "ephemeralContainers":
        yield box.finding(
            f"container `{box.name}` requests no {' and no '.join(lacking)}", "resources"
        )


RULE = RuleSpec(
    "VL121",
    "requests-missing",
    "A container requests no CPU or memory",
    "container",
    Severity.WARNING,
    ("recommended",),
    what="`resources.requests` lacks cpu or memory, and no limit stands in for it.",
    why="The scheduler packs such pods onto full nodes, and they are the first to be evicted.",
    bad="""\
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1, resources: {requests: {cpu: 100m, memory: 64Mi}}}
""",
    fix="Set `cpu` and `memory`.",
    check=check,
)
