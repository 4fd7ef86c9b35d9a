"""VL021: a word of YAML became a boolean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from velac.compiler.ir.values import Path
from velac.compiler.lint.api import AppView, Finding, RuleSpec, Severity, replaced

_WORDS = frozenset("y Y n N yes Yes YES no No NO on On ON off Off OFF".split())


def check(app: AppView) -> Iterator[Finding]:
    """See `RULE`."""
    pieces = [c.properties for c in app.components] + [t.properties for _, t in app.traits()]
    for values in pieces:
        for path, value in _booleans(values.data if values is not None else None, ()):
            if values is None:
                continue
            span = values.span(path) if value is not None else values.key_span(path)
            word = span.file.text[span.start : span.end]
            if word in _WORDS:
                # A key may be meant as the word; a value that compiles is a boolean to its definition.
                fix = None if value is None else replaced(span, "true" if value else "false")
                yield app.finding(
                    f"`{word}` is read as a boolean", span, f'write "{word}"', fix=fix
                )


def _booleans(data: Any, path: Path) -> Iterator[tuple[Path, bool | None]]:
    """The boolean values, and (with None) the keys that became one."""
    if isinstance(data, bool):
        yield path, data
    elif isinstance(data, dict):
        for key, item in data.items():
            if key in ("true", "false"):
                yield (*path, key), None
            yield from _booleans(item, (*path, key))
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _booleans(item, (*path, index))


RULE = RuleSpec(
    "VL021",
    "yaml-boolean",
    "A word of YAML became a boolean",
    "application",
    Severity.WARNING,
    ("recommended",),
    what="A key or value such as `n`, `y`, `on` or `off` is a boolean in the YAML that Kubernetes reads.",
    why="The template gets `true` or `false` instead of the word.",
    bad="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', annotations: {y: '5'}}
""",
    good="""\
components:
  - name: web
    type: webservice
    properties: {image: 'a:1', annotations: {'y': '5'}}
""",
    fix="Put it into quotes, or write `true` or `false` where a boolean is meant, as `--fix` does for values.",
    check=check,
)
