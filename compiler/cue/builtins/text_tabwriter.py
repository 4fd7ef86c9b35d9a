"""Package `text/tabwriter`: columns aligned by elastic tab stops, at least one space apart."""

from __future__ import annotations

import re
from typing import Any, Final

from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.go.bounds import check_text
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import STRING, TOP

PACKAGE: Final = package("text/tabwriter")

_PADDING: Final = 1
_PIECES: Final = re.compile(r"[^\t\v\n\f]*[\t\v\n\f]?")

Lines = list[list[str]]


@PACKAGE.function(TOP, result=STRING)
def Write(data: Any) -> str:
    """A text, or a list of lines, with its tab-separated cells in columns."""
    if isinstance(data, (str, bytes)):
        return _align(_text(data))
    if isinstance(data, list):
        return _align("".join(_text(line) + "\n" for line in data))
    raise BuiltinError(f"tabwriter.Write: unsupported type {describe.kind_of(data)}")


def _text(data: Any) -> str:
    if isinstance(data, str):
        return data
    if isinstance(data, bytes):
        return from_bytes(data)
    kind = describe.kind_of(data)
    raise BuiltinError(f"cannot use value {describe.brief(data)} (type {kind}) as (string|bytes)")


def _align(text: str) -> str:
    """Blocks end at a form feed and after a line of one cell; each is aligned on its own."""
    out: list[str] = []
    lines: Lines = [[]]
    for piece in _PIECES.findall(text):
        if not piece:
            continue
        end = piece[-1] if piece[-1] in "\t\v\n\f" else ""
        lines[-1].append(piece[: len(piece) - len(end)])
        if end in ("\n", "\f"):
            alone = len(lines[-1]) == 1
            lines.append([])
            if end == "\f" or alone:
                _format(lines, out)
                lines = [[]]
        elif not end:
            break
    else:
        lines[-1] = lines[-1] or []
    _format(lines, out)
    return "".join(out)


def _format(lines: Lines, out: list[str]) -> None:
    widths: list[list[int]] = [[] for _ in lines]
    _columns(lines, widths, 0, 0, len(lines))
    size = 0
    for i, line in enumerate(lines):
        for j, cell in enumerate(line):
            width = widths[i][j] if j < len(widths[i]) else 0
            out.append(cell.ljust(width))
            size += len(out[-1])
        check_text(size)
        if i + 1 < len(lines):
            out.append("\n")


def _columns(lines: Lines, widths: list[list[int]], column: int, start: int, end: int) -> None:
    """Give each run of lines that have a terminated cell in a column the column's width, then go right."""
    stack = [(column, start, end)]
    while stack:
        column, start, end = stack.pop()
        i = start
        while i < end:
            if column >= len(lines[i]) - 1:
                i += 1
                continue
            first = i
            width = 0
            while i < end and column < len(lines[i]) - 1:
                width = max(width, len(lines[i][column]) + _PADDING)
                i += 1
            for line in range(first, i):
                widths[line].append(width)
            stack.append((column + 1, first, i))
