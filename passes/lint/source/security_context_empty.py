"""VL032: an empty securitycontext never renders."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "securitycontext":
            continue
        if not data:
            yield app.finding(
                "`securitycontext` without properties never renders", trait.origin.span(("type",))
            )


RULE = RuleSpec(
    "VL032",
    "security-context-empty",
    "An empty securitycontext never renders",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The trait `securitycontext` has no properties, which is ambiguous.",
    why="The component cannot be rendered.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: securitycontext, properties: {}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: securitycontext, properties: {runAsNonRoot: true}}
""",
    fix="Set at least one property.",
    check=check,
)
