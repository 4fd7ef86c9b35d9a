"""VL066: a canary by header cannot be used."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.ir.values import Path, Values
from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        for path, text in _headers(trait.properties) if trait.type == "kruise-rollout" else ():
            if trait.properties is not None:
                yield app.finding(text, trait.properties.key_span(path))


def _headers(values: Values | None) -> Iterator[tuple[Path, str]]:
    stack: list[tuple[Path, object]] = [((), data_of(values))]
    while stack:
        path, here = stack.pop()
        if isinstance(here, dict):
            if "headers" in here:
                yield (*path, "headers"), "matching on headers cannot be rendered"
            stack.extend(((*path, key), item) for key, item in here.items())
        elif isinstance(here, list):
            stack.extend(((*path, index), item) for index, item in enumerate(here))


RULE = RuleSpec(
    "VL066",
    "rollout-header",
    "A canary by header cannot be used",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A trait `kruise-rollout` matches on headers; its parameters cannot be rendered.",
    why="The component cannot be rendered.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: kruise-rollout, properties: {canary: {steps: [{weight: 5}], trafficRoutings: [{type: nginx, matches: [{headers: []}]}]}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: kruise-rollout, properties: {canary: {steps: [{weight: 5}]}}}
""",
    fix="Use weights.",
    check=check,
)
