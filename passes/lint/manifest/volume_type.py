"""VL117: a volume is of a type that restricted pods may not use."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity

_ALLOWED = frozenset(
    "name configMap csi downwardAPI emptyDir ephemeral image persistentVolumeClaim projected secret".split()
)


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    for path, volume in pod.items("volumes"):
        for kind in sorted(volume.keys() - _ALLOWED - {"hostPath"}):
            yield pod.finding(f"volume `{volume.get('name')}` is of type `{kind}`", *path, kind)


RULE = RuleSpec(
    "VL117",
    "volume-type",
    "A volume is of a type that restricted pods may not use",
    "pod",
    Severity.WARNING,
    ("security",),
    what="A volume is none of configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret.",
    why="Network file systems mounted by the node bypass its permissions (Pod Security Standard `restricted`).",
    bad="""\
volumes:
  - {name: share, nfs: {server: nfs, path: /}}
containers:
  - {name: web, image: a:1}
""",
    good="""\
volumes:
  - {name: share, persistentVolumeClaim: {claimName: share}}
containers:
  - {name: web, image: a:1}
""",
    fix="Use a PersistentVolumeClaim.",
    check=check,
)
