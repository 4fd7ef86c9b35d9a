"""VL134: two volumes are mounted at one path."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Container, Finding, RuleSpec, Severity


def check(box: Container) -> Iterator[Finding]:
    """See `RULE`."""
    seen: set[str] = set()
    for path, mount in box.items("volumeMounts"):
        where = mount.get("mountPath")
        if not isinstance(where, str):
            continue
        if where in seen:
            yield box.finding(
                f"container `{box.name}` mounts two volumes at `{where}`", *path, "mountPath"
            )
        seen.add(where)


RULE = RuleSpec(
    "VL134",
    "duplicate-mount",
    "Two volumes are mounted at one path",
    "container",
    Severity.ERROR,
    ("recommended",),
    what="Two mounts of a container have the same `mountPath`.",
    why="The API server refuses the pod.",
    bad="""\
volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: a, mountPath: /d}, {name: b, mountPath: /d}]}
""",
    good="""\
volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: a, mountPath: /d}, {name: b, mountPath: /e}]}
""",
    fix="Mount one of them elsewhere.",
    check=check,
)
