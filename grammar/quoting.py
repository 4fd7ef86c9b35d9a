"""Values as CUE literals, for trees that no text stands behind."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

_ESCAPES: Final = {
    "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t",
    "\v": "\\v",
}  # fmt: skip
_BARE_POINT: Final = re.compile(r"\.(?![0-9])")
_SPECIAL: Final = re.compile(r"[\x00-\x1f\x7f\\\"\ufeff]")


def quote(text: str) -> str:
    """A string literal on one line."""
    return f'"{escape(text)}"'


def escape(text: str) -> str:
    """Text as it stands between the quotes of a string literal."""
    return _SPECIAL.sub(_escaped, text)


def quote_bytes(raw: bytes) -> str:
    """A bytes literal on one line."""
    return f"'{escape_bytes(raw)}'"


def escape_bytes(raw: bytes) -> str:
    """Bytes as they stand between the quotes of a bytes literal."""
    out = []
    for byte in raw:
        char = chr(byte)
        if char == "'":
            out.append("\\'")
        elif char in _ESCAPES:
            out.append(_ESCAPES[char])
        else:
            out.append(char if " " <= char <= "~" else f"\\x{byte:02x}")
    return "".join(out)


def quote_number(number: int | Decimal) -> str:
    """A number literal; a `Decimal` keeps its digits and stays a float."""
    text = str(number).lower()
    if isinstance(number, Decimal) and "." not in text and "e" not in text:
        return text + "."
    return text


def tidy_number(raw: str) -> str:
    """A number with a digit on both sides of its point and a small `e`."""
    if raw[:2] in ("0x", "0X"):
        return raw
    text = ("0" if raw.startswith(".") else "") + raw.replace("E", "e")
    return _BARE_POINT.sub(".0", text)


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    return _ESCAPES.get(char) or ('\\"' if char == '"' else f"\\u{ord(char):04x}")
