"""VL132: a container mounts a volume that the pod does not have."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity, dig, texts_of


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    names = texts_of(pod.items("volumes"), "name")
    for _, claim in pod.object.items("spec", "volumeClaimTemplates"):
        names.add(str(dig(claim, ("metadata", "name"))))
    for box in pod.containers():
        for path, mount in box.items("volumeMounts"):
            if str(mount.get("name")) not in names:
                yield box.finding(
                    f"container `{box.name}` mounts the unknown volume `{mount.get('name')}`",
                    *path,
                    "name",
                )


RULE = RuleSpec(
    "VL132",
    "volume-missing",
    "A container mounts a volume that the pod does not have",
    "pod",
    Severity.ERROR,
    ("recommended",),
    what="A `volumeMount` names no volume of the pod.",
    why="The API server refuses the pod.",
    bad="""\
containers:
  - {name: web, image: a:1, volumeMounts: [{name: data, mountPath: /data}]}
""",
    good="""\
volumes: [{name: data, emptyDir: {}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: data, mountPath: /data}]}
""",
    fix="Add the volume, or correct the name.",
    check=check,
)
