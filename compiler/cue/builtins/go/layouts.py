"""Go's time layouts: the reference time Mon Jan 2 15:04:05 MST 2006 written as the times are to look."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from velac.compiler.cue.builtins.go.moments import (
    Moment,
    days_in,
    is_leap,
    quote,
    year_day,
)
from velac.compiler.cue.builtins.package import BuiltinError

RFC3339_NANO: Final = "2006-01-02T15:04:05.999999999Z07:00"
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_CHUNK: Final = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|(?<=_)2006|__2|_2(?!006)|[345]|PM|pm"
    r"|[-Z]07(?:0000|:00:00|00|:00)?|[.,](?:0+|9+)(?![0-9])"
)
_ZONE: Final = re.compile(r"([+-])(\d\d)(?:(:?)(\d\d))?(?:\3(\d\d))?", re.A)


def _pad(value: int, width: int) -> str:
    return ("-" if value < 0 else "") + str(abs(value)).rjust(width, "0")


# -- formatting -----------------------------------------------------------------------------------------------


def format_time(moment: Moment, layout: str) -> str:
    """A moment as a layout shows it."""
    return _CHUNK.sub(lambda found: _show(found[0], moment), layout)


def _show(chunk: str, moment: Moment) -> str:
    simple = _SHOWN.get(chunk)
    if simple:
        return simple(moment)
    if chunk[0] in "-Z":
        return _show_offset(chunk, moment.offset)
    digits = f"{moment.nanos:09d}"[: len(chunk) - 1].ljust(len(chunk) - 1, "0")
    if chunk[1] == "9":
        digits = digits.rstrip("0")
    return chunk[0] + digits if digits else ""


def _show_offset(chunk: str, offset: int) -> str:
    if chunk[0] == "Z" and offset == 0:
        return "Z"
    sign, size = ("-" if offset < 0 else "+"), abs(offset)
    colon = ":" if ":" in chunk else ""
    parts = [f"{size // 3600:02d}", f"{size // 60 % 60:02d}", f"{size % 60:02d}"]
    count = 1 + (len(chunk.replace(":", "")) - 3) // 2
    return sign + colon.join(parts[:count])


def _zone_name(moment: Moment) -> str:
    return moment.zone or _show_offset("-0700", moment.offset)


_SHOWN: Final[dict[str, Callable[[Moment], str]]] = {
    "January": lambda m: _MONTHS[m.date()[1] - 1],
    "Jan": lambda m: _MONTHS[m.date()[1] - 1][:3],
    "Monday": lambda m: _DAYS[m.weekday()],
    "Mon": lambda m: _DAYS[m.weekday()][:3],
    "MST": _zone_name,
    "002": lambda m: _pad(year_day(*m.date()), 3),
    "__2": lambda m: f"{year_day(*m.date()):3d}",
    "1": lambda m: str(m.date()[1]),
    "01": lambda m: _pad(m.date()[1], 2),
    "2": lambda m: str(m.date()[2]),
    "02": lambda m: _pad(m.date()[2], 2),
    "_2": lambda m: f"{m.date()[2]:2d}",
    "15": lambda m: _pad(m.clock()[0], 2),
    "3": lambda m: str(m.clock()[0] % 12 or 12),
    "03": lambda m: _pad(m.clock()[0] % 12 or 12, 2),
    "4": lambda m: str(m.clock()[1]),
    "04": lambda m: _pad(m.clock()[1], 2),
    "5": lambda m: str(m.clock()[2]),
    "05": lambda m: _pad(m.clock()[2], 2),
    "06": lambda m: _pad(abs(m.date()[0]) % 100, 2),
    "2006": lambda m: _pad(m.date()[0], 4),
    "PM": lambda m: "PM" if m.clock()[0] >= 12 else "AM",
    "pm": lambda m: "pm" if m.clock()[0] >= 12 else "am",
}


# -- parsing --------------------------------------------------------------------------------------------------


class _Bad(Exception):
    """The text does not fit the chunk."""


class _OutOfRange(Exception):
    """The chunk's number is too large; the argument names it."""


class _Parser:
    """What has been read of a time so far."""

    __slots__ = (
        "day",
        "half",
        "hour",
        "minute",
        "month",
        "nanos",
        "offset",
        "second",
        "text",
        "yday",
        "year",
        "zone",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        self.text = text
        self.year = self.hour = self.minute = self.second = self.nanos = 0
        self.month = self.day = self.yday = -1
        self.half = ""
        self.offset: int | None = None
        self.zone = ""

    def take(self, count: int) -> str:
        part, self.text = self.text[:count], self.text[count:]
        return part

    def number(self, fixed: bool, limit: int = 2) -> int:
        """Up to `limit` digits, exactly as many if `fixed`; two-digit numbers may have one."""
        found = re.match(rf"[0-9]{{1,{limit}}}", self.text)
        if not found or (fixed and len(found[0]) != limit):
            raise _Bad
        return int(self.take(len(found[0])))

    def ranged(self, fixed: bool, low: int, high: int, name: str) -> int:
        value = self.number(fixed)
        if not low <= value <= high:
            raise _OutOfRange(name)
        return value

    def name(self, names: tuple[str, ...], length: int | None = None) -> int:
        for i, name in enumerate(names):
            word = name[:length]
            if self.text[: len(word)].lower() == word.lower():
                self.take(len(word))
                return i
        raise _Bad


def parse(layout: str, text: str) -> Moment:
    """The moment of a text in a layout; without a zone, in UTC. BuiltinError with Go's reason."""
    state = _Parser(text)
    position = 0
    for found in _CHUNK.finditer(layout):
        _skip(state, layout[position : found.start()], layout, text)
        position = found.end()
        hold = state.text
        try:
            _read(found[0], state, layout[position:])
        except _OutOfRange as error:
            raise _failure(text, f": {error} out of range") from None
        except _Bad:
            raise _mismatch(layout, text, found[0], hold) from None
    _skip(state, layout[position:], layout, text)
    if state.text:
        raise _failure(text, f": extra text: {quote(state.text)}")
    return _moment(state, text)


def _failure(text: str, reason: str) -> BuiltinError:
    return BuiltinError(f"parsing time {quote(text)}{reason}")


def _mismatch(layout: str, text: str, chunk: str, rest: str) -> BuiltinError:
    return _failure(text, f" as {quote(layout)}: cannot parse {quote(rest)} as {quote(chunk)}")


def _skip(state: _Parser, literal: str, layout: str, text: str) -> None:
    """Text between chunks; a run of spaces stands for any number of them."""
    rest = literal
    while rest:
        if rest[0] == " ":
            if state.text and state.text[0] != " ":
                raise _mismatch(layout, text, literal, state.text)
            rest, state.text = rest.lstrip(" "), state.text.lstrip(" ")
            continue
        if state.text[:1] != rest[0]:
            raise _mismatch(layout, text, literal, state.text)
        rest = rest[1:]
        state.take(1)


def _read(chunk: str, state: _Parser, after: str) -> None:
    if chunk in ("2006", "06"):
        _read_year(chunk, state)
    elif chunk in ("January", "Jan"):
        state.month = state.name(_MONTHS, 3 if chunk == "Jan" else None) + 1
    elif chunk in ("Monday", "Mon"):
        state.name(_DAYS, 3 if chunk == "Mon" else None)
    elif chunk in ("1", "01"):
        state.month = state.ranged(chunk == "01", 1, 12, "month")
    elif chunk in ("2", "02", "_2"):
        if chunk == "_2" and state.text[:1] == " ":
            state.take(1)
        state.day = state.number(chunk == "02")
    elif chunk in ("002", "__2"):
        for _ in range(2):
            if chunk == "__2" and state.text[:1] == " ":
                state.take(1)
        state.yday = state.number(chunk == "002", 3)
    elif chunk == "15":
        state.hour = state.ranged(False, 0, 23, "hour")
    elif chunk in ("3", "03"):
        state.hour = state.ranged(chunk == "03", 0, 12, "hour")
    elif chunk in ("4", "04"):
        state.minute = state.ranged(chunk == "04", 0, 59, "minute")
    elif chunk in ("5", "05"):
        state.second = state.ranged(chunk == "05", 0, 59, "second")
        following = _CHUNK.search(after)
        if not (following and following[0][0] in ".,"):
            _read_fraction(state, 0)
    elif chunk in ("PM", "pm"):
        word = state.take(2)
        if word not in (("PM", "AM") if chunk == "PM" else ("pm", "am")):
            raise _Bad
        state.half = word.upper()
    elif chunk == "MST":
        _read_zone_name(state)
    elif chunk[0] in "-Z":
        _read_offset(chunk, state)
    else:
        _read_fraction(state, len(chunk) - 1 if chunk[1] == "0" else 0)


def _read_year(chunk: str, state: _Parser) -> None:
    if chunk == "2006":
        state.year = state.number(True, 4)
        return
    year = state.number(True)
    state.year = year + (1900 if year >= 69 else 2000)


def _read_fraction(state: _Parser, count: int) -> None:
    """Exactly `count` digits of a second, or as many as there are, if any, when it is 0."""
    found = re.match(rf"[.,]([0-9]{{{count}}})" if count else r"[.,]([0-9]+)", state.text)
    if found:
        state.nanos = int(found[1][:9].ljust(9, "0"))
        state.take(found.end())
    elif count:
        raise _Bad


def _read_offset(chunk: str, state: _Parser) -> None:
    if chunk[0] == "Z" and state.text[:1] == "Z":
        state.take(1)
        state.offset, state.zone = 0, "UTC"
        return
    length = len(chunk)
    part = state.take(length)
    shape = re.sub("[0-9]", "0", chunk[1:])
    if len(part) != length or part[0] not in "+-" or re.sub("[0-9]", "0", part[1:]) != shape:
        raise _Bad
    digits = part[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    for value, limit, name in (
        (hours, 24, "hour"),
        (minutes, 60, "minute"),
        (seconds, 60, "second"),
    ):
        if value > limit:
            raise _OutOfRange(f"time zone offset {name}")
    size = (hours * 60 + minutes) * 60 + seconds
    state.offset = -size if part[0] == "-" else size


_ABBREVIATION: Final = re.compile(
    r"ChST|MeST|GMT(?:[+-][0-9]+)?|[+-][0-9]+|WITA|(?:[A-Z]{5}|[A-Z]{4}|[A-Z]{3})(?![A-Z])"
)


def _read_zone_name(state: _Parser) -> None:
    found = _ABBREVIATION.match(state.text)
    if not found:
        raise _Bad
    name = found[0]
    signed = name[3:] if name.startswith("GMT") else name if name[0] in "+-" else ""
    if signed and int(signed[1:][:9]) > 23:
        if not name.startswith("GMT"):
            raise _Bad
        name = "GMT"
    if name.isupper() and len(name) in (4, 5) and name != "WITA" and name[-1] != "T" and not signed:
        raise _Bad
    state.take(len(name))
    state.zone = name


def _moment(state: _Parser, text: str) -> Moment:
    hour = state.hour
    if state.half == "PM" and hour < 12:
        hour += 12
    elif state.half == "AM" and hour == 12:
        hour = 0
    month, day = _month_and_day(state, text)
    if not 1 <= day <= days_in(month, state.year):
        raise _failure(text, ": day out of range")
    date, clock = (state.year, month, day), (hour, state.minute, state.second)
    if state.offset is not None:
        zone = "UTC" if state.offset == 0 else state.zone
        return Moment.of(date, clock, state.nanos, state.offset, zone)
    moment = Moment.of(date, clock, state.nanos, 0, state.zone or "UTC")
    if state.zone.startswith("GMT") and len(state.zone) > 3:
        return Moment(moment.seconds, moment.nanos, int(state.zone[3:]) * 3600, state.zone)
    return moment


def _month_and_day(state: _Parser, text: str) -> tuple[int, int]:
    if state.yday < 0:
        return max(state.month, 1) if state.month >= 0 else 1, state.day if state.day >= 0 else 1
    if not 1 <= state.yday <= 365 + is_leap(state.year):
        raise _failure(text, ": day-of-year out of range")
    month, day = 1, state.yday
    while day > days_in(month, state.year):
        day -= days_in(month, state.year)
        month += 1
    if state.month >= 0 and state.month != month:
        raise _failure(text, ": day-of-year does not match month")
    if state.day >= 0 and state.day != day:
        raise _failure(text, ": day-of-year does not match day")
    return month, day
