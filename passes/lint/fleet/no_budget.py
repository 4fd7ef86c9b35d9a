"""VL215: several replicas have no disruption budget."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    selectors = [
        view.mapping("spec", "selector", "matchLabels") for view in group.of("PodDisruptionBudget")
    ]
    for view in group.of("Deployment", "StatefulSet"):
        pod, replicas = view.pod(), view.at("spec", "replicas")
        if pod is None or not isinstance(replicas, int) or replicas < 2:
            continue
        if not any(s.items() <= pod.labels.items() for s in selectors):
            yield view.finding(
                f"no disruption budget selects the pods of {view.kind} `{view.name}`",
                "spec",
                "replicas",
            )


RULE = RuleSpec(
    "VL215",
    "no-budget",
    "Several replicas have no disruption budget",
    "class",
    Severity.NOTE,
    ("strict",),
    what="No PodDisruptionBudget selects the pods of a workload with more than one replica.",
    why="Draining nodes may take all of them at once.",
    bad="""\
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
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
""",
    fix="Add a PodDisruptionBudget.",
    check=check,
)
