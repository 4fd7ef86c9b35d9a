"""VL046: options of a host path are ignored."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, mappings


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("daemon",):
            continue
        for path, mount in mappings(data, ("volumeMounts", "hostPath")):
            for name in ("readOnly", "mountPropagation"):
                if name in mount and component.properties is not None:
                    yield app.finding(
                        f"`{name}` is never rendered", component.properties.key_span((*path, name))
                    )


RULE = RuleSpec(
    "VL046",
    "daemon-host-path",
    "Options of a host path are ignored",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A `hostPath` of a `daemon` has `readOnly` or `mountPropagation`, which are never rendered.",
    why="The directory of the node can be written although the source says no.",
    bad="""\
components:
  - name: web
    type: daemon
    properties: {image: 'a:1', volumeMounts: {hostPath: [{name: d, path: /d, mountPath: /d, readOnly: true}]}}
""",
    good="""\
components:
  - name: web
    type: daemon
    properties: {image: 'a:1', volumeMounts: {hostPath: [{name: d, path: /d, mountPath: /d}]}}
""",
    fix="Patch the DaemonSet.",
    check=check,
)
