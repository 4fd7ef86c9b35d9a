"""VL216: one replica serves production."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    if not any(group.is_production(name) for name in group.clusters):
        return
    scaled = {
        str(view.at("spec", "scaleTargetRef", "name"))
        for view in group.of("HorizontalPodAutoscaler", "ScaledObject")
    }
    for view in group.of("Deployment"):
        replicas = view.at("spec", "replicas")
        if (replicas is None or replicas == 1) and view.name not in scaled:
            yield view.finding(
                f"one replica of Deployment `{view.name}` serves production", "spec", "replicas"
            )


RULE = RuleSpec(
    "VL216",
    "production-single-replica",
    "One replica serves production",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="A Deployment has a single replica in a cluster that its labels call production, and no autoscaler asks for more.",
    why="Every update and every node that fails is an outage.",
    bad="""\
# cluster local is production
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
""",
    good="""\
# cluster local is production
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: a:1, ports: [{containerPort: 80, name: http}], resources: {requests: {cpu: 1, memory: 1Gi}}}]}
""",
    fix="Override `replicas` for production, or add an autoscaler.",
    check=check,
)
