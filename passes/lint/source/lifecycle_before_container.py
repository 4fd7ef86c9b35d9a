"""VL035: hooks also reach a container that is added later."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    for component in app.components:
        hooks = False
        for trait in component.traits:
            if hooks and trait.type in ("sidecar", "init-container"):
                yield app.finding(
                    "this container gets the hooks of `lifecycle`, too",
                    trait.origin.span(("type",)),
                )
            hooks = hooks or trait.type == "lifecycle"


RULE = RuleSpec(
    "VL035",
    "lifecycle-before-container",
    "Hooks also reach a container that is added later",
    "application",
    Severity.NOTE,
    ("recommended",),
    what="The trait `lifecycle` stands before one that adds a container.",
    why="The new container gets the hooks, too, whose commands it may not have.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: lifecycle, properties: {preStop: {exec: {command: [a]}}}}
      - {type: sidecar, properties: {name: log, image: 'b:1'}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1'}
    traits:
      - {type: sidecar, properties: {name: log, image: 'b:1'}}
""",
    fix="Give the hooks with a patch of the one container.",
    check=check,
)
