"""VL043: a Service has no ports."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "expose":
            continue
        if not data.get("ports") and not data.get("port"):
            yield app.finding(
                "`expose` without ports makes a Service without any", trait.origin.span(("type",))
            )


RULE = RuleSpec(
    "VL043",
    "expose-nothing",
    "A Service has no ports",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The trait `expose` has neither `ports` nor `port`.",
    why="The API server refuses the Service.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: expose, properties: {type: ClusterIP}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: expose, properties: {ports: [{port: 80}]}}
""",
    fix="List the `ports`.",
    check=check,
)
