"""VL033: a trait meant for one container comes after a second one."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        several = False
        for trait in component.traits:
            if several and trait.type in ("resource", "pvc"):
                text = f"`{trait.type}` has to come before the trait that adds a container"
                yield app.finding(text, trait.origin.span(("type",)))
            several = several or trait.type == "sidecar"


RULE = RuleSpec(
    "VL033",
    "resource-after-sidecar",
    "A trait meant for one container comes after a second one",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The trait `resource` follows one that adds a container, and does not say which container it is for.",
    why="It fails on pods with more than one container.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: sidecar, properties: {name: log, image: 'b:1'}}
      - {type: resource, properties: {cpu: 1, memory: 1Gi}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: resource, properties: {cpu: 1, memory: 1Gi}}
      - {type: sidecar, properties: {name: log, image: 'b:1'}}
""",
    fix="Put it before the sidecar.",
    check=check,
)
