"""VL058: a host path of vela-cli is malformed."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, dig


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        data = data_of(step.properties)
        if step.type not in ("vela-cli",):
            continue
        if dig(data, ("storage", "hostPath")):
            yield app.finding(
                "a host path of `vela-cli` is malformed",
                step.origin.key_span(("properties", "storage", "hostPath")),
            )


RULE = RuleSpec(
    "VL058",
    "cli-host-path",
    "A host path of vela-cli is malformed",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A step `vela-cli` mounts a `hostPath`, which is rendered with the wrong fields.",
    why="The API server refuses the Job.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: v, type: vela-cli, properties: {command: [vela, ls], image: 'v:1', storage: {hostPath: [{name: d, path: /d, mountPath: /d}]}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: v, type: vela-cli, properties: {command: [vela, ls], image: 'v:1'}}
""",
    fix="Use a Secret, or another step.",
    check=check,
)
