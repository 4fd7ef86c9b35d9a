"""VL051: a limit without its request is ignored."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("webservice",):
            continue
        limit = data.get("limit")
        for name in limit if isinstance(limit, dict) else ():
            if name not in data and component.properties is not None:
                yield app.finding(
                    f"`limit.{name}` counts only with `{name}`",
                    component.properties.key_span(("limit", name)),
                )


RULE = RuleSpec(
    "VL051",
    "limit-alone",
    "A limit without its request is ignored",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="`limit` of a webservice counts only together with `cpu` and `memory`.",
    why="The container has no limit although the source has one.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', limit: {memory: 1Gi}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', memory: 1Gi, limit: {memory: 1Gi}}
""",
    fix="Set `cpu` or `memory`, too.",
    check=check,
)
