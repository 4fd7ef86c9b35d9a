"""VL047: a StatefulSet has no service name."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        if component.type not in ("statefulset",):
            continue
        patched = any(trait.type.startswith("json-") for trait in component.traits)
        if not patched:
            text = f"the StatefulSet of `{component.name}` has no service name"
            yield app.finding(text, component.origin.span(("type",)))


RULE = RuleSpec(
    "VL047",
    "statefulset-without-service",
    "A StatefulSet has no service name",
    "application",
    Severity.NOTE,
    ("strict",),
    what="A component of type `statefulset` has no `serviceName` unless a trait patches it in.",
    why="Its pods have no names of their own in the DNS.",
    bad="""\
components:
  - name: web
    type: statefulset
    properties: {image: 'a:1'}
""",
    good="""\
components:
  - name: web
    type: statefulset
    properties: {image: 'a:1'}
    traits:
      - {type: json-merge-patch, properties: {spec: {serviceName: web}}}
""",
    fix="Patch `spec.serviceName` in.",
    check=check,
)
