"""Scalars as sigs.k8s.io/yaml (go-yaml v2) writes them, byte for byte.

A string is written plain when it reads back as the same string, in single quotes when only the syntax forbids that,
in double quotes when a reader could take it for something else or when it holds unprintable characters, and as a
literal block when it has line breaks. Lines are folded at the first single space beyond column 80.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final

from velac.grammar.yaml_resolve import WORDS, go_float, is_text, json_number

WIDTH: Final = 80
MAX_SIMPLE_KEY: Final = 128
_CACHED_LENGTH: Final = 256

NO_FOLD: Final = -(10**9)
"""As a column: lines are not folded."""

# Certainly plain: begins with a letter, printable ASCII, no `: ` and no ` #`, no space at the end.
_PLAIN: Final = re.compile(r"[A-Za-z_/](?:[!-9;-~]|:(?=[!-~])| (?=[ !\"$-~]))*")
_NOT_PLAIN: Final = re.compile(
    r"---|\.\.\.|[#,\[\]{}&*!|>'\"%@`]|[?:-](?:[ \t]|$)|"  # at the start
    r" |.*(?:: |:\t|:$| #| $|[\u2028\u2029])",  # anywhere
    re.DOTALL,
)
# What may not stand as it is, in ASCII and beyond. Large sets cost milliseconds to compile: they wait for their use.
_ASCII_ODD: Final = re.compile(r"[^\n -~]")
_ASCII_ODD_BUT_TAB: Final = re.compile(r"[^\t\n -~]")
_BEYOND: Final = r"\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
_SPACE_BEFORE_BREAK: Final = re.compile(r" [\n\u2028\u2029]")
_BREAK_NEXT_TO_SPACE: Final = re.compile(r"[\n\u2028\u2029] | [\n\u2028\u2029]")
_BREAKS: Final = "\n\u2028\u2029"
_BASE_60: Final = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
_MULTILINE: Final = re.compile(r"[\n\r\x85\u2028\u2029]")
_LONE_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_ASCII_TO_ESCAPE: Final = re.compile(r"[^ !#-\[\]-~]")
_TO_ESCAPE: Final = r"[^ !#-\[\]-~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
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
    """A mapping key up to and with the colon, and whether it is a simple one."""
    if is_simple_key(text):
        return (one_line(text) or _laid_out(text, indent + 2, NO_FOLD)) + ":", True
    return f"? {text_line(text, indent, indent + 2)}{' ' * indent}:", False


def is_simple_key(text: str) -> bool:
    """Whether a key can stand before its colon: on one line, and at most 128 bytes long."""
    if len(text) > 32 and len(text.encode(errors="replace")) > MAX_SIMPLE_KEY:
        return False
    return _MULTILINE.search(text) is None


def _one_line(text: str) -> str | None:
    """The string on one line, if it needs neither a block nor care for columns."""
    if _PLAIN.fullmatch(text) is not None:
        return f'"{text}"' if text in WORDS else text
    if _MULTILINE.search(text) is not None or not is_printable(text):
        return None
    if not is_text(text) or _BASE_60.fullmatch(text) is not None or text == "<<":
        # Upstream writes `<<` plain, and reads it back as a merge.
        return double_quoted(text, 0, NO_FOLD)
    return text if is_plain(text) else "'" + text.replace("'", "''") + "'"


one_line: Final = lru_cache(maxsize=1 << 16)(_one_line)


def _laid_out(text: str, indent: int, column: int) -> str:
    """A string in any style, folded where it has to be; continuation lines are indented by `indent`."""
    text = _LONE_SURROGATE.sub("\ufffd", text)
    line = _one_line(text)
    if line is not None:
        return _fold(line, column, indent, "\\" if line[0] == '"' else "")
    if "\n" in text:
        if can_be_block(text):
            return literal(text, indent)
    elif can_be_single(text):
        return single_quoted(text, indent, column)
    return double_quoted(text, indent, column)


def is_plain(text: str) -> bool:
    """Whether the syntax allows printable text (not empty, no line feed) to stand without quotes."""
    return _PLAIN.fullmatch(text) is not None or _NOT_PLAIN.match(text) is None


def is_printable(text: str) -> bool:
    """Whether all characters may stand as they are; a tab may not."""
    if text.isascii():
        return _ASCII_ODD.search(text) is None
    return _pattern(r"[^\n -~" + _BEYOND).search(text) is None


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def can_be_single(text: str) -> bool:
    """Whether single quotes keep the string."""
    return is_printable(text) and _BREAK_NEXT_TO_SPACE.search(text) is None


def can_be_block(text: str, tabs: bool = False) -> bool:
    """Whether a literal block keeps the string; whether tabs may be in one depends on the writer that is followed."""
    fits = is_printable(text) or (tabs and _is_printable_but_tab(text))
    return fits and text[-1] != " " and _SPACE_BEFORE_BREAK.search(text) is None


def _is_printable_but_tab(text: str) -> bool:
    if text.isascii():
        return _ASCII_ODD_BUT_TAB.search(text) is None
    return _pattern(r"[^\t\n -~" + _BEYOND).search(text) is None


def literal(text: str, indent: int) -> str:
    """A literal block (`|`), from its header; it ends with a line break if the string does."""
    pad = " " * indent
    hint = "2" if text[0] in " " + _BREAKS else ""
    chomp = "-"
    if text[-1] in _BREAKS:
        chomp = "+" if len(text) == 1 or text[-2] in _BREAKS else ""
    body = re.sub(f"(?:^|(?<=[{_BREAKS}]))(?=[^{_BREAKS}])", pad, text)
    return f"|{hint}{chomp}\n{body}"


def double_quoted(text: str, indent: int, column: int) -> str:
    """The string in double quotes."""
    if (
        text[:1] == "\ufeff"
    ):  # upstream takes every character of such a string for a byte order mark
        inner = "".join(_ESCAPES.get(char) or _code(char) for char in text)
    else:
        odd = _ASCII_TO_ESCAPE if text.isascii() else _pattern(_TO_ESCAPE)
        inner = odd.sub(lambda match: _ESCAPES.get(match[0]) or _code(match[0]), text)
    return _fold(f'"{inner}"', column, indent, "\\")


def _code(char: str) -> str:
    number = ord(char)
    if number <= 0xFF:
        return f"\\x{number:02X}"
    return f"\\u{number:04X}" if number <= 0xFFFF else f"\\U{number:08X}"


def single_quoted(text: str, indent: int, column: int) -> str:
    """The string in single quotes; text after U+2028 or U+2029 is indented, they break lines in YAML 1.1."""
    inner = text.replace("'", "''")
    if "\u2028" not in inner and "\u2029" not in inner:
        return _fold(f"'{inner}'", column, indent)
    lines = re.split("([\u2028\u2029]+)", inner)
    out = ["'", _fold(lines[0], column + 1, indent)]
    for breaks, rest in zip(lines[1::2], lines[2::2], strict=True):
        out += breaks, " " * indent + _fold(rest, indent, indent) if rest else ""
    return "".join(out) + "'"


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
