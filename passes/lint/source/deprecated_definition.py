"""VL001: a deprecated definition is used."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.ir.values import Values
from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity
from velac.compiler.load.definition import Definition


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for type_, place in _used(app):
        definition = place[0]
        if any(
            key.endswith("/deprecated") and value == "true"
            for key, value in definition.labels.items()
        ):
            yield app.finding(
                f"the {definition.type} `{type_}` is deprecated",
                place[1].span(("type",)),
                definition.annotations.get("definition.oam.dev/description", ""),
            )


def _used(app: AppView) -> Iterator[tuple[str, tuple[Definition, Values]]]:
    for component in app.components:
        found = app.definition(component)
        if found is not None:
            yield component.type, (found, component.origin)
    for _, trait in app.traits():
        found = app.definition(trait)
        if found is not None:
            yield trait.type, (found, trait.origin)


RULE = RuleSpec(
    "VL001",
    "deprecated-definition",
    "A deprecated definition is used",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A component, trait, policy or step has a type whose definition says that it is deprecated.",
    why="It gets no fixes and will go away.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: pure-ingress, properties: {domain: web.example.com, http: {'/': 80}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: gateway, properties: {domain: web.example.com, http: {'/': 80}}}
""",
    fix="Use what its description names.",
    check=check,
)
