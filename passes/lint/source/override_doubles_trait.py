"""VL067: an override makes two traits of one type the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, Label, RuleSpec, Severity
from velac.compiler.lower.override_merge import NameIndex


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    twice = {c.name: c for c in app.components if len({t.type for t in c.traits}) < len(c.traits)}
    if not twice:
        return
    index = NameIndex(component.name for component in app.components)
    told: set[tuple[str, str]] = set()
    for override in app.overrides():
        for patch in override.components:
            names = index.matching(patch.name) if patch.name else list(twice)
            for name in names or ():
                component = twice.get(name)
                if component is None or patch.type not in ("", component.type):
                    continue
                counts = Counter(trait.type for trait in component.traits)
                last = {trait.type: trait for trait in component.traits}
                for type_ in (t for t, number in counts.items() if number > 1):
                    if (name, type_) in told:
                        continue
                    told.add((name, type_))
                    text = (
                        f"override `{override.name}` makes all {counts[type_]} traits `{type_}` "
                        f"of `{name}` the last one"
                    )
                    first = next(trait for trait in component.traits if trait.type == type_)
                    related = (
                        Label(patch.origin.span(), "the override"),
                        Label(last[type_].origin.span(("type",)), "this one counts"),
                    )
                    yield app.finding(text, first.origin.span(("type",)), "", *related)


RULE = RuleSpec(
    "VL067",
    "override-doubles-trait",
    "An override makes two traits of one type the same",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A component has several traits of one type, and an override touches it: merging knows traits by their type, so the last of them takes the place of all.",
    why="What the first ones say is lost, and the last one is rendered more than once.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', ports: [{port: 80}, {port: 81}]}
    traits:
      - {type: gateway, properties: {name: one, domain: a.example.com, http: {/: 80}}}
      - {type: gateway, properties: {name: two, domain: b.example.com, http: {/: 81}}}
policies:
  - {name: o, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', ports: [{port: 80}, {port: 81}]}
    traits:
      - {type: gateway, properties: {name: one, domain: a.example.com, http: {/: 80}}}
policies:
  - {name: o, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
""",
    fix="Say once what one trait can say, put the other one on a component of its own, or place without an override.",
    check=check,
)
