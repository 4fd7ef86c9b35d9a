"""VL203: an autoscaler scales what nobody provides."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.of("HorizontalPodAutoscaler", "ScaledObject"):
        name = view.at("spec", "scaleTargetRef", "name")
        kind = view.at("spec", "scaleTargetRef", "kind") or "Deployment"
        if isinstance(name, str) and isinstance(kind, str) and group.lacks(kind, view, name):
            text = f"the autoscaler `{view.name}` scales the missing {kind} `{name}`"
            yield view.finding(text, "spec", "scaleTargetRef", "name")


RULE = RuleSpec(
    "VL203",
    "autoscaler-target-missing",
    "An autoscaler scales what nobody provides",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="The target of an autoscaler is not among what the same clusters get.",
    why="Nothing is scaled.",
    bad="""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: www}, minReplicas: 2, maxReplicas: 5}
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
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
""",
    fix="Name a workload that exists.",
    check=check,
)
