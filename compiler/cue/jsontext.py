"""Plain data to JSON text as `cue export` writes it: four spaces, numbers as CUE writes them, no HTML escapes."""

from __future__ import annotations

from decimal import Decimal
from json.encoder import encode_basestring
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
    kind = type(data)
    if kind is str:
        out.append(_string(data))
        return
    if kind is not dict and kind is not list:
        out.append(_scalar(data))
        return
    inner = line + _INDENT
    before = inner
    if kind is dict:
        out.append("{")
        closing = "}"
        for key, value in data.items():
            out += (before, _string(key), ": ")
            _value(value, inner, out)
            before = "," + inner
    else:
        out.append("[")
        closing = "]"
        for value in data:
            out.append(before)
            _value(value, inner, out)
            before = "," + inner
    out.append(line + closing if data else closing)


def _scalar(data: Any) -> str:
    if type(data) is int:
        return number.text(data)
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, (int, Decimal)):
        return number.text(data)
    if isinstance(data, (bytes, bytearray)):
        from base64 import b64encode

        return f'"{b64encode(data).decode()}"'
    raise TypeError(f"{type(data).__name__} cannot be written as JSON")


def _string(text: str) -> str:
    quoted = encode_basestring(text)
    if quoted.isascii():
        return quoted
    shown = quoted.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return shown.encode("utf-8", "replace").decode()
