"""VL045: a UDP port is exposed as TCP."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, mappings


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        data = data_of(component.properties)
        if component.type not in ("daemon",):
            continue
        for path, port in mappings(data, ("ports",)):
            if (
                port.get("expose")
                and port.get("protocol") in ("UDP", "SCTP")
                and component.properties is not None
            ):
                text = f"port {port.get('port')} is exposed as TCP"
                yield app.finding(text, component.properties.span((*path, "protocol")))


RULE = RuleSpec(
    "VL045",
    "daemon-udp",
    "A UDP port is exposed as TCP",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A port of a `daemon` with `expose` has the protocol UDP; its Service says TCP.",
    why="Nobody reaches it.",
    bad="""\
components:
  - name: web
    type: daemon
    properties: {image: 'a:1', ports: [{port: 53, protocol: UDP, expose: true}]}
""",
    good="""\
components:
  - name: web
    type: daemon
    properties: {image: 'a:1', ports: [{port: 53, protocol: TCP, expose: true}]}
""",
    fix="Expose it with the trait `expose`.",
    check=check,
)
