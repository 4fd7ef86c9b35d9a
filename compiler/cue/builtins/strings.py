"""Package `strings`. Indexes and lengths count bytes of UTF-8, as in CUE, except where the name says runes."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.go import chars
from velac.compiler.cue.builtins.go.bounds import (
    MAX_ITEMS,
    MAX_TEXT,
    check_items,
    check_text,
    int64,
)
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BOOL, BYTES, INT, LIST, STRING

PACKAGE: Final = package("strings")
_function = PACKAGE.function
_TEXT: Final = BYTES | STRING


def string_items(items: list[Any]) -> list[str]:
    """The elements of a list argument that must be strings; the message is CUE's."""
    for i, item in enumerate(items):
        if type(item) is not str:
            raise ArgumentError(
                f"invalid list element {i} in argument 0 to call: "
                f"cannot use value {describe.brief(item)} ({describe.kind_of(item)}) as string"
            )
    return items


def _raw(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


@_function(_TEXT, INT, result=INT)
def ByteAt(text: str | bytes, i: int) -> int:
    """The byte at an index."""
    data = _raw(text)
    if not 0 <= i < len(data):
        int64(i, 1, "strings.ByteAt")
        raise BuiltinError("index out of range")
    return data[i]


@_function(_TEXT, INT, INT, result=BYTES | STRING)
def ByteSlice(text: str | bytes, start: int, end: int) -> bytes:
    """The bytes from start up to end."""
    data = _raw(text)
    if not 0 <= start <= end <= len(data):
        int64(start, 1, "strings.ByteSlice")
        int64(end, 2, "strings.ByteSlice")
        raise BuiltinError("index out of range")
    return data[start:end]


@_function(STRING, result=LIST)
def Runes(text: str) -> list[int]:
    """The code points."""
    check_items(len(text))
    return [ord(c) for c in text]


@_function(STRING, INT, result=BOOL)
def MinRunes(text: str, n: int) -> bool:
    """Whether there are at least n code points."""
    return len(text) >= int64(n, 1, "strings.MinRunes")


@_function(STRING, INT, result=BOOL)
def MaxRunes(text: str, n: int) -> bool:
    """Whether there are at most n code points."""
    return len(text) <= int64(n, 1, "strings.MaxRunes")


def _map_word_starts(text: str, change: Any) -> str:
    out = []
    previous = " "
    for char in text:
        out.append(change(char) if previous in chars.SPACES else char)
        previous = char
    return "".join(out)


@_function(STRING, result=STRING)
def ToTitle(text: str) -> str:
    """The text with the first letter of each word in title case."""
    return _map_word_starts(text, chars.title_rune)


@_function(STRING, result=STRING)
def ToCamel(text: str) -> str:
    """The text with the first letter of each word in lower case."""
    return _map_word_starts(text, chars.lower_rune)


@_function(STRING, INT, INT, result=STRING)
def SliceRunes(text: str, start: int, end: int) -> str:
    """The code points from start up to end."""
    if not 0 <= start <= end <= len(text):
        int64(start, 1, "strings.SliceRunes")
        int64(end, 2, "strings.SliceRunes")
        raise BuiltinError("index out of range")
    return text[start:end]


@_function(STRING, STRING, result=INT)
def Compare(a: str, b: str) -> int:
    """-1, 0 or 1 by the order of bytes."""
    return (a > b) - (a < b)


@_function(STRING, STRING, result=INT)
def Count(text: str, part: str) -> int:
    """How often a part occurs, without overlaps; the empty one before each code point and at the end."""
    return text.count(part)


@_function(STRING, STRING, result=BOOL)
def Contains(text: str, part: str) -> bool:
    """Whether a part occurs."""
    return part in text


@_function(STRING, STRING, result=BOOL)
def ContainsAny(text: str, any_of: str) -> bool:
    """Whether any of the characters occurs."""
    return not set(any_of).isdisjoint(text)


def _offset(text: str, i: int) -> int:
    """A character index as a byte index."""
    return i if i <= 0 or text.isascii() else len(text[:i].encode())


@_function(STRING, STRING, result=INT)
def Index(text: str, part: str) -> int:
    """The byte index of the first occurrence, or -1."""
    return _offset(text, text.find(part))


@_function(STRING, STRING, result=INT)
def LastIndex(text: str, part: str) -> int:
    """The byte index of the last occurrence, or -1."""
    return _offset(text, text.rfind(part))


@_function(STRING, STRING, result=INT)
def IndexAny(text: str, any_of: str) -> int:
    """The byte index of the first of any of the characters, or -1."""
    wanted = set(any_of)
    return _offset(text, next((i for i, c in enumerate(text) if c in wanted), -1))


@_function(STRING, STRING, result=INT)
def LastIndexAny(text: str, any_of: str) -> int:
    """The byte index of the last of any of the characters, or -1."""
    wanted = set(any_of)
    found = next((i for i in range(len(text) - 1, -1, -1) if text[i] in wanted), -1)
    return _offset(text, found)


def _split(text: str, sep: str, n: int) -> list[str]:
    if n == 0:
        return []
    if n < 0 or n > MAX_ITEMS:
        check_items(text.count(sep) if sep else len(text))
    if sep:
        return text.split(sep, n - 1 if n > 0 else -1)
    if n < 0 or n >= len(text):
        return list(text)
    return [*text[: n - 1], text[n - 1 :]]


def _split_after(text: str, sep: str, n: int) -> list[str]:
    parts = _split(text, sep, n)
    return [part + sep for part in parts[:-1]] + parts[-1:]


@_function(STRING, STRING, INT, result=LIST)
def SplitN(text: str, sep: str, n: int) -> list[str]:
    """At most n parts between separators (all if n is negative); an empty separator splits code points."""
    return _split(text, sep, int64(n, 2, "strings.SplitN"))


@_function(STRING, STRING, INT, result=LIST)
def SplitAfterN(text: str, sep: str, n: int) -> list[str]:
    """As SplitN, each part with its separator."""
    return _split_after(text, sep, int64(n, 2, "strings.SplitAfterN"))


@_function(STRING, STRING, result=LIST)
def Split(text: str, sep: str) -> list[str]:
    """All parts between separators."""
    return _split(text, sep, -1)


@_function(STRING, STRING, result=LIST)
def SplitAfter(text: str, sep: str) -> list[str]:
    """All parts, each with its separator."""
    return _split_after(text, sep, -1)


@_function(STRING, result=LIST)
def Fields(text: str) -> list[str]:
    """The words between white space."""
    check_items(len(text) >> 3)  # words of some letters
    return chars.fields(text)


@_function(LIST, STRING, result=STRING)
def Join(items: list[Any], sep: str) -> str:
    """The strings of a list with a separator between them."""
    try:
        size = sum(map(len, items)) + len(sep) * len(items)
        if size > MAX_TEXT:
            check_text(size)
        return sep.join(items)
    except TypeError:
        return sep.join(string_items(items))


@_function(STRING, STRING, result=BOOL)
def HasPrefix(text: str, prefix: str) -> bool:
    """Whether the text starts with a prefix."""
    return text.startswith(prefix)


@_function(STRING, STRING, result=BOOL)
def HasSuffix(text: str, suffix: str) -> bool:
    """Whether the text ends with a suffix."""
    return text.endswith(suffix)


@_function(STRING, INT, result=STRING)
def Repeat(text: str, count: int) -> str:
    """The text count times."""
    if int64(count, 1, "strings.Repeat") < 0:
        raise BuiltinError("strings: negative Repeat count")
    check_text(len(text) * count)
    return text * count


@_function(STRING, result=STRING)
def ToUpper(text: str) -> str:
    """The text in upper case, character by character."""
    return chars.upper(text)


@_function(STRING, result=STRING)
def ToLower(text: str) -> str:
    """The text in lower case, character by character."""
    return chars.lower(text)


@_function(STRING, STRING, result=STRING)
def Trim(text: str, cutset: str) -> str:
    """The text without leading and trailing characters of a set."""
    return text.strip(cutset)


@_function(STRING, STRING, result=STRING)
def TrimLeft(text: str, cutset: str) -> str:
    """The text without leading characters of a set."""
    return text.lstrip(cutset)


@_function(STRING, STRING, result=STRING)
def TrimRight(text: str, cutset: str) -> str:
    """The text without trailing characters of a set."""
    return text.rstrip(cutset)


@_function(STRING, result=STRING)
def TrimSpace(text: str) -> str:
    """The text without leading and trailing white space."""
    return text.strip(chars.SPACES)


@_function(STRING, STRING, result=STRING)
def TrimPrefix(text: str, prefix: str) -> str:
    """The text without a prefix, if it is there."""
    return text.removeprefix(prefix)


@_function(STRING, STRING, result=STRING)
def TrimSuffix(text: str, suffix: str) -> str:
    """The text without a suffix, if it is there."""
    return text.removesuffix(suffix)


@_function(STRING, STRING, STRING, INT, result=STRING)
def Replace(text: str, old: str, new: str, n: int) -> str:
    """The text with the first n occurrences (all if n is negative) of old replaced."""
    if (len(text) + 1) * len(new) > MAX_TEXT:
        check_text(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new, int64(n, 3, "strings.Replace"))
