"""VL110: a pod mounts a directory of its node."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, Pod, RuleSpec, Severity


def check(pod: Pod) -> Iterator[Finding]:
    """See `RULE`."""
    for path, volume in pod.items("volumes"):
        if "hostPath" in volume:
            yield pod.finding(
                f"volume `{volume.get('name')}` is a directory of the node",
                *path,
                "hostPath",
                "path",
            )


RULE = RuleSpec(
    "VL110",
    "host-path",
    "A pod mounts a directory of its node",
    "pod",
    Severity.ERROR,
    ("recommended", "security"),
    what="A volume is a `hostPath`.",
    why="Files of the node are within reach of the pod (Pod Security Standard `baseline`).",
    bad="""\
volumes:
  - {name: logs, hostPath: {path: /var/log}}
containers:
  - {name: web, image: a:1}
""",
    good="""\
volumes:
  - {name: logs, emptyDir: {}}
containers:
  - {name: web, image: a:1}
""",
    fix="Use a PersistentVolumeClaim or an `emptyDir`.",
    check=check,
)
