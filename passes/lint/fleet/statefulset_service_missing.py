"""VL217: a StatefulSet's Service is provided by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.of("StatefulSet"):
        name = view.at("spec", "serviceName")
        if isinstance(name, str) and name and group.lacks("Service", view, name):
            yield view.finding(
                f"StatefulSet `{view.name}` names the missing Service `{name}`",
                "spec",
                "serviceName",
            )


RULE = RuleSpec(
    "VL217",
    "statefulset-service-missing",
    "A StatefulSet's Service is provided by nobody",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="`spec.serviceName` of a StatefulSet names no Service that the same clusters get.",
    why="Its pods have no names in the DNS.",
    bad="""\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: www
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
""",
    good="""\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}
""",
    fix="Provide a headless Service of that name.",
    check=check,
)
