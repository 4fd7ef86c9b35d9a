"""Lines of text whose cells line up: what `cue fmt` gets from elastic tab stops.

A line is cells; all but the last of them are padded so that the next cells of neighbouring lines begin in one
column. A line that was begun with `flush` starts a new table.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class _Line:
    level: int
    flush: bool
    cells: list[str] = field(default_factory=lambda: [""])


class Sheet:
    """Collects text line by line; indentation grows once per line, however many brackets the line opens."""

    __slots__ = ("_level", "_lines", "_opened")

    def __init__(self) -> None:
        self._lines = [_Line(0, True)]
        self._level = 0
        # For each open bracket, whether a newline inside it has made the indentation grow.
        self._opened: list[bool] = []

    @property
    def line_number(self) -> int:
        """The number of lines begun, to see whether something took more than one."""
        return len(self._lines)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been written at all."""
        return len(self._lines) == 1 and self.at_line_start

    @property
    def at_line_start(self) -> bool:
        """Whether nothing has been written on this line."""
        return self._lines[-1].cells == [""]

    @property
    def last(self) -> str:
        """The last character written on this line."""
        return self._lines[-1].cells[-1][-1:]

    def text(self, text: str) -> None:
        """Write into the present cell."""
        self._lines[-1].cells[-1] += text

    def cell(self) -> None:
        """End the present cell."""
        self._lines[-1].cells.append("")

    def newline(self, *, flush: bool = False, blank: bool = False, closing: bool = False) -> None:
        """Begin a line, with an empty one before it if `blank`; its table is a new one if `flush`.

        The line of a closing bracket (`closing`) does not count as one inside the bracket around it.
        """
        if self._opened and not self._opened[-1] and not closing:
            self._opened[-1] = True
            self._level += 1
        if blank:
            self._lines.append(_Line(0, True))
        self._lines.append(_Line(self._level, flush or blank))

    def open(self) -> None:
        """A newline from here on indents one more."""
        self._opened.append(False)

    def close(self) -> None:
        """What was opened last ends here."""
        if self._opened.pop():
            self._level -= 1

    @property
    def level(self) -> int:
        """The indentation that the next line would have."""
        return self._level + (1 if self._opened and not self._opened[-1] else 0)

    def result(self) -> str:
        """All lines, aligned, with tabs for indentation and no blanks at their ends."""
        out: list[str] = []
        table: list[_Line] = []
        for line in self._lines:
            if line.flush or (table and line.level != table[0].level):
                out += _aligned(table)
                table = []
            table.append(line)
        out += _aligned(table)
        return "\n".join(out).strip("\n")


def _aligned(table: list[_Line]) -> list[str]:
    if not table:
        return []
    rows = [line.cells for line in table]
    texts = [""] * len(rows)
    _align(rows, texts, 0, 0, len(rows))
    return [
        "\t" * line.level + (text if line.cells[-1] else text.rstrip()) if text.strip() else ""
        for line, text in zip(table, texts, strict=True)
    ]


def _align(rows: list[list[str]], texts: list[str], column: int, start: int, end: int) -> None:
    """Write column `column` of the rows from `start` to `end`, and the columns right of it."""
    at = start
    while at < end:
        if len(rows[at]) <= column + 1:
            texts[at] += rows[at][-1] if len(rows[at]) == column + 1 else ""
            at += 1
            continue
        stop = at
        while stop < end and len(rows[stop]) > column + 1:
            stop += 1
        width = max(len(rows[i][column]) for i in range(at, stop)) + 1
        if width > 1:
            for i in range(at, stop):
                texts[i] += rows[i][column].ljust(width)
        _align(rows, texts, column + 1, at, stop)
        at = stop
