"""VL214: pods are open to everybody in the cluster."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    selectors = [
        view.mapping("spec", "podSelector", "matchLabels") for view in group.of("NetworkPolicy")
    ]
    for view in group.objects:
        pod = view.pod()
        if (
            pod is not None
            and pod.long_running
            and not any(s.items() <= pod.labels.items() for s in selectors)
        ):
            yield view.finding(f"no NetworkPolicy selects the pods of {view.kind} `{view.name}`")


RULE = RuleSpec(
    "VL214",
    "no-network-policy",
    "Pods are open to everybody in the cluster",
    "class",
    Severity.NOTE,
    ("strict",),
    what="No NetworkPolicy of the Application selects the pods of a workload.",
    why="Every other pod can reach them.",
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}}
""",
    fix="Add a NetworkPolicy.",
    check=check,
)
