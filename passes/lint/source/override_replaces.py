"""VL007: an override replaces a component."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    types = {component.name: component.type for component in app.components}
    for override in app.overrides():
        for patch in override.components:
            own = types.get(patch.name)
            if own is not None and patch.type and patch.type != own:
                text = f"override `{override.name}` replaces `{patch.name}` by a `{patch.type}`"
                yield app.finding(text, patch.origin.span(("type",)), f"the component is a `{own}`")


RULE = RuleSpec(
    "VL007",
    "override-replaces",
    "An override replaces a component",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A patch names a component and another type than it has.",
    why="The component is not patched but replaced, and is then called what the patch says.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: o, type: override, properties: {components: [{name: web, type: worker, properties: {image: 'b:1'}}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: o, type: override, properties: {components: [{name: web, type: webservice, properties: {image: 'b:1'}}]}}
""",
    fix="Leave the type out, or use the component's.",
    check=check,
)
