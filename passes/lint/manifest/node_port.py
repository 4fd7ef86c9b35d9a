"""VL148: a Service opens a port on every node."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    if obj.at("spec", "type") == "NodePort":
        yield obj.finding(f"Service `{obj.name}` opens a port on every node", "spec", "type")


RULE = RuleSpec(
    "VL148",
    "node-port",
    "A Service opens a port on every node",
    "object",
    Severity.NOTE,
    ("security",),
    what="The Service is of type `NodePort`.",
    why="It is reachable wherever a node is, past the Ingress.",
    bad="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, ports: [{port: 80}]}
""",
    good="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: ClusterIP, ports: [{port: 80}]}
""",
    fix="Use `ClusterIP` with an Ingress, or a load balancer.",
    check=check,
    kinds=frozenset({"Service"}),
)
