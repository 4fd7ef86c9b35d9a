"""VL040: tLS needs a domain."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "gateway":
            continue
        if data.get("secretName") and not data.get("domain"):
            yield app.finding(
                "`secretName` needs a `domain`", trait.origin.key_span(("properties", "secretName"))
            )


RULE = RuleSpec(
    "VL040",
    "gateway-tls-without-domain",
    "TLS needs a domain",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="The trait `gateway` has a `secretName` and no `domain`.",
    why="The component cannot be rendered.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: gateway, properties: {secretName: tls, http: {'/': 80}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: gateway, properties: {secretName: tls, domain: web.example.com, http: {'/': 80}}}
""",
    fix="Add the `domain`.",
    check=check,
)
