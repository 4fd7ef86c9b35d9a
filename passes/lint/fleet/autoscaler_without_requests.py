"""VL213: an autoscaler measures against requests that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity, dig


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    workloads = {(view.kind, view.name): view for view in group.objects}
    for view in group.of("HorizontalPodAutoscaler"):
        target = view.mapping("spec", "scaleTargetRef")
        found = workloads.get((str(target.get("kind")), str(target.get("name"))))
        pod = found.pod() if found is not None else None
        for path, metric in view.items("spec", "metrics") if pod is not None else ():
            name = dig(metric, ("resource", "name"))
            if pod is None or dig(metric, ("resource", "target", "type")) != "Utilization":
                continue
            for box in pod.containers():
                have = {
                    **box.mapping("resources", "limits"),
                    **box.mapping("resources", "requests"),
                }
                if box.group == "containers" and not have.get(str(name)):
                    text = f"the autoscaler `{view.name}` needs a {name} request of container `{box.name}`"
                    yield view.finding(text, *path, "resource", "name")


RULE = RuleSpec(
    "VL213",
    "autoscaler-without-requests",
    "An autoscaler measures against requests that are not there",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="An autoscaler watches the utilization of cpu or memory, and a container of its target does not request it.",
    why="It cannot compute anything and never scales.",
    bad="""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 5, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1}]}
""",
    good="""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 2, maxReplicas: 5, metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]}
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
    fix="Set requests for the container.",
    check=check,
)
