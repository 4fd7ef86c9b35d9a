"""VL008: an override says what is there already."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, without_key


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    properties = {component.name: data_of(component.properties) for component in app.components}
    for override in app.overrides():
        for patch in override.components:
            base = properties.get(patch.name, {})
            for name, value in data_of(patch.properties).items():
                if name in base and base[name] == value and type(base[name]) is type(value):
                    text = (
                        f"override `{override.name}` sets `{name}` of `{patch.name}` to what it is"
                    )
                    path = ("properties", name)
                    fix = without_key(patch.origin, path)
                    yield app.finding(text, patch.origin.key_span(path), fix=fix)


RULE = RuleSpec(
    "VL008",
    "override-without-effect",
    "An override says what is there already",
    "application",
    Severity.NOTE,
    ("recommended",),
    what="A patch sets a property to the value that the component has.",
    why="It will go on holding the old value when the component changes.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', cpu: '1'}
policies:
  - {name: o, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', cpu: '1'}
policies:
  - {name: o, type: override, properties: {components: [{name: web, properties: {cpu: '2'}}]}}
""",
    fix="Remove it from the override (`--fix` does).",
    check=check,
)
