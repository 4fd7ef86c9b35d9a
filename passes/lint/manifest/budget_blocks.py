"""VL152: a disruption budget allows no disruption."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    if str(obj.at("spec", "maxUnavailable")) in ("0", "0%"):
        yield obj.finding(f"the budget `{obj.name}` allows no disruption", "spec", "maxUnavailable")
    elif obj.at("spec", "minAvailable") == "100%":
        yield obj.finding(f"the budget `{obj.name}` allows no disruption", "spec", "minAvailable")


RULE = RuleSpec(
    "VL152",
    "budget-blocks",
    "A disruption budget allows no disruption",
    "object",
    Severity.WARNING,
    ("recommended",),
    what="`maxUnavailable` is 0, or `minAvailable` is 100%.",
    why="Nodes cannot be drained, so upgrades hang.",
    bad="""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, maxUnavailable: 0}
""",
    good="""\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {selector: {matchLabels: {app: web}}, maxUnavailable: 1}
""",
    fix="Allow at least one pod to go.",
    check=check,
    kinds=frozenset({"PodDisruptionBudget"}),
)
