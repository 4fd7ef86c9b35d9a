"""How CUE's messages show a value: `{a:1,"b-c":"x"}`, and its kind."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import kinds, number

_KINDS: Final = {
    type(None): kinds.NULL, bool: kinds.BOOL, int: kinds.INT, number.RoundedInt: kinds.INT, Decimal: kinds.FLOAT,
    str: kinds.STRING, bytes: kinds.BYTES, list: kinds.LIST, dict: kinds.STRUCT,
}  # fmt: skip
_ESCAPES: Final = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\",
}  # fmt: skip


def kind_bit(data: Any) -> int:
    """The kind of plain data as a bit of `kinds`; 0 for anything else."""
    return _KINDS.get(type(data), 0)


def kind_of(data: Any) -> str:
    """The name of the kind of plain data."""
    return kinds.kind_name(kind_bit(data))


def brief(data: Any) -> str:
    """Plain data as CUE on one line, as messages quote it."""
    if data is None:
        return "null"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, (int, Decimal)):
        return number.text(data)
    if isinstance(data, str):
        return quote(data)
    if isinstance(data, bytes):
        return quote_bytes(data)
    if isinstance(data, list):
        return "[" + ",".join(map(brief, data)) + "]"
    if isinstance(data, dict):
        return "{" + ",".join(f"{_label(k)}:{brief(v)}" for k, v in data.items()) + "}"
    return str(data)


def quote(text: str) -> str:
    """A string as a CUE literal on one line."""
    if '"' not in text and "\\" not in text and text.isprintable():
        return f'"{text}"'
    return '"' + "".join('\\"' if c == '"' else _escape(c) for c in text) + '"'


def quote_bytes(data: bytes) -> str:
    """Bytes as a CUE literal on one line."""
    parts = []
    for c in data.decode(errors="surrogateescape"):
        if "\udc80" <= c <= "\udcff":
            parts.append(f"\\x{ord(c) - 0xDC00:02x}")
        else:
            parts.append("\\'" if c == "'" else _escape(c))
    return "'" + "".join(parts) + "'"


def _label(name: str) -> str:
    return name if name.replace("$", "_").isidentifier() else quote(name)


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
