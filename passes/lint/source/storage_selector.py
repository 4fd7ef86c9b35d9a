"""VL037: the selector of a claim ends in its data source."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, mappings


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "storage":
            continue
        for path, item in mappings(data, ("pvc",)):
            if "selector" in item and trait.properties is not None:
                yield app.finding(
                    "the selector lands in `dataSource`",
                    trait.properties.key_span((*path, "selector")),
                )


RULE = RuleSpec(
    "VL037",
    "storage-selector",
    "The selector of a claim ends in its data source",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A claim of the trait `storage` has a `selector`, which is written into `dataSource`.",
    why="The API server refuses the claim.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: storage, properties: {pvc: [{name: d, mountPath: /d, selector: {matchLabels: {a: b}}, resources: {requests: {storage: 1Gi}}}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: storage, properties: {pvc: [{name: d, mountPath: /d, resources: {requests: {storage: 1Gi}}}]}}
""",
    fix="Use `volumeName`, or a claim of your own.",
    check=check,
)
