"""Plain data together with the places where it was written.

Properties are merged (overrides), replaced and extended, yet every diagnostic has to point at the line that the
author wrote. So the data stays plain (`dict`, `list`, `str`, `int`, `float`, `bool`, `None`) and carries its
sources, oldest first; a path is looked up in the newest source that has it, and only when somebody asks.
"""

from __future__ import annotations

from typing import Any, Final, Protocol, TypeAlias, final

from velac.grammar.node import node
from velac.grammar.source import NO_SPAN, Span

Path: TypeAlias = tuple[str | int, ...]
Json: TypeAlias = Any


class Source(Protocol):
    """Anything that knows where values were written."""

    def find(self, path: Path) -> Span | None:
        """Where the value at `path` was written; None when this source does not hold it."""

    def find_key(self, path: Path) -> Span | None:
        """Where the key of the field at `path` was written, if it is a field of this source."""


@final
@node
class Below:
    """The part of a source under a path."""

    source: Source
    path: Path

    def find(self, path: Path) -> Span | None:
        """See `Source.find`."""
        return self.source.find(self.path + path)

    def find_key(self, path: Path) -> Span | None:
        """See `Source.find_key`."""
        return self.source.find_key(self.path + path)


@final
class Values:
    """A piece of plain data and its sources, oldest first. `below` is where in all of them the data lies."""

    __slots__ = ("_below", "_sources", "data")

    def __init__(self, data: Json, sources: tuple[Source, ...] = (), below: Path = ()) -> None:
        self.data = data
        self._sources = sources
        self._below = below

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of exactly this piece."""
        if self._below:
            # Kept: all variants of a component ask their common ancestor.
            self._sources = tuple([_below(source, self._below) for source in self._sources])
            self._below = ()
        return self._sources

    def span(self, path: Path = ()) -> Span:
        """The place of the value at `path`, or of its nearest written parent."""
        below = self._below
        for end in range(len(path), -1, -1):
            for source in reversed(self._sources):
                found = source.find(below + path[:end])
                if found is not None:
                    return found
        return NO_SPAN

    def key_span(self, path: Path) -> Span:
        """The place of the key of the field at `path`; of the value where there is none."""
        for source in reversed(self._sources):
            found = source.find_key(self._below + path)
            if found is not None:
                return found
        return self.span(path)

    def at(self, *path: str | int) -> Values:
        """The part under `path`, which has to exist in the data."""
        data = self.data
        for step in path:
            data = data[step]
        return Values(data, self._sources, self._below + path)

    def items_at(self, key: str) -> list[Values]:
        """The items of the list under `key`; none where there is no list."""
        found = self.data.get(key) if isinstance(self.data, dict) else None
        if not found or not isinstance(found, list):
            return []
        sources, below = self._sources, self._below
        return [Values(item, sources, (*below, key, at)) for at, item in enumerate(found)]

    def __repr__(self) -> str:
        return f"Values({self.data!r})"


def _below(source: Source, path: Path) -> Below:
    if isinstance(source, Below):
        return Below(source.source, source.path + path)
    return Below(source, path)


EMPTY: Final = Values({})
