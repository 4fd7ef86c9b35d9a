"""VL135: a workload does not select its own pods."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    pod = obj.pod()
    wanted = obj.mapping("spec", "selector", "matchLabels")
    for key, value in wanted.items() if pod is not None else ():
        if pod is not None and pod.labels.get(key) != value:
            yield obj.finding(
                f"the selector `{key}={value}` does not match the pod's labels",
                "spec",
                "selector",
                "matchLabels",
                key,
            )


RULE = RuleSpec(
    "VL135",
    "selector-mismatch",
    "A workload does not select its own pods",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="`spec.selector.matchLabels` is not part of the labels of the pod template.",
    why="The API server refuses the workload.",
    bad="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: www}}, spec: {containers: [{name: web, image: a:1}]}}
""",
    good="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: a:1}]}}
""",
    fix="Use the same labels in both places.",
    check=check,
    kinds=frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"}),
)
