"""VL159: the pods of a workload do not restart."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    pod = obj.pod()
    if pod is not None and pod.at("restartPolicy") not in (None, "Always"):
        yield pod.finding(f"{obj.kind} `{obj.name}` has pods that do not restart", "restartPolicy")


RULE = RuleSpec(
    "VL159",
    "restart-policy",
    "The pods of a workload do not restart",
    "object",
    Severity.ERROR,
    ("recommended",),
    what="The pod template of a Deployment, StatefulSet or DaemonSet has a `restartPolicy` other than `Always`.",
    why="The API server refuses it.",
    bad="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {restartPolicy: Never, containers: [{name: web, image: a:1}]}
""",
    good="""\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {restartPolicy: Always, containers: [{name: web, image: a:1}]}
""",
    fix="Take it out, or use a Job.",
    check=check,
    kinds=frozenset({"Deployment", "StatefulSet", "DaemonSet"}),
)
