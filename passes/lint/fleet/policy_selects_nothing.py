"""VL210: a NetworkPolicy selects no pod."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, GroupView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.of("NetworkPolicy"):
        selector = view.mapping("spec", "podSelector", "matchLabels")
        if selector and group.selects_nothing(view, selector):
            yield view.finding(
                f"NetworkPolicy `{view.name}` selects no pod", "spec", "podSelector", "matchLabels"
            )


RULE = RuleSpec(
    "VL210",
    "policy-selects-nothing",
    "A NetworkPolicy selects no pod",
    "class",
    Severity.NOTE,
    ("recommended",),
    what="No pod that the same clusters get has the labels of the policy's selector.",
    why="It protects nothing.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: www}}}
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}}
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
