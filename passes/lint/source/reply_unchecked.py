"""VL063: the answer to a request is not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for step in app.steps():
        if step.type not in ("webhook", "notification"):
            continue
        yield app.finding(
            f"step `{step.name}` succeeds whatever is answered", step.origin.span(("type",))
        )


RULE = RuleSpec(
    "VL063",
    "reply-unchecked",
    "The answer to a request is not looked at",
    "application",
    Severity.NOTE,
    ("strict",),
    what="The step succeeds whatever the other side answers.",
    why="What was to be told may not have arrived.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: w, type: webhook, properties: {url: {value: 'https://h.example.com'}}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
workflow:
  steps:
    - {name: w, type: request, properties: {url: 'https://h.example.com'}}
""",
    fix="Use a step `request` where the answer counts.",
    check=check,
)
