"""Regular expressions as CUE has them: Go's dialect of RE2, run by google-re2 in linear time.

A pattern is searched for anywhere in the text, `$` is the end of the text, classes know Unicode. What google-re2
accepts and Go does not (`\\C`, group names beyond ASCII) is refused; Go's long property names (`\\p{Letter}`) are
translated. Work on bytes of UTF-8: positions are byte positions, as Go's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final

from velac.compiler.cue.builtins.package import BuiltinError

_MAX_MATCHES: Final = 500_000
"""Most matches in one text that are looked at one by one."""
_MAX_MEMORY: Final = 32 << 20
_MAX_PATTERN: Final = 100_000

_REASONS: Final = (
    ("missing )", "missing closing )"),
    ("unexpected )", "unexpected )"),
    ("missing ]", "missing closing ]"),
    ("no argument for repetition operator", "missing argument to repetition operator"),
    ("bad repetition operator", "invalid nested repetition operator"),
    ("invalid repetition size", "invalid repeat count"),
    ("invalid perl operator", "invalid or unsupported Perl syntax"),
    ("invalid named capture group", "invalid named capture"),
    ("trailing \\", "trailing backslash at end of expression"),
)
_QUOTED: Final = re.compile(r"\\Q.*?(?:\\E|$)|\\(.)|\(\?P?<([^>=!]*)>", re.S)
_PROPERTY: Final = re.compile(r"(\\[pP]\{)(\^?)([^}]*)\}")
_CATEGORIES: Final = {
    "letter": "L", "casedletter": "LC", "uppercaseletter": "Lu", "lowercaseletter": "Ll",
    "titlecaseletter": "Lt", "modifierletter": "Lm", "otherletter": "Lo", "mark": "M",
    "combiningmark": "M", "nonspacingmark": "Mn", "spacingmark": "Mc", "enclosingmark": "Me",
    "number": "N", "decimalnumber": "Nd", "digit": "Nd", "letternumber": "Nl", "othernumber": "No",
    "punctuation": "P", "punct": "P", "connectorpunctuation": "Pc", "dashpunctuation": "Pd",
    "openpunctuation": "Ps", "closepunctuation": "Pe", "initialpunctuation": "Pi",
    "finalpunctuation": "Pf", "otherpunctuation": "Po", "symbol": "S", "mathsymbol": "Sm",
    "currencysymbol": "Sc", "modifiersymbol": "Sk", "othersymbol": "So", "separator": "Z",
    "spaceseparator": "Zs", "lineseparator": "Zl", "paragraphseparator": "Zp", "other": "C",
    "control": "Cc", "cntrl": "Cc", "format": "Cf", "surrogate": "Cs", "privateuse": "Co", "any": "Any",
}  # fmt: skip


class Pattern:
    """A compiled pattern."""

    __slots__ = ("_has", "_search", "names", "text")

    def __init__(self, text: str, compiled: Any, groupless: Any) -> None:
        self.text = text
        self._search = compiled.search
        self._has = _quick_search(groupless)
        names = [""] * (compiled.groups + 1)
        for name, index in compiled.groupindex.items():
            names[index] = name
        self.names: tuple[str, ...] = tuple(names)
        """Names of the groups by number, "" for those without; the first is the whole match."""

    def search(self, text: str | bytes) -> bool:
        """Whether the pattern occurs in the text."""
        return self._has(text.encode() if isinstance(text, str) else text)

    def first(self, data: bytes) -> list[tuple[int, int]] | None:
        """The byte spans of the leftmost match and its groups ((-1, -1) for those that took no part)."""
        found = self._search(data)
        return None if found is None else self._spans(found)

    def all(self, data: bytes, limit: int = -1) -> Iterator[list[tuple[int, int]]]:
        """Successive matches, at most `limit` if that is not negative; no empty match right after another."""
        position, previous_end, count = 0, -1, 0
        while position <= len(data) and (limit < 0 or count < limit):
            found = self._search(data, position)
            if found is None:
                return
            start, end = found.span(0)
            adjacent = end == position and start == previous_end
            position = _next_rune(data, end) if end == position else end
            previous_end = end
            if not adjacent:
                count += 1
                if count > _MAX_MATCHES:
                    raise BuiltinError(f"more than {_MAX_MATCHES:,} matches")
                yield self._spans(found)

    def _spans(self, found: Any) -> list[tuple[int, int]]:
        return [found.span(i) for i in range(len(self.names))]


@lru_cache(maxsize=1024)
def compile(pattern: str) -> Pattern:
    """Compile a pattern once. BuiltinError with Go's reason if Go would refuse it."""
    import re2

    if len(pattern) > _MAX_PATTERN:
        raise BuiltinError("error parsing regexp: expression too large")
    if "\\" in pattern or "<" in pattern:
        _check_dialect(pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MAX_MEMORY
    try:
        compiled = re2.compile(pattern, options)
        options.never_capture = True  # without groups re2 can use its fast automaton alone
        return Pattern(pattern, compiled, re2.compile(pattern, options))
    except re2.error as error:
        translated = _PROPERTY.sub(_property, pattern)
        if translated != pattern:
            return compile(translated)
        raise BuiltinError(_reason(pattern, error)) from None


def _quick_search(compiled: Any) -> Callable[[bytes], bool]:
    """A search that only tells whether there is a match; past re2's wrapper, whose match objects cost most of it."""
    inner = getattr(compiled, "_regexp", None)
    if inner is None:
        return lambda data: compiled.search(data) is not None
    from re2 import _Anchor

    match, anywhere = inner.Match, _Anchor.UNANCHORED
    return lambda data: match(anywhere, data, 0, len(data))[0][0] >= 0


def search(pattern: str, text: str | bytes) -> bool:
    """Whether a pattern occurs in a text: `=~`."""
    return compile(pattern).search(text)


def _check_dialect(pattern: str) -> None:
    for found in _QUOTED.finditer(pattern):
        if found[1] == "C":
            raise BuiltinError("error parsing regexp: invalid escape sequence: `\\C`")
        if found[2] and not found[2].isascii():
            raise BuiltinError(f"error parsing regexp: invalid named capture: `{found[0]}`")


def _property(found: re.Match[str]) -> str:
    key = re.sub(r"[ _-]", "", found[3]).lower()
    name = _CATEGORIES.get(key) or "_".join(w.capitalize() for w in re.split(r"[ _-]+", found[3]))
    return f"{found[1]}{found[2]}{name}}}"


def _reason(pattern: str, error: Exception) -> str:
    raw = error.args[0]
    message = raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw)
    if message.startswith("pattern too large"):
        return "error parsing regexp: expression too large"
    if pattern.endswith("\\x{") and message == "invalid UTF-8":
        message = "invalid escape sequence: \\x{"
    head, _, rest = message.partition(": ")
    if rest == "(?<":
        return f"error parsing regexp: invalid named capture: `{pattern[pattern.find('(?<') :]}`"
    if rest in ("(?<=", "(?<!"):
        head, rest = "invalid named capture group", pattern[pattern.find(rest) :]
    for ours, theirs in _REASONS:
        if head == ours:
            return f"error parsing regexp: {theirs}: `{rest}`"
    return f"error parsing regexp: {head}: `{rest}`"


def _next_rune(data: bytes, position: int) -> int:
    position += 1
    while position < len(data) and data[position] & 0xC0 == 0x80:
        position += 1
    return position
