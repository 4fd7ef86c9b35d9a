"""VL011: one step reaches too many clusters."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity

_MOST = 20


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    waves = [deployment.wave for deployment in app.app.deployments]
    for deployment in app.app.deployments:
        reached = {name for target in deployment.targets for name in target.clusters}
        alone = deployment.wave == min(waves)
        if len(reached) > _MOST and alone and not deployment.gate:
            step = deployment.step
            place = step.origin.span(("name",)) if step.origin.sources else app.app.name_span
            text = f"step `{step.name}` reaches {len(reached)} clusters at once"
            yield app.finding(text, place)


RULE = RuleSpec(
    "VL011",
    "blast-radius",
    "One step reaches too many clusters",
    "plan",
    Severity.WARNING,
    ("recommended",),
    what="A deploying step reaches more than 20 clusters, with no gate and no smaller step before it.",
    why="A mistake is everywhere at once.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: all, type: topology, properties: {clusterLabelSelector: {stage: prod}}}
workflow:
  steps:
    - {name: go, type: deploy, properties: {policies: [all]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: first, type: topology, properties: {clusters: [far-1]}}
  - {name: all, type: topology, properties: {clusterLabelSelector: {stage: prod}}}
workflow:
  steps:
    - {name: try, type: deploy, properties: {policies: [first]}}
    - {name: go, type: deploy, properties: {policies: [all], auto: false}}
""",
    fix="Deploy to one cluster first, then, behind a gate or in waves, to the others.",
    check=check,
)
