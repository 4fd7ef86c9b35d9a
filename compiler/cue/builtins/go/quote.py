"""Go string and character literals, as `strconv.Quote` and its variants write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

_SHORT: Final = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\",
}  # fmt: skip

Keep = Callable[[str], bool]


def is_print(char: str) -> bool:
    """`strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space."""
    return char.isprintable()


def is_graphic(char: str) -> bool:
    """`strconv.IsGraphic`: what is printable, and every space character."""
    return char.isprintable() or unicodedata.category(char) == "Zs"


def is_ascii(char: str) -> bool:
    """Printable and ASCII."""
    return " " <= char <= "~"


def quote(text: str, keep: Keep = is_print) -> str:
    """A double-quoted Go literal; characters that `keep` refuses are escaped."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(_escaped(c, '"', keep) for c in text) + '"'


def quote_rune(code: int, keep: Keep = is_print) -> str:
    """A single-quoted Go literal; codes that are no character become U+FFFD."""
    valid = 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return "'" + _escaped(chr(code) if valid else "\ufffd", "'", keep) + "'"


def _escaped(char: str, mark: str, keep: Keep) -> str:
    if char == mark:
        return "\\" + mark
    if char in _SHORT:
        return _SHORT[char]
    if keep(char):
        return char
    code = ord(char)
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
