"""CUE string and bytes literals to their values, as `strconv.Unquote` reads them."""

from __future__ import annotations

import re
from typing import Final

from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.package import BuiltinError

_SIMPLE: Final = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "/": "/", "\\": "\\",
}  # fmt: skip
_OPEN: Final = re.compile(r"""(\#*)("{3}|'{3}|"|')""")
_HEX_DIGITS: Final = {"x": 2, "u": 4, "U": 8}
_SYNTAX: Final = "invalid syntax"


def unquote(literal: str) -> str:
    """The value of a literal without interpolations. BuiltinError with CUE's reason if it is none."""
    opening = _OPEN.match(literal)
    if not opening:
        raise BuiltinError(_SYNTAX)
    hashes, quotes = opening.groups()
    if len(quotes) == 3 and len(literal) <= len(hashes) + 3:
        quotes = quotes[0]  # `""` and a quote too many
    closing = quotes + hashes
    start = len(hashes) + len(quotes)
    if len(quotes) == 3:
        body = _multiline(literal, start, closing)
    else:
        body = literal[start:]
        if not literal.endswith(closing) or len(literal) < start + len(closing):
            raise BuiltinError("invalid string: unmatched quote")
        body = body[: -len(closing)]
        if "\n" in body or "\r" in body or quotes + hashes in _unescaped(body, hashes):
            raise BuiltinError(_SYNTAX)
    return _read(body, hashes, quotes[0])


def _unescaped(body: str, hashes: str) -> str:
    """The body without its escapes, to find quotes that end it."""
    return re.sub(r"\\" + hashes + ".", "", body, flags=re.S)


def _multiline(literal: str, start: int, closing: str) -> str:
    if not re.match(r"\r?\n", literal[start:]):
        raise BuiltinError(
            "invalid string: opening quote of multiline string must be followed by newline"
        )
    if not literal.endswith(closing):
        raise BuiltinError("invalid string: unmatched quote")
    body = literal[start : -len(closing)].replace("\r\n", "\n")
    text, _, indent = body.rpartition("\n")
    if indent.strip():
        raise BuiltinError(_SYNTAX)
    lines = text.split("\n")[1:]
    for i, line in enumerate(lines):
        if line.startswith(indent):
            lines[i] = line[len(indent) :]
        elif line:
            raise BuiltinError("invalid string: invalid whitespace")
    return "\n".join(lines)


def _read(body: str, hashes: str, quote: str) -> str:
    mark = "\\" + hashes
    out = bytearray()
    position = 0
    while True:
        escape = body.find(mark, position)
        if escape < 0:
            break
        out += body[position:escape].encode()
        value, position = _escape(body, escape + len(mark), mark, quote)
        out += value
    out += body[position:].encode()
    return from_bytes(bytes(out))


def _escape(body: str, position: int, mark: str, quote: str) -> tuple[bytes, int]:
    """The value of an escape that starts after its backslash, and where it ends."""
    char = body[position : position + 1]
    if char == "\n":
        return b"", position + 1  # only in multi-line literals
    if char in _SIMPLE and char:
        return _SIMPLE[char].encode(), position + 1
    if char == quote:
        return quote.encode(), position + 1
    if char == "x" and quote == "'":
        code, end = _hex(body, position + 1, 2)
        return bytes([code]), end
    if char in "01234567" and char and quote == "'":
        return _octal(body, position)
    if char in ("u", "U"):
        return _unicode(body, position, mark)
    raise BuiltinError(_SYNTAX)


def _unicode(body: str, position: int, mark: str) -> tuple[bytes, int]:
    code, end = _hex(body, position + 1, _HEX_DIGITS[body[position]])
    if 0xD800 <= code < 0xDC00 and body.startswith(mark, end):
        after = end + len(mark)
        if body[after : after + 1] in ("u", "U"):
            low, end = _hex(body, after + 1, _HEX_DIGITS[body[after]])
            if 0xDC00 <= low < 0xE000:
                code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)
    if 0xD800 <= code < 0xE000:
        raise BuiltinError("unmatched surrogate pair")
    if code > 0x10FFFF:
        raise BuiltinError(_SYNTAX)
    return chr(code).encode(), end


def _hex(body: str, position: int, count: int) -> tuple[int, int]:
    digits = body[position : position + count]
    if not re.fullmatch(f"[0-9a-fA-F]{{{count}}}", digits):
        raise BuiltinError(_SYNTAX)
    return int(digits, 16), position + count


def _octal(body: str, position: int) -> tuple[bytes, int]:
    digits = body[position : position + 3]
    if not re.fullmatch("[0-3][0-7]{2}", digits):
        raise BuiltinError(_SYNTAX)
    return bytes([int(digits, 8)]), position + 3
