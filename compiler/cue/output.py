"""Evaluated data as text: the formats of `--out`, and several documents in one stream."""

from __future__ import annotations

from typing import Any

from velac.compiler.cue import jsontext, kinds
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.values import is_concrete, kind_of
from velac.grammar.source import Span

SEPARATOR = {"json": "", "text": "", "toml": "", "yaml": "---\n", "cue": "// ---\n"}
"""What stands between two documents."""


def data_text(data: Any, out: str, path: str = "", spans: tuple[Span, ...] = ()) -> str:
    """One document of plain data. Raises CueError for data that the format cannot say."""
    if out == "json":
        return jsontext.render(data)
    if out == "yaml":
        from velac.compiler.cue.yamltext import marshal

        return marshal(data)
    if out == "cue":
        from velac.compiler.cue.cuetext import data_source

        return data_source(data)
    if out == "toml":
        return _toml(data, path, spans)
    return _text(data, path, spans)


def _toml(data: Any, path: str, spans: tuple[Span, ...]) -> str:
    from velac.compiler.cue.builtins.encoding_toml import Marshal
    from velac.compiler.cue.builtins.package import BuiltinError

    try:
        return Marshal(data)
    except BuiltinError as error:
        message = str(error).removeprefix("toml: ")
        raise CueError([Problem(message, path, spans, code="V209")]) from None


def _text(data: Any, path: str, spans: tuple[Span, ...]) -> str:
    if isinstance(data, str):
        return data + "\n"
    kind = "struct" if isinstance(data, dict) else "list"
    help = "choose a string with -e"
    if is_concrete(data):
        kind = kinds.kind_name(kind_of(data))
        help += """, or write it into one: -e '"\\(x)"'""" if data is not None else ""
    raise CueError([Problem(f"cannot write a {kind} as text", path, spans, code="V209", help=help)])
