"""Plain data to JSON text as `cue export` writes it: four spaces, numbers as CUE writes them, no HTML escapes."""

from __future__ import annotations

import json
from base64 import b64encode
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import number

_INDENT: Final = "    "


def render(data: Any) -> str:
    """One document with a newline at its end; `data` is what the engine exports (fields in order)."""
    out: list[str] = []
    _value(data, "\n", out)
    out.append("\n")
    return "".join(out)


def escape_html(text: str) -> str:
    """JSON with `<`, `>` and `&` escaped, as `--escape` wants it."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _value(data: Any, line: str, out: list[str]) -> None:
    """Append a value; `line` is a line break with the indentation of what surrounds it."""
    if not isinstance(data, (dict, list)):
        out.append(_scalar(data))
        return
    inner = line + _INDENT
    before = inner
    if isinstance(data, dict):
        opening, closing = "{", "}"
        out.append(opening)
        for key, value in data.items():
            out.append(f"{before}{_string(key)}: ")
            _value(value, inner, out)
            before = "," + inner
    else:
        opening, closing = "[", "]"
        out.append(opening)
        for value in data:
            out.append(before)
            _value(value, inner, out)
            before = "," + inner
    out.append(line + closing if data else closing)


def _scalar(data: Any) -> str:
    if isinstance(data, str):
        return _string(data)
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, (int, Decimal)):
        return number.text(data)
    if isinstance(data, (bytes, bytearray)):
        return f'"{b64encode(data).decode()}"'
    raise TypeError(f"{type(data).__name__} cannot be written as JSON")


def _string(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    if quoted.isascii():
        return quoted
    shown = quoted.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return shown.encode("utf-8", "replace").decode()
