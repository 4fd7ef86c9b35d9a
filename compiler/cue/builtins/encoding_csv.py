"""Package `encoding/csv`."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.cue.builtins import describe
from velac.compiler.cue.builtins.go.bounds import check_items
from velac.compiler.cue.builtins.go.chars import SPACES, from_bytes
from velac.compiler.cue.builtins.go.jsonvalue import dump
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BYTES, LIST, STRING, TOP

PACKAGE: Final = package("encoding/csv")
_function = PACKAGE.function
_LONG_LINE: Final = 1 << 31
"""Characters times fields: each field copies what is left of its line."""
_QUOTE_ERROR: Final = 'extraneous or missing " in quoted-field'


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        kind = describe.kind_of(value)
        raise BuiltinError(f"cannot use value {describe.brief(value)} (type {kind}) as list")
    return value


def _cell(value: Any) -> str:
    text = value if isinstance(value, str) else dump(value)
    special = any(char in text for char in ',"\r\n') or text == "\\."
    if special or (text and text[0] in SPACES):
        return '"' + text.replace('"', '""') + '"'
    return text


@_function(TOP, result=STRING)
def Encode(rows: Any) -> str:
    """A list of lists as CSV; what is not a string is written as JSON."""
    return "".join(",".join(map(_cell, _list(row))) + "\n" for row in _list(rows))


@_function(BYTES | STRING, result=LIST)
def Decode(data: str | bytes) -> list[list[str]]:
    """CSV as a list of lists of strings; all records are as long as the first."""
    return _Reader(data if isinstance(data, str) else from_bytes(data)).records()


class _Reader:
    """Reads records, with places as Go counts them: lines from 1, columns in bytes from 1."""

    __slots__ = ("_at", "_line", "_lines")

    def __init__(self, text: str) -> None:
        check_items(text.count("\n") + text.count(","))
        lines = text.split("\n")
        self._lines = [line.removesuffix("\r") + "\n" for line in lines[:-1]]
        if lines[-1]:
            self._lines.append(lines[-1].removesuffix("\r"))
        self._at = 0
        self._line = 0

    def _next(self) -> str | None:
        if self._at >= len(self._lines):
            return None
        self._at += 1
        self._line += 1
        return self._lines[self._at - 1]

    def records(self) -> list[list[str]]:
        """All records."""
        out: list[list[str]] = []
        while (line := self._next()) is not None:
            if line == "\n":
                continue
            start = self._line
            record = self._record(line)
            if out and len(record) != len(out[0]):
                raise BuiltinError(f"record on line {start}: wrong number of fields")
            out.append(record)
        return out

    def _record(self, line: str) -> list[str]:
        if '"' not in line:
            return line.removesuffix("\n").split(",")
        if len(line) * line.count(",") > _LONG_LINE:
            raise BuiltinError(f"line {self._line} is too long for its many fields")
        start, column = self._line, 1
        fields = []
        while True:
            if not line.startswith('"'):
                end = line.find(",")
                field = line[:end] if end >= 0 else line.removesuffix("\n")
                if '"' in field:
                    column += _bytes(field[: field.index('"')])
                    raise self._error(start, column, 'bare " in non-quoted-field')
                fields.append(field)
                if end < 0:
                    return fields
                line, column = line[end + 1 :], column + _bytes(field) + 1
                continue
            field, rest, column = self._quoted(line[1:], start, column + 1)
            fields.append(field)
            if rest is None:
                return fields
            line = rest

    def _quoted(self, line: str, start: int, column: int) -> tuple[str, str | None, int]:
        """A quoted field after its first quote, what follows its comma (None: nothing), and the column there."""
        parts: list[str] = []
        while True:
            end = line.find('"')
            if end < 0:
                parts.append(line)
                column += _bytes(line)
                following = self._next()
                if following is None:
                    raise self._error(start, column, _QUOTE_ERROR)
                line, column = following, 1
                continue
            parts.append(line[:end])
            column += _bytes(line[:end]) + 1
            line = line[end + 1 :]
            if line.startswith('"'):
                parts.append('"')
                line, column = line[1:], column + 1
            elif line.startswith(","):
                return "".join(parts), line[1:], column + 1
            elif line in ("", "\n"):
                return "".join(parts), None, column
            else:
                raise self._error(start, column - 1, _QUOTE_ERROR)

    def _error(self, start: int, column: int, reason: str) -> BuiltinError:
        place = f"parse error on line {self._line}, column {column}: {reason}"
        if start != self._line:
            place = f"record on line {start}; {place}"
        return BuiltinError(place)


def _bytes(text: str) -> int:
    return len(text.encode())
