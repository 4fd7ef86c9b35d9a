"""VL038: a block device is mounted as a file system."""

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
            if item.get("volumeMode") == "Block" and trait.properties is not None:
                yield app.finding(
                    "a block device gets an empty mount",
                    trait.properties.span((*path, "volumeMode")),
                )


RULE = RuleSpec(
    "VL038",
    "storage-block",
    "A block device is mounted as a file system",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A claim of the trait `storage` has `volumeMode: Block`, and gets a mount besides the device.",
    why="The API server refuses the pod.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: storage, properties: {pvc: [{name: d, mountPath: /dev/x, volumeMode: Block, resources: {requests: {storage: 1Gi}}}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: storage, properties: {pvc: [{name: d, mountPath: /d, resources: {requests: {storage: 1Gi}}}]}}
""",
    fix="Use a file system, or write the pod out.",
    check=check,
)
