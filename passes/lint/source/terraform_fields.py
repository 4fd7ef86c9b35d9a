"""VL027: region and jobEnv of apply-terraform-config reach no field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of

_FIELDS: Final = ("region", "jobEnv")


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        if step.type != "apply-terraform-config":
            continue
        for name in _FIELDS:
            if name in data_of(step.properties):
                place = step.origin.key_span(("properties", name))
                yield app.finding(f"`{name}` is no field of a Configuration", place)


RULE = RuleSpec(
    "VL027",
    "terraform-fields",
    "Parameters of apply-terraform-config reach no field",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A step `apply-terraform-config` sets `region` or `jobEnv`, which it writes to fields that a Configuration does not have.",
    why="They are dropped: the region is that of the provider, and the job has no more environment.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: c, type: apply-terraform-config, properties: {source: {path: aws/s3}, region: eu-west-1}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: c, type: apply-terraform-config, properties: {source: {path: aws/s3}, providerRef: {name: aws-eu}}}
""",
    fix="Set the region in the provider, and give variables to the module.",
    check=check,
)
