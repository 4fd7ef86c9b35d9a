"""File paths of an operating system, lexically, as Go's `path/filepath` treats them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from velac.compiler.cue import regex
from velac.compiler.cue.builtins.package import BuiltinError

_RESERVED: Final = frozenset(
    (
        "con",
        "prn",
        "aux",
        "nul",
        *(f"{device}{n}" for device in ("com", "lpt") for n in range(1, 10)),
    )
)
_VOLUME: Final = re.compile(r"[A-Za-z]:|[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*")


@dataclass(frozen=True, slots=True)
class System:
    """How one operating system writes paths."""

    separators: str
    list_separator: str
    windows: bool = False

    @property
    def separator(self) -> str:
        """The separator that results are written with."""
        return self.separators[0]

    def volume(self, path: str) -> str:
        """The leading volume: `C:` or `\\\\host\\share`; empty but on Windows."""
        found = _VOLUME.match(path) if self.windows else None
        return found[0] if found else ""

    def is_abs(self, path: str) -> bool:
        """Whether a path is absolute."""
        if not self.windows:
            return path.startswith("/") or (self.list_separator == "\0" and path.startswith("#"))
        if path.lower() in _RESERVED:
            return True
        volume = self.volume(path)
        return bool(volume) and path[len(volume) : len(volume) + 1] in ("\\", "/")

    def same(self, a: str, b: str) -> bool:
        """Whether two elements name the same file."""
        return a.lower() == b.lower() if self.windows else a == b


UNIX: Final = System("/", ":")
PLAN9: Final = System("/", "\0")
WINDOWS: Final = System("\\/", ";", windows=True)


def clean(path: str, system: System) -> str:
    """The shortest equivalent path."""
    volume = system.volume(path) if system.windows else ""
    rest = path[len(volume) :]
    if not rest:
        if len(volume) > 1 and volume[1] != ":":
            return from_slash(path, system)
        return path + "."
    rooted = rest[0] in system.separators
    out: list[str] = []
    for part in (rest.replace("\\", "/") if system.windows else rest).split("/"):
        if part in ("", "."):
            continue
        if part == ".." and out and out[-1] != "..":
            out.pop()
        elif part != ".." or not rooted:
            out.append(part)
    body = system.separator.join(out)
    if rooted:
        body = system.separator + body
    return from_slash(volume + (body or "."), system)


def from_slash(path: str, system: System) -> str:
    """Slashes as the system's separators."""
    return path if system.separator == "/" else path.replace("/", system.separator)


def to_slash(path: str, system: System) -> str:
    """The system's separators as slashes."""
    return path if system.separator == "/" else path.replace(system.separator, "/")


def last_separator(path: str, system: System, start: int = 0) -> int:
    """The index of the last separator from a start on, or start - 1."""
    return max(start - 1, *(path.rfind(sep, start) for sep in system.separators))


def split_list(path: str, system: System) -> list[str]:
    """The parts of a search path; on Windows quotes protect separators and are dropped."""
    if not path:
        return []
    if not system.windows:
        return path.split(system.list_separator)
    parts, start, quoted = [], 0, False
    for i, char in enumerate(path):
        if char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            parts.append(path[start:i])
            start = i + 1
    parts.append(path[start:])
    return [part.replace('"', "") for part in parts]


def join(parts: list[str], system: System) -> str:
    """Parts as one clean path; empty ones in front are skipped."""
    first = next((i for i, part in enumerate(parts) if part), None)
    if first is None:
        return ""
    parts = parts[first:]
    separator = system.separator
    if not system.windows:
        return clean(separator.join(parts), system)
    if len(parts[0]) == 2 and parts[0][1] == ":":
        rest = next((i for i in range(1, len(parts)) if parts[i]), len(parts))
        return clean(parts[0] + separator.join(parts[rest:]), system)
    path = clean(separator.join(parts), system)
    head = clean(parts[0], system)
    if len(system.volume(path)) <= 2 or len(system.volume(head)) > 2:
        return path
    # Parts that are not of the form \\host\share must not join to one.
    tail = clean(separator.join(parts[1:]), system)
    return head + tail if head.endswith(separator) else head + separator + tail


def relative(base: str, target: str, system: System) -> str:
    """The path that leads from base to target."""
    separator = system.separator
    base_volume, target_volume = system.volume(base), system.volume(target)
    clean_base, clean_target = clean(base, system), clean(target, system)
    if system.same(clean_target, clean_base):
        return "."
    start, end = clean_base[len(base_volume) :], clean_target[len(target_volume) :]
    start = "" if start == "." else start
    impossible = BuiltinError(f"Rel: can't make {target} relative to {base}")
    rooted = start.startswith(separator)
    if rooted != end.startswith(separator) or not system.same(base_volume, target_volume):
        raise impossible
    from_parts = start.split(separator) if start else []
    to_parts = end.split(separator)
    shared = 0
    while (
        shared < min(len(from_parts), len(to_parts))
        and system.same(from_parts[shared], to_parts[shared])
    ):  # fmt: skip
        shared += 1
    up = [part for part in from_parts[shared:] if part]
    if up and up[0] == "..":
        raise impossible
    return separator.join([".."] * len(up) + [part for part in to_parts[shared:] if part])


_MOST_TRIED: Final = 20_000_000
"""So many combinations of a place in a pattern and one in a name are tried."""


def match(pattern: str, name: str, system: System) -> bool:
    """Whether a shell pattern matches a whole name; `*` and `?` stop at separators, `**` is refused.

    A malformed part is an error only if the parts before it match the beginning of the name, as in Go.
    """
    if len(pattern) * len(name) > _MOST_TRIED:
        raise BuiltinError("pattern and name are too long")
    other = f"[^{_literal(system.separator)}]"
    prefix = ""
    broken: BuiltinError | None = None
    for star, chunk in _chunks(pattern, system):
        if broken is not None:
            continue  # the rest is only looked through for `**`
        try:
            prefix += (other + "*" if star else "") + _translate(chunk, other, system)
        except BuiltinError as error:
            if regex.compile(f"\\A(?s:{prefix})").search(name):
                raise
            broken = error
    return broken is None and regex.compile(f"\\A(?s:{prefix})\\z").search(name)


def _chunks(pattern: str, system: System) -> Iterator[tuple[bool, str]]:
    """The parts of a pattern: whether a star goes before, and text without stars."""
    i = 0
    while i < len(pattern):
        star = pattern[i] == "*"
        i += star
        if star and pattern[i : i + 1] == "*":
            raise BuiltinError("'**' is not supported in patterns as of yet")
        start, in_class = i, False
        while i < len(pattern) and (in_class or pattern[i] != "*"):
            if pattern[i] == "\\" and not system.windows:
                i += 1
            elif pattern[i] in "[]":
                in_class = pattern[i] == "["
            i += 1
        yield star, pattern[start:i]


def _translate(chunk: str, other: str, system: System) -> str:
    out: list[str] = []
    i = 0
    while i < len(chunk):
        char = chunk[i]
        i += 1
        if char == "?":
            out.append(other)
        elif char == "[":
            part, i = _class(chunk, i, system)
            out.append(part)
        elif char == "\\" and not system.windows:
            if i >= len(chunk):
                raise BuiltinError("syntax error in pattern")
            out.append(_literal(chunk[i]))
            i += 1
        else:
            out.append(_literal(char))
    return "".join(out)


def _literal(char: str) -> str:
    return f"\\x{{{ord(char):x}}}"


def _class(pattern: str, i: int, system: System) -> tuple[str, int]:
    negated = pattern[i : i + 1] == "^"
    i += negated
    count, body = 0, ""
    while not (count and pattern[i : i + 1] == "]"):
        low, i = _class_char(pattern, i, system)
        high = low
        if pattern[i] == "-":
            high, i = _class_char(pattern, i + 1, system)
        if low <= high:
            body += f"{_literal(low)}-{_literal(high)}"
        count += 1
    if not body:
        return ("." if negated else "[^\\x00-\\x{10FFFF}]"), i + 1
    return f"[{'^' if negated else ''}{body}]", i + 1


def _class_char(pattern: str, i: int, system: System) -> tuple[str, int]:
    if pattern[i : i + 1] in ("", "-", "]"):
        raise BuiltinError("syntax error in pattern")
    if pattern[i] == "\\" and not system.windows:
        i += 1
    if i + 1 >= len(pattern):
        raise BuiltinError("syntax error in pattern")
    return pattern[i], i + 1
