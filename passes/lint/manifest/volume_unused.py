"""VL133: a volume is mounted by no container."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity, texts_of


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    used = {
        name
        for box in pod.containers()
        for field in ("volumeMounts", "volumeDevices")
        for name in texts_of(box.items(field), "name")
    }
    for path, volume in pod.items("volumes"):
        if str(volume.get("name")) not in used:
            yield pod.finding(
                f"volume `{volume.get('name')}` is mounted by no container", *path, "name"
            )


RULE = RuleSpec(
    "VL133",
    "volume-unused",
    "A volume is mounted by no container",
    "pod",
    Severity.NOTE,
    ("recommended",),
    what="A volume of the pod is used by none of its containers.",
    why="It is waited for when the pod starts, for nothing.",
    bad="""\
volumes: [{name: data, emptyDir: {}}]
containers:
  - {name: web, image: a:1}
""",
    good="""\
volumes: [{name: data, emptyDir: {}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: data, mountPath: /data}]}
""",
    fix="Remove the volume, or mount it.",
    check=check,
)
