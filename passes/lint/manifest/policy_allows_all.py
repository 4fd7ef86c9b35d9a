"""VL165: a NetworkPolicy allows everything."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in obj.items("spec", "ingress"):
        if not item:
            yield obj.finding(f"NetworkPolicy `{obj.name}` lets everybody in", *path)


RULE = RuleSpec(
    "VL165",
    "policy-allows-all",
    "A NetworkPolicy allows everything",
    "object",
    Severity.WARNING,
    ("security",),
    what="An ingress rule of a NetworkPolicy is empty.",
    why="It lets every pod and address in, which is what a policy is to prevent.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: [{}]}
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
""",
    fix="Say who may come in.",
    check=check,
    kinds=frozenset({"NetworkPolicy"}),
)
