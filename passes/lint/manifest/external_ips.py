"""VL147: a Service claims external addresses."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    if obj.at("spec", "externalIPs"):
        yield obj.finding(f"Service `{obj.name}` claims external addresses", "spec", "externalIPs")


RULE = RuleSpec(
    "VL147",
    "external-ips",
    "A Service claims external addresses",
    "object",
    Severity.WARNING,
    ("security",),
    what="`spec.externalIPs` is set.",
    why="A Service may so take the traffic of any address (CVE-2020-8554).",
    bad="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {externalIPs: [198.51.100.7], ports: [{port: 80}]}
""",
    good="""\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}]}
""",
    fix="Use a load balancer or an Ingress.",
    check=check,
    kinds=frozenset({"Service"}),
)
