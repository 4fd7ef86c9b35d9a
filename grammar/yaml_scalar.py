"""Scalars as sigs.k8s.io/yaml (go-yaml v2) writes them, byte for byte.

A string is written plain when it reads back as the same string, in single quotes when only the syntax forbids that,
in double quotes when a reader could take it for something else or when it holds unprintable characters, and as a
literal block when it has line breaks. Lines are folded at the first single space beyond column 80.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from velac.grammar.yaml_resolve import WORDS, go_float, is_text, json_number

WIDTH: Final = 80
MAX_SIMPLE_KEY: Final = 128
_CACHED_LENGTH: Final = 256

# Certainly plain: begins with a letter, printable ASCII, no `: ` and no ` #`, no space at the end.
_PLAIN: Final = re.compile(r"[A-Za-z_/](?:[!-9;-~]|:(?=[!-~])| (?=[ !\"$-~]))*")
_NOT_PLAIN: Final = re.compile(
    r"---|\.\.\.|[#,\[\]{}&*!|>'\"%@`]|[?:-](?:[ \t]|$)|"  # at the start
    r" |.*(?:: |:\t|:$| #| $|[\u2028\u2029])",  # anywhere
    re.DOTALL,
)
_UNPRINTABLE: Final = re.compile(r"[^\n -~\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_BREAK_NEXT_TO_SPACE: Final = re.compile(r"[\n\u2028\u2029] | [\n\u2028\u2029]")
_SPACE_BEFORE_BREAK: Final = re.compile(r" [\n\u2028\u2029]")
_BASE_60: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_MULTILINE: Final = re.compile(r"[\n\r\x85\u2028\u2029]")
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_TO_ESCAPE: Final = re.compile(r"[^ !#-\[\]-~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_ESCAPES: Final = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def text_line(text: str, indent: int, column: int) -> str:
    """A string as a value, with the line break that ends it.

    `column` is where it begins on its line (0-based), `indent` the indentation of the collection it is in.
    """
    line = one_line(text) if len(text) <= _CACHED_LENGTH else _one_line(text)
    if line is None or (column + len(line) > WIDTH and " " in line):
        line = _laid_out(text, indent + 2, column)
    return line if line[-1] == "\n" else line + "\n"


def key_text(text: str, indent: int) -> tuple[str, bool]:
    """A mapping key up to and with the colon, and whether it is a simple one (on one line, at most 128 bytes)."""
    if len(text) <= MAX_SIMPLE_KEY // 4 or len(text.encode(errors="replace")) <= MAX_SIMPLE_KEY:
        line = one_line(text)
        if line is not None and _MULTILINE.search(text) is None:
            return line + ":", True
        if _MULTILINE.search(text) is None:
            return _laid_out(text, indent + 2, -(10**9)) + ":", True
    return f"? {text_line(text, indent, indent + 2)}{' ' * indent}:", False


def number_text(value: int | float | Decimal) -> str:
    """A number the way it looks after upstream's detour through JSON: `1.0` is `1`, `1000000.5` is `1.0000005e+06`."""
    if isinstance(value, Decimal) and value.as_tuple().exponent == 0:
        value = int(value)
    if not isinstance(value, int):
        number = float(value)
        exact = json_number(number) if math.isfinite(number) else None
        if not isinstance(exact, int):
            return go_float(number)
        value = exact
    if -(2**63) <= value < 2**64:
        return str(value)
    try:
        return go_float(float(value))
    except OverflowError:
        return str(value)


def _one_line(text: str) -> str | None:
    """The string on one line, if it needs neither a block nor care for columns."""
    if _PLAIN.fullmatch(text) is not None:
        return f'"{text}"' if text in WORDS else text
    if _MULTILINE.search(text) is not None or _UNPRINTABLE.search(text) is not None:
        return None
    if not is_text(text) or _BASE_60.fullmatch(text) is not None or text == "<<":
        return f'"{_escaped(text)}"'
    if _NOT_PLAIN.match(text) is not None:
        return "'" + text.replace("'", "''") + "'"
    return text


one_line: Final = lru_cache(maxsize=1 << 16)(_one_line)


def _laid_out(text: str, indent: int, column: int) -> str:
    """A string in any style, folded where it has to be; continuation lines are indented by `indent`."""
    text = _LONE_SURROGATE.sub("\ufffd", text)
    line = _one_line(text)
    if line is not None and line[0] != '"':
        return _fold(line, column, indent)
    odd = _UNPRINTABLE.search(text) is not None or _SPACE_BEFORE_BREAK.search(text) is not None
    if line is None and not odd:
        if "\n" in text:
            if text[-1] != " ":
                return _literal(text, indent)
        elif _BREAK_NEXT_TO_SPACE.search(text) is None:
            return _single_with_breaks(text, indent, column)
    return _fold(f'"{_escaped(text)}"', column, indent, "\\")


def _escaped(text: str) -> str:
    if text[:1] == "\ufeff":  # upstream takes every character of such a string for a byte order mark
        return "".join(_ESCAPES.get(char) or _code(char) for char in text)
    return _TO_ESCAPE.sub(lambda match: _ESCAPES.get(match[0]) or _code(match[0]), text)


def _code(char: str) -> str:
    number = ord(char)
    if number <= 0xFF:
        return f"\\x{number:02X}"
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"


def _literal(text: str, indent: int) -> str:
    pad = " " * indent
    hint = "2" if text[0] in " \n\u2028\u2029" else ""
    if text[-1] not in "\n\u2028\u2029":
        chomp = "-"
    else:
        chomp = "+" if len(text) == 1 or text[-2] in "\n\u2028\u2029" else ""
    body = re.sub(r"(?:^|(?<=[\n\u2028\u2029]))(?=[^\n\u2028\u2029])", pad, text)
    return f"|{hint}{chomp}\n{body}"


def _single_with_breaks(text: str, indent: int, column: int) -> str:
    """Single quotes around U+2028 or U+2029, which YAML 1.1 takes for line breaks."""
    lines = re.split("([\u2028\u2029]+)", text.replace("'", "''"))
    pad = " " * indent
    out = ["'", _fold(lines[0], column + 1, indent)]
    for breaks, rest in zip(lines[1::2], lines[2::2], strict=True):
        out += breaks, pad + _fold(rest, indent, indent) if rest else ""
    return "".join(out) + "'"


def _fold(line: str, column: int, indent: int, mark: str = "") -> str:
    """Break `line`, which begins at `column`, at single spaces beyond the width.

    `mark` is for double quotes: it keeps a space that follows a break, where other styles do not break before one.
    """
    if column + len(line) <= WIDTH + 1:
        return line
    # A space next to a quote stays.
    first, last = (1, len(line) - 2) if line[0] in "'\"" else (-1, len(line))
    out: list[str] = []
    start = 0
    at = line.find(" ", max(0, WIDTH + 1 - column))
    while at >= 0:
        if line[at - 1] != " " and first < at < last and (mark or line[at + 1] != " "):
            out += line[start:at], "\n" + " " * indent
            start, column = at + 1, indent
            if line[start] == " ":
                out.append(mark)
                column += 1
            at = line.find(" ", start + max(0, WIDTH + 1 - column))
        else:
            at = line.find(" ", at + 1)
    out.append(line[start:])
    return "".join(out)
