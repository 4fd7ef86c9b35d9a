"""Source files and positions.

A `Span` is a half-open range of *character* offsets in one `SourceFile`; line and column are computed only
when somebody prints them. Offsets count characters of the decoded text, so every consumer slices `text`.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final, NamedTuple


class SourceFile:
    """One input text: a display name, the decoded text, and a line table made on first use."""

    __slots__ = ("_starts", "name", "text")

    def __init__(self, name: str, text: str) -> None:
        self.name: Final = name
        self.text: Final = text
        self._starts: list[int] | None = None

    def line_starts(self) -> list[int]:
        """Offsets at which lines begin; the first is 0."""
        starts = self._starts
        if starts is None:
            starts = [0]
            find = self.text.find
            at = find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = find("\n", at + 1)
            self._starts = starts
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """1-based (line, column) of a character offset; the column counts characters."""
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line without its line break; empty beyond the end."""
        starts = self.line_starts()
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")

    def __repr__(self) -> str:
        return f"SourceFile({self.name!r})"


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of `file`."""

    file: SourceFile
    start: int
    end: int

    @property
    def line(self) -> int:
        """1-based line of the first character."""
        return self.file.position(self.start)[0]

    @property
    def column(self) -> int:
        """1-based column of the first character."""
        return self.file.position(self.start)[1]

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of `other`."""
        return Span(self.file, self.start, max(self.end, other.end))

    def __str__(self) -> str:
        line, column = self.file.position(self.start)
        return f"{self.file.name}:{line}:{column}"

    def __repr__(self) -> str:
        return f"<{self}>"


NOWHERE: Final = SourceFile("<none>", "")
NO_SPAN: Final = Span(NOWHERE, 0, 0)
