"""VL149: a load balancer is open to the whole world."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    if obj.at("spec", "type") == "LoadBalancer" and not obj.at("spec", "loadBalancerSourceRanges"):
        yield obj.finding(f"Service `{obj.name}` is open to every address", "spec", "type")


RULE = RuleSpec(
    "VL149",
    "open-load-balancer",
    "A load balancer is open to the whole world",
    "object",
    Severity.NOTE,
    ("strict",),
    what="A Service of type `LoadBalancer` has no `loadBalancerSourceRanges`.",
    why="It can be reached from the internet unless something else forbids it.",
    bad="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
""",
    good="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24], ports: [{port: 80}]}
""",
    fix="List who may come.",
    check=check,
    kinds=frozenset({"Service"}),
)
