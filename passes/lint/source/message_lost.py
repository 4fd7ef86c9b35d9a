"""VL062: a message is never shown."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        data = data_of(step.properties)
        if step.type not in ("suspend", "deploy"):
            continue
        if "message" in data:
            yield app.finding(
                "the message is never shown", step.origin.key_span(("properties", "message"))
            )


RULE = RuleSpec(
    "VL062",
    "message-lost",
    "A message is never shown",
    "application",
    Severity.NOTE,
    ("recommended",),
    what="The `message` of a suspend or deploy step appears nowhere.",
    why="Whoever has to approve does not see what for.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: wait, type: suspend, properties: {message: look first}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: wait, type: suspend}
""",
    fix="Put a step `print-message-in-status` or `notification` before it.",
    check=check,
)
