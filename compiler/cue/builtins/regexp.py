"""Package `regexp`: Go's regular expressions."""

from __future__ import annotations

import re
from typing import Final

from velac.compiler.cue import regex
from velac.compiler.cue.builtins.go.bounds import MAX_TEXT, check_items, check_text, int64
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BOOL, INT, LIST, STRING, STRUCT

PACKAGE: Final = package("regexp")
_function = PACKAGE.function

_VARIABLE: Final = re.compile(r"\$(?:\$|\{(\w+)\}|(\w+))")
_META: Final = re.compile(r"[\\.+*?()|\[\]{}^$]")

Spans = list[tuple[int, int]]


def _texts(data: bytes, spans: Spans) -> list[str]:
    return [from_bytes(data[a:b]) if a >= 0 else "" for a, b in spans]


def _first(pattern: str, text: str) -> tuple[regex.Pattern, list[str]]:
    compiled = regex.compile(pattern)
    data = text.encode()
    spans = compiled.first(data)
    if spans is None:
        raise BuiltinError("no match")
    return compiled, _texts(data, spans)


def _all(pattern: str, text: str, n: int, function: str) -> tuple[regex.Pattern, list[list[str]]]:
    limit = int64(n, 2, f"regexp.{function}")
    compiled = regex.compile(pattern)
    data = text.encode()
    found = []
    for spans in compiled.all(data, limit):
        found.append(_texts(data, spans))
        check_items(len(found) * len(spans))
    if not found:
        raise BuiltinError("no match")
    return compiled, found


def _named(names: tuple[str, ...], texts: list[str]) -> dict[str, str]:
    """Groups by name, sorted as Go's maps print."""
    named = {name: text for name, text in zip(names, texts, strict=True) if name}
    return dict(sorted(named.items()))


@_function(STRING, STRING, result=STRING)
def Find(pattern: str, text: str) -> str:
    """The leftmost match."""
    return _first(pattern, text)[1][0]


@_function(STRING, STRING, INT, result=LIST)
def FindAll(pattern: str, text: str, n: int) -> list[str]:
    """All matches, at most n if that is not negative."""
    return [texts[0] for texts in _all(pattern, text, n, "FindAll")[1]]


@_function(STRING, STRING, INT, result=LIST)
def FindAllNamedSubmatch(pattern: str, text: str, n: int) -> list[dict[str, str]]:
    """The named groups of all matches."""
    compiled, found = _all(pattern, text, n, "FindAllNamedSubmatch")
    return [_named(compiled.names, texts) for texts in found]


@_function(STRING, STRING, INT, result=LIST)
def FindAllSubmatch(pattern: str, text: str, n: int) -> list[list[str]]:
    """All matches with their groups."""
    return _all(pattern, text, n, "FindAllSubmatch")[1]


@_function(STRING, STRING, result=STRUCT)
def FindNamedSubmatch(pattern: str, text: str) -> dict[str, str]:
    """The named groups of the leftmost match."""
    compiled, texts = _first(pattern, text)
    return _named(compiled.names, texts)


@_function(STRING, STRING, result=LIST)
def FindSubmatch(pattern: str, text: str) -> list[str]:
    """The leftmost match and its groups."""
    return _first(pattern, text)[1]


def _replace(pattern: str, text: str, replacement: str, literal: bool) -> str:
    compiled = regex.compile(pattern)
    data = text.encode()
    plain = replacement.encode() if literal or "$" not in replacement else None
    out: list[bytes] = []
    size = end = 0
    for spans in compiled.all(data):
        start, stop = spans[0]
        new = plain if plain is not None else _expand(replacement, compiled.names, data, spans)
        out += (data[end:start], new)
        size += start - end + len(new)
        end = stop
        check_text(size)
    out.append(data[end:])
    return from_bytes(b"".join(out))


def _expand(template: str, names: tuple[str, ...], data: bytes, spans: Spans) -> bytes:
    left = MAX_TEXT

    def value(found: re.Match[str]) -> str:
        nonlocal left
        text = group(found)
        left -= len(text)
        if left < 0:
            check_text(MAX_TEXT + 1)
        return text

    def group(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name is None:
            return "$"
        if name.isascii() and name.isdigit():
            index = int(name) if len(name) < 9 and (name == "0" or name[0] != "0") else -1
        else:
            index = max(
                (i for i, n in enumerate(names) if n == name and spans[i][0] >= 0), default=-1
            )
        if not 0 <= index < len(spans) or spans[index][0] < 0:
            return ""
        return data[spans[index][0] : spans[index][1]].decode(errors="surrogateescape")

    return _VARIABLE.sub(value, template).encode(errors="surrogateescape")


@_function(STRING, STRING, STRING, result=STRING)
def ReplaceAll(pattern: str, text: str, replacement: str) -> str:
    """All matches replaced; `$1` and `${name}` in the replacement stand for groups."""
    return _replace(pattern, text, replacement, literal=False)


@_function(STRING, STRING, STRING, result=STRING)
def ReplaceAllLiteral(pattern: str, text: str, replacement: str) -> str:
    """All matches replaced by the replacement as it is."""
    return _replace(pattern, text, replacement, literal=True)


@_function(STRING, result=BOOL)
def Valid(pattern: str) -> bool:
    """Whether a pattern is well-formed; the reason is the error."""
    regex.compile(pattern)
    return True


@_function(STRING, STRING, result=BOOL)
def Match(pattern: str, text: str) -> bool:
    """Whether a pattern occurs in a text."""
    return regex.compile(pattern).search(text)


@_function(STRING, result=STRING)
def QuoteMeta(text: str) -> str:
    """The text as a pattern that matches just it."""
    return _META.sub(r"\\\g<0>", text)
