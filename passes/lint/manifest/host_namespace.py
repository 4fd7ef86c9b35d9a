"""VL109: a pod shares a namespace of its node."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.at(field) is True:
            yield pod.finding(f"`{field}` shares a namespace of the node", field)


RULE = RuleSpec(
    "VL109",
    "host-namespace",
    "A pod shares a namespace of its node",
    "pod",
    Severity.ERROR,
    ("recommended", "security"),
    what="`hostNetwork`, `hostPID` or `hostIPC` is true.",
    why="The pod sees the traffic or processes of everything on the node (Pod Security Standard `baseline`).",
    bad="""\
hostNetwork: true
containers:
  - {name: web, image: a:1}
""",
    good="""\
containers:
  - {name: web, image: a:1}
""",
    fix="Take it out; a node agent that needs it deserves a waiver.",
    check=check,
)
