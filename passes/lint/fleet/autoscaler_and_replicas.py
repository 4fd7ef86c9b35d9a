"""VL212: a fixed number of replicas fights an autoscaler."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    scaled = {
        (str(target.get("kind")), str(target.get("name")))
        for view in group.of("HorizontalPodAutoscaler")
        for target in (view.mapping("spec", "scaleTargetRef"),)
    }
    for view in group.objects if scaled else ():
        if (view.kind, view.name) in scaled and view.at("spec", "replicas") is not None:
            yield view.finding(
                f"{view.kind} `{view.name}` has a number and an autoscaler", "spec", "replicas"
            )


RULE = RuleSpec(
    "VL212",
    "autoscaler-and-replicas",
    "A fixed number of replicas fights an autoscaler",
    "class",
    Severity.NOTE,
    ("strict",),
    what="A workload with an autoscaler also says `replicas`.",
    why="Every time it is applied the number jumps back.",
    bad="""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 5}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
""",
    good="""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 5}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
""",
    fix="Leave `replicas` to the autoscaler.",
    check=check,
)
