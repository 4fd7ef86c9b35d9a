"""VL208: a PersistentVolumeClaim is provided by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity, dig


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.objects:
        pod = view.pod()
        for path, volume in pod.items("volumes") if pod is not None else ():
            name = dig(volume, ("persistentVolumeClaim", "claimName"))
            if (
                pod is not None
                and isinstance(name, str)
                and group.lacks("PersistentVolumeClaim", view, name)
            ):
                yield pod.finding(
                    f"nobody provides the claim `{name}`",
                    *path,
                    "persistentVolumeClaim",
                    "claimName",
                )


RULE = RuleSpec(
    "VL208",
    "claim-missing",
    "A PersistentVolumeClaim is provided by nobody",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="A pod mounts a claim that none of the Applications gives to the same clusters.",
    why="The pod waits until somebody creates it.",
    bad="""\
volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: d, mountPath: /d}]}
""",
    good="""\
volumes: [{name: d, emptyDir: {}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: d, mountPath: /d}]}
""",
    fix="Use the trait `storage`, or say who provides it.",
    check=check,
)
