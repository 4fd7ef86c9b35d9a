"""VL204: a disruption budget selects no pod."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.of("PodDisruptionBudget"):
        selector = view.mapping("spec", "selector", "matchLabels")
        if selector and group.selects_nothing(view, selector):
            yield view.finding(
                f"the budget `{view.name}` selects no pod", "spec", "selector", "matchLabels"
            )


RULE = RuleSpec(
    "VL204",
    "budget-selects-nothing",
    "A disruption budget selects no pod",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="No pod that the same clusters get has the labels of the budget's selector.",
    why="It protects nothing.",
    bad="""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: www}}}
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
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
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
