"""Regular expressions as CUE has them: Go's dialect of RE2, run by google-re2 in linear time.

A pattern is searched for anywhere in the text, `$` is the end of the text, classes know Unicode. What google-re2
accepts and Go does not (`\\C`, group names beyond ASCII) is refused; Go's long property names (`\\p{Letter}`) are
translated. Work on bytes of UTF-8: positions are byte positions, as Go's.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final
from weakref import WeakValueDictionary

from velac.compiler.cue.builtins.package import BuiltinError

_MAX_MATCHES: Final = 500_000
"""Most matches in one text that are looked at one by one."""
_MEMORY: Final = 1 << 20
"""What most patterns need, and what the automaton that a search builds on its way may grow to."""
_MAX_MEMORY: Final = 32 << 20
_MAX_PATTERN: Final = 100_000
_LARGE: Final = 10_000
"""Programs of so many instructions are not kept for others to find."""
_TOO_LARGE: Final = 200_000
"""The cost of finding out that a pattern is too large, in steps."""

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
_TOO_MUCH: Final = ": expression too large"
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
    """A compiled pattern; `cost` is that of compiling it, in steps of an evaluation."""

    __slots__ = ("__weakref__", "_all", "_has", "_names", "cost", "text")

    def __init__(self, text: str, groupless: Any) -> None:
        self.text = text
        self._has = _quick_search(groupless)
        self._all: Any = None
        self._names: tuple[str, ...] = ()
        self.cost: int = _cost(text) + groupless.programsize // 2

    def _compiled(self) -> Any:
        """The pattern with its groups: few ask for them, and they cost."""
        compiled = self._all
        if compiled is None:
            compiled = self._all = _compile(self.text, groups=True)
        return compiled

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the groups by number, "" for those without; the first is the whole match."""
        if not self._names:
            compiled = self._compiled()
            names = [""] * (compiled.groups + 1)
            for name, index in compiled.groupindex.items():
                names[index] = name
            self._names = tuple(names)
        return self._names

    def search(self, text: str | bytes) -> bool:
        """Whether the pattern occurs in the text."""
        return self._has(text.encode() if isinstance(text, str) else text)

    def first(self, data: bytes) -> list[tuple[int, int]] | None:
        """The byte spans of the leftmost match and its groups ((-1, -1) for those that took no part)."""
        found = self._compiled().search(data)
        return None if found is None else self._spans(found)

    def all(self, data: bytes, limit: int = -1) -> Iterator[list[tuple[int, int]]]:
        """Successive matches, at most `limit` if that is not negative; no empty match right after another."""
        position, previous_end, count = 0, -1, 0
        search = self._compiled().search
        while position <= len(data) and (limit < 0 or count < limit):
            found = search(data, position)
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


_KNOWN: Final[WeakValueDictionary[str, Pattern]] = WeakValueDictionary()
"""Patterns that somebody holds: an evaluation does with all that it uses, so none is compiled twice for it."""
_RECENT: Final[deque[Pattern]] = deque(maxlen=512)
_REFUSED: Final[dict[str, str]] = {}
_MOST_REFUSED: Final = 256


def compile(pattern: str) -> Pattern:
    """Compile a pattern once. BuiltinError with Go's reason if Go would refuse it."""
    found = _KNOWN.get(pattern)
    if found is not None:
        return found
    reason = _REFUSED.get(pattern)
    if reason is None:
        try:
            found = Pattern(pattern, _compile(pattern))
        except BuiltinError as error:
            reason = str(error)
            if len(_REFUSED) >= _MOST_REFUSED:
                _REFUSED.clear()
            _REFUSED[pattern] = reason
        else:
            _KNOWN[pattern] = found
            if found.cost < _LARGE:
                _RECENT.append(found)
            return found
    raise BuiltinError(reason)


def cost(pattern: str) -> int:
    """What compiling a pattern, or finding out that it is none, costs in steps of an evaluation."""
    try:
        return compile(pattern).cost
    except BuiltinError as error:
        return _cost(pattern) + (_TOO_LARGE if "too large" in str(error) else 0)


def known(pattern: str) -> Pattern | None:
    """A pattern that has been compiled, or None."""
    return _KNOWN.get(pattern)


def _cost(pattern: str) -> int:
    return 30 + 4 * min(len(pattern), _MAX_PATTERN)


def _compile(pattern: str, groups: bool = False) -> Any:
    import re2

    if len(pattern) > _MAX_PATTERN:
        raise BuiltinError("error parsing regexp: expression too large")
    if "\\" in pattern or "<" in pattern:
        _check_dialect(pattern)
    options = re2.Options()
    options.log_errors = False
    options.never_capture = not groups  # without groups re2 can use its fast automaton alone
    for memory in (_MEMORY, _MAX_MEMORY):
        options.max_mem = memory
        try:
            return re2.compile(pattern, options)
        except re2.error as error:
            reason = _reason(pattern, error)
            if reason.endswith(_TOO_MUCH):
                continue
            translated = _PROPERTY.sub(_property, pattern)
            if translated != pattern:
                return _compile(translated, groups)
            raise BuiltinError(reason) from None
    raise BuiltinError(reason)


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
        return f"error parsing regexp{_TOO_MUCH}"
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
