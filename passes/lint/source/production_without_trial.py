"""VL012: production comes first."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    tried = False
    for deployment in app.app.deployments:
        reached = [name for target in deployment.targets for name in target.clusters]
        live = [name for name in reached if app.is_production(name)]
        if live and not tried and not deployment.gate:
            step = deployment.step
            place = step.origin.span(("name",)) if step.origin.sources else app.app.name_span
            yield app.finding(f"step `{step.name}` is the first, and deploys to production", place)
            return
        tried = tried or bool(reached)


RULE = RuleSpec(
    "VL012",
    "production-without-trial",
    "Production comes first",
    "plan",
    Severity.NOTE,
    ("strict",),
    what="A step without a gate deploys to clusters that their labels call production, and no step before it deploys to others.",
    why="Nobody has seen it run.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: live, type: topology, properties: {clusters: [far-1]}}
workflow:
  steps:
    - {name: go, type: deploy, properties: {policies: [live]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
policies:
  - {name: live, type: topology, properties: {clusters: [far-1]}}
  - {name: try, type: topology, properties: {clusters: [local]}}
workflow:
  steps:
    - {name: try, type: deploy, properties: {policies: [try]}}
    - {name: go, type: deploy, properties: {policies: [live]}}
""",
    fix="Deploy elsewhere first, or set `auto: false`.",
    check=check,
)
