"""VL020: a debug policy was left on."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for policy in app.policies("debug"):
        yield app.finding("the debug policy was left on", policy.origin.span(("type",)))


RULE = RuleSpec(
    "VL020",
    "debug-policy",
    "A debug policy was left on",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="The Application has a policy of type `debug`.",
    why="Every step keeps its variables in the cluster, secrets among them.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: d, type: debug}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: here, type: topology, properties: {clusters: [local]}}
""",
    fix="Remove it.",
    check=check,
)
