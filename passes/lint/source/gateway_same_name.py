"""VL042: two gateways make one Ingress."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        names: set[str] = set()
        for trait in component.traits:
            name = str(data_of(trait.properties).get("name") or "")
            if trait.type == "gateway" and name in names:
                yield app.finding(
                    f"two gateways of `{component.name}` make one Ingress",
                    trait.origin.span(("type",)),
                )
            if trait.type == "gateway":
                names.add(name)


RULE = RuleSpec(
    "VL042",
    "gateway-same-name",
    "Two gateways make one Ingress",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="Two traits `gateway` of a component have the same `name`, or none.",
    why="The second one replaces what the first one made.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: gateway, properties: {domain: a.example.com, http: {'/': 80}}}
      - {type: gateway, properties: {domain: b.example.com, http: {'/': 80}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: gateway, properties: {domain: a.example.com, http: {'/': 80}}}
      - {type: gateway, properties: {name: b, domain: b.example.com, http: {'/': 80}}}
""",
    fix="Give each a `name`.",
    check=check,
)
