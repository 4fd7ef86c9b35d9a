"""VL201: a Service selects no pod."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.of("Service"):
        selector = view.mapping("spec", "selector")
        if selector and group.selects_nothing(view, selector):
            yield view.finding(f"Service `{view.name}` selects no pod", "spec", "selector")


RULE = RuleSpec(
    "VL201",
    "service-selects-nothing",
    "A Service selects no pod",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="No pod that the same clusters get has the labels of a Service's selector.",
    why="Whoever calls the Service gets no answer.",
    bad="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: www}, ports: [{port: 80, targetPort: 80}]}
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
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}
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
    fix="Use labels that the pods have.",
    check=check,
)
