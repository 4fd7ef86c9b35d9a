"""VL036: a volume stays writable."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, mappings


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "storage":
            continue
        for path, item in ((p, v) for kind in data for p, v in mappings(data, (kind,))):
            if "readOnly" in item and trait.properties is not None:
                yield app.finding(
                    "`readOnly` is never rendered", trait.properties.key_span((*path, "readOnly"))
                )


RULE = RuleSpec(
    "VL036",
    "storage-read-only",
    "A volume stays writable",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="The trait `storage` has `readOnly`, which is never rendered.",
    why="The volume can be written although the source says no.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: storage, properties: {hostPath: [{name: d, path: /d, mountPath: /d, readOnly: true}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: storage, properties: {hostPath: [{name: d, path: /d, mountPath: /d}]}}
""",
    fix="Use a patch where it matters.",
    check=check,
)
