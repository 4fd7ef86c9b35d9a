"""VL031: a list of startup probes never renders."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "startup-probe":
            continue
        if "probes" in data:
            yield app.finding(
                "the form `probes` never renders", trait.origin.key_span(("properties", "probes"))
            )


RULE = RuleSpec(
    "VL031",
    "startup-probe-list",
    "A list of startup probes never renders",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The trait `startup-probe` has `probes`, a form that always fails to render.",
    why="The component cannot be rendered.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: startup-probe, properties: {probes: [{containerName: web, tcpSocket: {port: 80}}]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: startup-probe, properties: {tcpSocket: {port: 80}}}
""",
    fix="Give one probe, with `containerName` where need be.",
    check=check,
)
