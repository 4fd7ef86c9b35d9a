"""VL130: two containers of a pod have one name."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    seen: set[str] = set()
    for box in pod.containers():
        if box.name in seen:
            yield box.finding(f"two containers are called `{box.name}`", "name")
        seen.add(box.name)


RULE = RuleSpec(
    "VL130",
    "duplicate-container",
    "Two containers of a pod have one name",
    "pod",
    Severity.ERROR,
    ("recommended",),
    what="Names of containers are not unique in the pod.",
    why="The API server refuses the pod.",
    bad="""\
containers:
  - {name: web, image: a:1}
  - {name: web, image: b:1}
""",
    good="""\
containers:
  - {name: web, image: a:1}
  - {name: proxy, image: b:1}
""",
    fix="Rename one of them.",
    check=check,
)
