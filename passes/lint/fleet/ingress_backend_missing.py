"""VL202: an Ingress leads to a Service that nobody provides."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.ir.values import Path
from velac.compiler.lint.api import Finding, GroupView, ObjectView, RuleSpec, Severity


def check(group: GroupView) -> Iterator[Finding]:
    """See `RULE`."""
    for view in group.of("Ingress"):
        for path, name in _backends(view):
            if group.lacks("Service", view, name):
                yield view.finding(
                    f"Ingress `{view.name}` leads to the missing Service `{name}`", *path
                )


def _backends(view: ObjectView) -> Iterator[tuple[Path, str]]:
    places: list[Path] = [("spec", "defaultBackend")]
    for rule, _ in view.items("spec", "rules"):
        places += [(*path, "backend") for path, _ in view.items(*rule, "http", "paths")]
    for place in places:
        for at in (("service", "name"), ("serviceName",)):
            name = view.at(*place, *at)
            if isinstance(name, str):
                yield (*place, *at), name


RULE = RuleSpec(
    "VL202",
    "ingress-backend-missing",
    "An Ingress leads to a Service that nobody provides",
    "class",
    Severity.WARNING,
    ("recommended",),
    what="The backend of an Ingress is a Service that the same clusters do not get.",
    why="Its callers get 503.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: www, port: {number: 80}}}}
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 80}]}
""",
    fix="Name a Service that exists.",
    check=check,
)
