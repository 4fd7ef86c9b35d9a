"""VL211: a Service leads to a port that its pods do not have."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity, texts_of


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    pods = [pod for view in group.objects if (pod := view.pod()) is not None]
    for view in group.of("Service"):
        selector = view.mapping("spec", "selector")
        chosen = [pod for pod in pods if selector and selector.items() <= pod.labels.items()]
        names = {
            name
            for pod in chosen
            for box in pod.containers()
            for name in texts_of(box.items("ports"), "name")
        }
        for path, port in view.items("spec", "ports") if chosen else ():
            target = port.get("targetPort")
            if isinstance(target, str) and not target.isdigit() and target not in names:
                text = f"Service `{view.name}` leads to the unknown port `{target}`"
                yield view.finding(text, *path, "targetPort")


RULE = RuleSpec(
    "VL211",
    "service-port-unknown",
    "A Service leads to a port that its pods do not have",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="The `targetPort` of a Service is a name that no container of the pods it selects has.",
    why="Whoever calls the Service gets no answer.",
    bad="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: web}]}
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
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
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
    fix="Use the name of a port, or its number.",
    check=check,
)
