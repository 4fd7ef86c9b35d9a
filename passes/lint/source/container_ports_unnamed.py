"""VL025: the trait container-ports meets ports without a name."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    before: set[str] = set()
    for component, trait in app.traits():
        if trait.type != "container-ports":
            continue
        unnamed = component.type == "webservice" and "port" in data_of(component.properties)
        if unnamed or component.name in before:
            yield app.finding("it fails on ports that have no name", trait.origin.span(("type",)))
        before.add(component.name)


RULE = RuleSpec(
    "VL025",
    "container-ports-unnamed",
    "The trait container-ports meets ports without a name",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The container has ports without name or protocol: those of `port` of a webservice, or of an earlier `container-ports`.",
    why="The trait copies name and protocol of every port that is there, and rendering fails.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', port: 80}
    traits:
      - {type: container-ports, properties: {ports: [{containerPort: 81}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', ports: [{port: 80}]}
    traits:
      - {type: container-ports, properties: {ports: [{containerPort: 81}]}}
""",
    fix="Use `ports` instead of `port`, and one trait for all ports.",
    check=check,
)
