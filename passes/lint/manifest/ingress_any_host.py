"""VL151: an Ingress takes every host."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import Finding, ObjectView, RuleSpec, Severity


def check(obj: ObjectView) -> Iterator[Finding]:
    """See `RULE`."""
    for path, item in obj.items("spec", "rules"):
        if item.get("host") in (None, "", "*"):
            yield obj.finding(f"Ingress `{obj.name}` takes every host", *path)


RULE = RuleSpec(
    "VL151",
    "ingress-any-host",
    "An Ingress takes every host",
    "object",
    Severity.WARNING,
    ("security",),
    what="A rule of an Ingress has no host, or `*`.",
    why="It catches traffic meant for others.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{http: {paths: []}}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: web.example.com, http: {paths: []}}]
""",
    fix="Name the host.",
    check=check,
    kinds=frozenset({"Ingress"}),
)
