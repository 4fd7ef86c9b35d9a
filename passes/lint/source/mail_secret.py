"""VL057: a mail notification cannot read its password."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of, dig


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        data = data_of(step.properties)
        if step.type not in ("notification",):
            continue
        if dig(data, ("email", "from", "password", "secretRef")) is not None:
            yield app.finding(
                "a mail's password cannot come from a Secret",
                step.origin.span(("properties", "email", "from", "password")),
            )


RULE = RuleSpec(
    "VL057",
    "mail-secret",
    "A mail notification cannot read its password",
    "application",
    Severity.ERROR,
    ("recommended",),
    what="A notification by mail has its password in a `secretRef`, which always fails.",
    why="The step fails.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: tell, type: notification, properties: {email: {from: {address: a@example.com, host: h, password: {secretRef: {name: m, key: p}}}, to: [b@example.com], content: {subject: s, body: b}}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: tell, type: notification, properties: {slack: {url: {secretRef: {name: m, key: p}}, message: {text: t}}}}
""",
    fix="Use another channel, or a webhook.",
    check=check,
)
