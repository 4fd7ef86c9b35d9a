"""VL006: an override hits more components than it names."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity
from velac.compiler.lower.override_merge import NameIndex


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    index = NameIndex(component.name for component in app.components)
    names = {component.name for component in app.components}
    for override in app.overrides():
        for patch in override.components:
            hits = index.matching(patch.name) if patch.name in names else None
            if hits and len(hits) > 1:
                others = ", ".join(f"`{name}`" for name in hits if name != patch.name)
                text = f"override `{override.name}` for `{patch.name}` also hits {others}"
                yield app.finding(
                    text, patch.origin.span(("name",)), f"write `^{patch.name}$` for this one alone"
                )


RULE = RuleSpec(
    "VL006",
    "override-hits-more",
    "An override hits more components than it names",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="The name in an override is searched for anywhere in a component's name: `web` hits `web-api` too.",
    why="A component changes that nobody thought of.",
    bad="""\
components:
  - {name: web, type: webservice, properties: {image: 'a:1'}}
  - {name: web-api, type: webservice, properties: {image: 'a:1'}}
policies:
  - {name: o, type: override, properties: {components: [{name: web, properties: {cpu: '1'}}]}}
""",
    good="""\
components:
  - {name: web, type: webservice, properties: {image: 'a:1'}}
  - {name: web-api, type: webservice, properties: {image: 'a:1'}}
policies:
  - {name: o, type: override, properties: {components: [{name: ^web$, properties: {cpu: '1'}}]}}
""",
    fix="Write `^web$` for one component, `web*` for all of them.",
    check=check,
)
