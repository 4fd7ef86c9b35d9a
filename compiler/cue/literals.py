"""Scalars as CUE source text, as `cue` writes those that no text of the author stands behind."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import number

_ESCAPES: Final = {
    "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v",
    "\\": "\\\\",
}  # fmt: skip
_IDENT: Final = re.compile(r"[^\W\d]\w*", re.UNICODE)
_PLAIN: Final = re.compile(r"[A-Za-z$][A-Za-z0-9_$]*", re.ASCII)


def label(text: str) -> str:
    """The label of a regular field, quoted unless it reads as a name of such a field."""
    if _PLAIN.fullmatch(text):
        return text
    bare = text.replace("$", "a")
    if text[:1] not in ("_", "#") and _IDENT.fullmatch(bare) and max(text) >= "\u00aa":
        return text
    return quoted(text)


def scalar(value: Any, depth: int = 0) -> str:
    """A scalar; a text with line breaks becomes a block indented by `depth` tabs."""
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return string(value, depth)
    if isinstance(value, (bytes, bytearray)):
        return data(bytes(value), depth)
    return numeral(value)


def numeral(value: int | Decimal) -> str:
    """A number; a float without a point gets one."""
    if type(value) is number.NonFinite:
        return str(value)
    text = number.text(value).replace("E", "e")
    if isinstance(value, Decimal) and "." not in text and "e" not in text:
        return text + "."
    return text


def quoted(text: str) -> str:
    """A string on one line."""
    return f'"{escaped(text)}"'


def escaped(text: str, mark: str = '"', *, block: bool = False) -> str:
    """Text between quotes; in a block line breaks stand as they are."""
    if text.isascii() and text.isprintable() and "\\" not in text and mark not in text:
        return text
    out = []
    for char in text:
        if char == "\n" and block:
            out.append(char)
        elif char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif char == mark and not block:
            out.append("\\" + char)
        elif char.isprintable():
            out.append(char)
        else:
            code = ord(char)
            out.append(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    found = "".join(out)
    return found.replace(mark * 3, mark * 2 + "\\" + mark) if block else found


def string(text: str, depth: int = 0) -> str:
    """A string, as a block if it has several lines."""
    return _block(escaped(text, block=True), '"""', depth) if "\n" in text else quoted(text)


def data(raw: bytes, depth: int = 0) -> str:
    """A bytes literal, as a block if it has several lines."""
    text = "".join(_bytes_part(part) for part in _parts(raw))
    if "\n" not in text:
        return f"'{escape_quotes(text)}'"
    return _block(text, "'''", depth)


def escape_quotes(text: str) -> str:
    """Single quotes escaped."""
    return text.replace("'", "\\'")


def _parts(raw: bytes) -> list[str | int]:
    """Runs of UTF-8 text, and the bytes that are none."""
    out: list[str | int] = []
    at = 0
    while at < len(raw):
        try:
            out.append(raw[at:].decode())
            break
        except UnicodeDecodeError as error:
            if error.start:
                out.append(raw[at : at + error.start].decode())
            out.append(raw[at + error.start])
            at += error.start + 1
    return out


def _bytes_part(part: str | int) -> str:
    if isinstance(part, int):
        return f"\\x{part:02x}"
    out = []
    for char in part:
        if char == "\n":
            out.append(char)
        elif char in _ESCAPES:
            out.append(_ESCAPES[char])
        elif char.isprintable():
            out.append(char)
        else:
            out.append("".join(f"\\x{byte:02x}" for byte in char.encode()))
    return "".join(out)


def _block(text: str, quotes: str, depth: int) -> str:
    pad = "\t" * depth
    lines = "\n".join(pad + line if line else "" for line in text.split("\n"))
    return f"{quotes}\n{lines}\n{pad}{quotes}"
