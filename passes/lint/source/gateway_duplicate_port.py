"""VL041: two paths of a gateway share a port."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "gateway":
            continue
        http = data.get("http")
        ports = list(http.values()) if isinstance(http, dict) else []
        if len({str(port) for port in ports}) < len(ports):
            yield app.finding(
                "two paths lead to one port", trait.origin.key_span(("properties", "http"))
            )


RULE = RuleSpec(
    "VL041",
    "gateway-duplicate-port",
    "Two paths of a gateway share a port",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="Two entries of `http` lead to one port, and make two ports of the Service.",
    why="The API server refuses the Service.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: gateway, properties: {domain: a.example.com, http: {'/': 80, '/api': 80}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: gateway, properties: {domain: a.example.com, http: {'/': 80}}}
""",
    fix="Use another port, or a trait `http-route`.",
    check=check,
)
