"""VL003: a component has a trait twice."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity

_MANY = frozenset(
    {"gateway", "json-patch", "json-merge-patch", "sidecar", "init-container", "http-route"}
)


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        seen: set[str] = set()
        for trait in component.traits:
            if trait.type in seen and trait.type not in _MANY:
                text = f"component `{component.name}` has the trait `{trait.type}` twice"
                yield app.finding(text, trait.origin.span(("type",)))
            seen.add(trait.type)


RULE = RuleSpec(
    "VL003",
    "trait-twice",
    "A component has a trait twice",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="Two traits of a component have one type. Some types are made for that, such as `gateway` and `json-patch`.",
    why="Where an override touches one of them, both become the last one.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: scaler, properties: {replicas: 2}}
      - {type: scaler, properties: {replicas: 3}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: scaler, properties: {replicas: 3}}
""",
    fix="Merge them into one.",
    check=check,
)
