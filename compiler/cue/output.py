"""Evaluated data as text: the formats of `--out`, and several documents in one stream."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from velac.compiler.cue import jsontext, number
from velac.compiler.cue.errors import CueError, Problem

SEPARATOR = {"json": "", "text": "", "yaml": "---\n", "cue": "// ---\n"}
"""What stands between two documents."""


def data_text(data: Any, out: str, path: str = "") -> str:
    """One document of plain data. Raises CueError for data that the format cannot say."""
    if out == "json":
        return jsontext.render(data)
    if out == "yaml":
        from velac.compiler.cue.yamltext import marshal

        return marshal(data)
    if out == "cue":
        from velac.compiler.cue.cuetext import data_source

        return data_source(data)
    return _text(data, path)


def _text(data: Any, path: str) -> str:
    if isinstance(data, str):
        return data + "\n"
    if isinstance(data, (bytes, bytearray)):
        return data.decode("utf-8", "replace") + "\n"
    if isinstance(data, (int, Decimal)) and not isinstance(data, bool):
        return number.text(data) + "\n"
    kind = {dict: "struct", list: "list", bool: "bool", type(None): "null"}[type(data)]
    message = f"cannot write a {kind} as text"
    raise CueError([Problem(message, path, code="V209", help="choose a string with -e")])
