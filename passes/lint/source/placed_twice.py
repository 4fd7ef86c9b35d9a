"""VL013: two steps place a component differently in one cluster."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.ir.app import Component
from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    told: set[tuple[str, str]] = set()
    for group in app.plan.classes:
        seen: dict[tuple[str, str], tuple[Component, str]] = {}
        for slot in group.slots:
            for component in slot.deployment.components:
                step = slot.deployment.step
                key = (slot.namespace, component.name)
                first = seen.setdefault(key, (component, step.name))
                if first[0] is component or (component.name, step.name) in told:
                    continue
                told.add((component.name, step.name))
                text = f"steps `{first[1]}` and `{step.name}` place `{component.name}` differently in the same clusters"
                yield app.finding(text, step.origin.span(("name",)))


RULE = RuleSpec(
    "VL013",
    "placed-twice",
    "Two steps place a component differently in one cluster",
    "plan",
    Severity.WARNING,
    ("recommended",),
    what="Two deploying steps reach the same cluster and namespace with different variants of a component.",
    why="The last one wins, after the first has run for a while.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: here, type: topology, properties: {clusters: [local]}}
  - {name: o, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
workflow:
  steps:
    - {name: one, type: deploy, properties: {policies: [here]}}
    - {name: two, type: deploy, properties: {policies: [here, o]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: here, type: topology, properties: {clusters: [local]}}
  - {name: there, type: topology, properties: {clusters: [far-1]}}
  - {name: o, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
workflow:
  steps:
    - {name: one, type: deploy, properties: {policies: [here]}}
    - {name: two, type: deploy, properties: {policies: [there, o]}}
""",
    fix="Take the clusters apart, or use the same overrides.",
    check=check,
)
