"""VL153: an autoscaler cannot scale."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    least, most = obj.at("spec", "minReplicas"), obj.at("spec", "maxReplicas")
    if isinstance(least, int) and isinstance(most, int) and least >= most:
        yield obj.finding(
            f"the autoscaler `{obj.name}` has no room to scale", "spec", "maxReplicas"
        )


RULE = RuleSpec(
    "VL153",
    "autoscaler-fixed",
    "An autoscaler cannot scale",
    "object",
    Severity.WARNING,
    ("recommended",),
    what="`minReplicas` is not below `maxReplicas`.",
    why="It never does anything; with more than the maximum it is refused.",
    bad="""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 3, maxReplicas: 3}
""",
    good="""\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 3, maxReplicas: 9}
""",
    fix="Raise the maximum, or use a fixed number.",
    check=check,
    kinds=frozenset({"HorizontalPodAutoscaler"}),
)
