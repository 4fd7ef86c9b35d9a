"""VL002: a deprecated parameter is used."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of
from velac.compiler.lint.parameters import deprecated_parameters


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    items = [(c, c.properties) for c in app.components] + [
        (t, t.properties) for _, t in app.traits()
    ]
    for item, values in items:
        definition = app.definition(item)
        texts = deprecated_parameters(definition) if definition is not None else {}
        for name in data_of(values):
            if name in texts and values is not None:
                text = f"parameter `{name}` of `{item.type}` is deprecated"
                yield app.finding(text, values.key_span((name,)), texts[name])


RULE = RuleSpec(
    "VL002",
    "deprecated-parameter",
    "A deprecated parameter is used",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A property is one of which its definition says that it is deprecated.",
    why="It will go away, and often does less than what came after it.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: expose, properties: {port: [80]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: expose, properties: {ports: [{port: 80}]}}
""",
    fix="Use what its description names.",
    check=check,
)
