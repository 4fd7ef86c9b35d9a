"""VL039: the trait command removes the arguments."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, data_of


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for _, trait in app.traits():
        data = data_of(trait.properties)
        if trait.type != "command":
            continue
        if "command" in data and "args" not in data and "addArgs" not in data:
            yield app.finding(
                "the arguments of the container are removed", trait.origin.span(("type",))
            )


RULE = RuleSpec(
    "VL039",
    "command-drops-args",
    "The trait command removes the arguments",
    "application",
    Severity.NOTE,
    ("recommended",),
    what="The trait `command` has a `command` without `args`; it always writes the arguments, then none.",
    why="Arguments that were there are gone.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: command, properties: {command: [a]}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: command, properties: {command: [a], args: [b]}}
""",
    fix="Repeat the arguments.",
    check=check,
)
