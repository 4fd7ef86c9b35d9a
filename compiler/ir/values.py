"""Plain data together with the places where it was written.

Properties are merged (overrides), replaced and extended, yet every diagnostic has to point at the line that the
author wrote. So the data stays plain (`dict`, `list`, `str`, `int`, `float`, `bool`, `None`) and carries its
`Source` nodes, oldest first; a path is looked up in the newest source that has it.
"""

from __future__ import annotations

from typing import Any, Final, Protocol, TypeAlias, final

from velac.grammar.node import node
from velac.grammar.source import NO_SPAN, Span

Path: TypeAlias = tuple[str | int, ...]
Json: TypeAlias = Any


class Source(Protocol):
    """Anything that knows where the values below it were written; a YAML node is one."""

    @property
    def span(self) -> Span:
        """Where the whole value was written."""

    def find(self, path: Path) -> Span | None:
        """Where the value at `path` was written; None when this source does not hold it."""


@final
@node
class Values:
    """A piece of plain data and its sources, oldest first."""

    data: Json
    sources: tuple[Source, ...] = ()

    def span(self, path: Path = ()) -> Span:
        """The place of the value at `path`, or of its nearest written parent."""
        for end in range(len(path), -1, -1):
            for source in reversed(self.sources):
                found = source.find(path[:end])
                if found is not None:
                    return found
        return NO_SPAN


EMPTY: Final = Values({})
