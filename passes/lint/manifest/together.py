"""VL164: all replicas may run on one node."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    pod, replicas = obj.pod(), obj.at("spec", "replicas")
    if pod is None or not isinstance(replicas, int) or replicas < 2:
        return
    if not pod.at("topologySpreadConstraints") and not pod.at("affinity", "podAntiAffinity"):
        yield obj.finding(
            f"all replicas of {obj.kind} `{obj.name}` may run on one node", "spec", "replicas"
        )


RULE = RuleSpec(
    "VL164",
    "together",
    "All replicas may run on one node",
    "object",
    Severity.NOTE,
    ("strict",),
    what="A Deployment or StatefulSet with several replicas has neither `topologySpreadConstraints` nor pod anti-affinity.",
    why="One node that fails takes all of them.",
    bad="""\
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
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}], containers: [{name: web, image: a:1}]}
""",
    fix="Spread the pods over nodes or zones.",
    check=check,
    kinds=frozenset({"Deployment", "StatefulSet"}),
)
