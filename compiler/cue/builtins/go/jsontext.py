"""JSON text as Go's `encoding/json` checks, compacts and indents it.

Only malformed text and `Compact`/`Indent` come here; values are read by the standard library's scanner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from velac.compiler.cue.builtins.go.bounds import check_text
from velac.compiler.cue.builtins.package import BuiltinError

SPACE: Final = " \t\r\n"
MAX_DEPTH: Final = 10_000
END: Final = "unexpected end of JSON input"
_STRING: Final = re.compile(
    r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"'
)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WORDS: Final = {"t": "true", "f": "false", "n": "null"}
_VALUE: Final = "looking for beginning of value"


def quote_char(char: str) -> str:
    """A character as Go's syntax errors quote it."""
    from velac.compiler.cue.builtins.go.quote import quote

    if char == "'":
        return "'\\''"
    if char == '"':
        return "'\"'"
    return "'" + quote(char)[1:-1] + "'"


def tokens(text: str, start: int = 0) -> Iterator[tuple[str, int, int]]:
    """The tokens of one JSON value as (token, start, end). BuiltinError with Go's reason if it is malformed."""
    stack: list[str] = []
    expect = "value"
    position = start
    while True:
        while position < len(text) and text[position] in SPACE:
            position += 1
        if position >= len(text):
            raise BuiltinError(END)
        char = text[position]
        expect, end = _step(text, position, char, expect, stack)
        yield text[position:end], position, end
        position = end
        if expect == "end":
            return


def check_end(text: str, position: int) -> None:
    """Nothing but white space may follow."""
    rest = text[position:].lstrip(SPACE)
    if rest:
        _fail(rest[0], "after top-level value")


def _step(text: str, position: int, char: str, expect: str, stack: list[str]) -> tuple[str, int]:
    """One token: what is expected next, and where the token ends."""
    if expect in ("value", "value or ]", "key or }", "key"):
        if char + expect in ("]value or ]", "}key or }"):
            return _closed(stack), position + 1
        if expect.startswith("key"):
            if char != '"':
                _fail(char, "looking for beginning of object key string")
            return "colon", _string_end(text, position)
        if char in "{[":
            stack.append(char)
            if len(stack) > MAX_DEPTH:
                raise BuiltinError("exceeded max depth")
            return ("key or }" if char == "{" else "value or ]"), position + 1
        return _next(stack), _scalar_end(text, position, char)
    if expect == "colon":
        if char != ":":
            _fail(char, "after object key")
        return "value", position + 1
    closer, reason = (
        ("}", "after object key:value pair") if stack[-1] == "{" else ("]", "after array element")
    )
    if char == ",":
        return ("key" if closer == "}" else "value"), position + 1
    if char != closer:
        _fail(char, reason)
    return _closed(stack), position + 1


def _next(stack: list[str]) -> str:
    return "comma" if stack else "end"


def _closed(stack: list[str]) -> str:
    stack.pop()
    return _next(stack)


def _scalar_end(text: str, position: int, char: str) -> int:
    if char == '"':
        return _string_end(text, position)
    if char in _WORDS:
        return _word_end(text, position, _WORDS[char])
    if char == "-" or "0" <= char <= "9":
        return _number_end(text, position)
    _fail(char, _VALUE)
    return position


def _word_end(text: str, position: int, word: str) -> int:
    for i in range(1, len(word)):
        char = _at(text, position + i)
        if char != word[i]:
            _fail(char, f"in literal {word} (expecting '{word[i]}')")
    return position + len(word)


def _string_end(text: str, position: int) -> int:
    found = _STRING.match(text, position)
    if found:
        return found.end()
    i = position + 1
    while i < len(text):
        char = text[i]
        if char == "\\":
            i = _escape_end(text, i + 1)
            continue
        if char < " ":
            _fail(char, "in string literal")
        i += 1
    raise BuiltinError(END)


def _escape_end(text: str, i: int) -> int:
    if _at(text, i) != "u":
        if _at(text, i) not in '"\\/bfnrt':
            _fail(_at(text, i), "in string escape code")
        return i + 1
    for j in range(i + 1, i + 5):
        if _at(text, j) not in "0123456789abcdefABCDEF":
            _fail(_at(text, j), "in \\u hexadecimal character escape")
    return i + 5


def _number_end(text: str, position: int) -> int:
    found = _NUMBER.match(text, position)
    if not found:
        _must(text, position + 1, "in numeric literal")
        return position
    end = found.end()
    follower = text[end : end + 1]
    if follower == "." and "." not in found[0] and "e" not in found[0].lower():
        _must(text, end + 1, "after decimal point in numeric literal")
    if follower in ("e", "E") and "e" not in found[0].lower():
        sign = 1 if text[end + 1 : end + 2] in ("+", "-") else 0
        _must(text, end + 1 + sign, "in exponent of numeric literal")
    return end


def _must(text: str, position: int, reason: str) -> None:
    _fail(_at(text, position), reason)


def _at(text: str, position: int) -> str:
    """The character at a position; the end looks like a space to Go's scanner."""
    return text[position] if position < len(text) else " "


def _fail(char: str, reason: str) -> None:
    char = chr(char.encode()[0])  # Go's scanner reads bytes
    raise BuiltinError(f"invalid character {quote_char(char)} {reason}")


def compact(text: str) -> str:
    """The text without white space between tokens."""
    out = []
    end = 0
    for token, _, position in tokens(text):
        out.append(token)
        end = position
    check_end(text, end)
    return "".join(out)


def indent(text: str, prefix: str, step: str) -> str:
    """The text with each element on a line of its own; white space at the end stays."""
    out: list[str] = []
    depth = size = end = 0
    opened = False
    for token, _, position in tokens(text):
        end = position
        closing = token in "]}"
        if opened and not closing:
            depth += 1
            out.append(f"\n{prefix}{step * depth}")
        if closing and not opened:
            depth -= 1
            out.append(f"\n{prefix}{step * depth}")
        opened = token in "[{"
        out.append(": " if token == ":" else token)
        if token == ",":
            out.append(f"\n{prefix}{step * depth}")
        size += len(out[-1]) + len(token)
        check_text(size)
    check_end(text, end)
    tail = text[end:]
    return "".join(out) + (tail if tail.strip(SPACE) == "" else "")
