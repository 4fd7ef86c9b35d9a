"""Go string and character literals, as `strconv.Quote` and its variants write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

_SHORT: Final = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\",
}  # fmt: skip

# Characters of Unicode 15, which Go has and Python 3.11 has not.
_NEW_FROM: Final = "\u0cf3"
_NEW: Final = (
    (0xCF3, 0xCF3), (0xECE, 0xECE), (0x10EFD, 0x10EFF), (0x1123F, 0x11241), (0x11B00, 0x11B09), (0x11F00, 0x11F10),
    (0x11F12, 0x11F3A), (0x11F3E, 0x11F59), (0x1342F, 0x1342F), (0x13440, 0x13455), (0x1B132, 0x1B132), (0x1B155, 0x1B155),
    (0x1D2C0, 0x1D2D3), (0x1DF25, 0x1DF2A), (0x1E030, 0x1E06D), (0x1E08F, 0x1E08F), (0x1E4D0, 0x1E4F9), (0x1F6DC, 0x1F6DC),
    (0x1F774, 0x1F776), (0x1F77B, 0x1F77F), (0x1F7D9, 0x1F7D9), (0x1FA75, 0x1FA77), (0x1FA87, 0x1FA88), (0x1FAAD, 0x1FAAF),
    (0x1FABB, 0x1FABD), (0x1FABF, 0x1FABF), (0x1FACE, 0x1FACF), (0x1FADA, 0x1FADB), (0x1FAE8, 0x1FAE8), (0x1FAF7, 0x1FAF8),
    (0x2B739, 0x2B739), (0x31350, 0x323AF),
)  # fmt: skip

Keep = Callable[[str], bool]


def is_print(char: str) -> bool:
    """`strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space."""
    return char.isprintable() or (char >= _NEW_FROM and any(a <= ord(char) <= b for a, b in _NEW))


def is_graphic(char: str) -> bool:
    """`strconv.IsGraphic`: what is printable, and every space character."""
    return is_print(char) or unicodedata.category(char) == "Zs"


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
