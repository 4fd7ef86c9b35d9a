"""VL034: a rolling update does not say how."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "k8s-update-strategy":
            continue
        strategy = data.get("strategy")
        strategy = strategy if isinstance(strategy, dict) else {}
        if (
            strategy.get("type", "RollingUpdate") == "RollingUpdate"
            and "rollingStrategy" not in strategy
        ):
            yield app.finding(
                "`RollingUpdate` needs `rollingStrategy`",
                trait.origin.span(("properties", "strategy")),
            )


RULE = RuleSpec(
    "VL034",
    "update-strategy-incomplete",
    "A rolling update does not say how",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The trait `k8s-update-strategy` of type `RollingUpdate`, which is the default, has no `rollingStrategy`.",
    why="The component cannot be rendered.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: k8s-update-strategy, properties: {strategy: {type: RollingUpdate}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: k8s-update-strategy, properties: {strategy: {type: RollingUpdate, rollingStrategy: {maxSurge: 25%, maxUnavailable: 25%}}}}
""",
    fix="Add `rollingStrategy` with texts such as `25%`.",
    check=check,
)
