"""VL206: a ConfigMap that a pod needs is provided by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity
from velac.compiler.lint.references import references


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.objects:
        pod = view.pod()
        for path, name in references(pod, "configMap") if pod is not None else ():
            if (
                pod is not None
                and name != "kube-root-ca.crt"
                and group.lacks("ConfigMap", view, name)
            ):
                yield pod.finding(f"nobody provides the ConfigMap `{name}`", *path)


RULE = RuleSpec(
    "VL206",
    "config-missing",
    "A ConfigMap that a pod needs is provided by nobody",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="A pod refers to a ConfigMap that none of the Applications gives to the same clusters.",
    why="The pod waits until somebody creates it.",
    bad="""\
volumes: [{name: c, configMap: {name: web}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: c, mountPath: /c}]}
""",
    good="""\
volumes: [{name: c, configMap: {name: web, optional: true}}]
containers:
  - {name: web, image: a:1, volumeMounts: [{name: c, mountPath: /c}]}
""",
    fix="Provide it, or say who does.",
    check=check,
)
