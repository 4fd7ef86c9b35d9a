"""VL004: an override is overridden in the same step."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, Label, RuleSpec, Severity, data_of
from velac.grammar.source import Span


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    decoded = {override.name: override for override in app.overrides()}
    told: set[object] = set()
    for deployment in app.app.deployments:
        seen: dict[tuple[str, str, str], tuple[object, Span]] = {}
        for policy in deployment.policies:
            for patch in decoded[policy.name].components if policy.name in decoded else ():
                for name, value in data_of(patch.properties).items():
                    key = (patch.name, patch.type, name)
                    place = patch.origin.key_span(("properties", name))
                    first = seen.setdefault(key, (value, place))
                    plain = not isinstance(value, dict)
                    if plain and first[0] != value and (key, policy.name) not in told:
                        told.add((key, policy.name))
                        text = f"override `{policy.name}` sets `{name}` again, to something else"
                        yield app.finding(text, place, "", Label(first[1], "first here"))


RULE = RuleSpec(
    "VL004",
    "override-shadowed",
    "An override is overridden in the same step",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="Two override policies of a step set the same property of the same component to different values.",
    why="The last one wins; the order in the step decides.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: one, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
  - {name: two, type: override, properties: {components: [{name: web, properties: {cpu: '2'}}]}}
workflow:
  steps:
    - {name: go, type: deploy, properties: {policies: [one, two]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: one, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
  - {name: two, type: override, properties: {components: [{name: web, properties: {memory: 1Gi}}]}}
workflow:
  steps:
    - {name: go, type: deploy, properties: {policies: [one, two]}}
""",
    fix="Say it once, or name the patches so that only one matches.",
    check=check,
)
