"""VL015: the name of a component is not usable everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity

_NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,48}[a-z0-9])?")


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        if component.name and not _NAME.fullmatch(component.name):
            text = f"`{component.name}` is not usable as the name of a Service"
            yield app.finding(text, component.origin.span(("name",)))


RULE = RuleSpec(
    "VL015",
    "component-name",
    "The name of a component is not usable everywhere",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="It is longer than 50 characters, begins with a digit, or has a dot.",
    why="Services and volumes made from it get names that Kubernetes refuses.",
    bad="""\
components:
  - name: web.api
    type: webservice
    properties: {image: 'a:1'}
""",
    good="""\
components:
  - name: web-api
    type: webservice
    properties: {image: 'a:1'}
""",
    fix="Use letters, digits and `-`, and begin with a letter.",
    check=check,
)
