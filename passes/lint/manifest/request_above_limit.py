"""VL124: a request is above its limit."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity
from velac.compiler.lint.quantity import quantity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    limits = box.mapping("resources", "limits")
    for name, text in box.mapping("resources", "requests").items():
        wanted, most = quantity(text), quantity(limits.get(name))
        if wanted is not None and most is not None and wanted > most:
            yield box.finding(
                f"container `{box.name}` requests more {name} than its limit",
                "resources",
                "requests",
                name,
            )


RULE = RuleSpec(
    "VL124",
    "request-above-limit",
    "A request is above its limit",
    "container",
    Severity.ERROR,
    ("recommended",),
    what="A resource's request is greater than its limit.",
    why="The API server refuses the pod.",
    bad="""\
containers:
  - {name: web, image: a:1, resources: {requests: {memory: 2Gi}, limits: {memory: 512Mi}}}
""",
    good="""\
containers:
  - {name: web, image: a:1, resources: {requests: {memory: 512Mi}, limits: {memory: 512Mi}}}
""",
    fix="Raise the limit or lower the request.",
    check=check,
)
