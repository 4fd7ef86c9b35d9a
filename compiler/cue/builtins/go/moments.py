"""Points in time with nanoseconds and any year, and durations, as Go's `time` package has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from velac.compiler.cue.builtins.go.bounds import MAX_TEXT
from velac.compiler.cue.builtins.package import BuiltinError

_DAYS_TO_EPOCH: Final = 719_468  # from 0000-03-01, where the years of this calendar begin
_MONTH_DAYS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_UNITS: Final = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")


def is_leap(year: int) -> bool:
    """Whether a year of the Gregorian calendar has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in(month: int, year: int) -> int:
    """The days of a month."""
    return 29 if month == 2 and is_leap(year) else _MONTH_DAYS[month - 1]


def year_day(year: int, month: int, day: int) -> int:
    """The number of a day in its year, from 1."""
    return sum(days_in(m, year) for m in range(1, month)) + day


def _days(year: int, month: int, day: int) -> int:
    """Days since 1970-01-01."""
    shifted = year - (month <= 2)
    era, of_era = divmod(shifted, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - _DAYS_TO_EPOCH


def _date(days: int) -> tuple[int, int, int]:
    """The opposite of _days."""
    era, of_era = divmod(days + _DAYS_TO_EPOCH, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + era * 400 + (month <= 2), month, day


@dataclass(frozen=True, slots=True)
class Moment:
    """Seconds since 1970 and nanoseconds, seen in a zone: seconds east of UTC, and its name if there is one."""

    seconds: int
    nanos: int = 0
    offset: int = 0
    zone: str = "UTC"

    @classmethod
    def of(
        cls,
        date: tuple[int, int, int],
        clock: tuple[int, int, int],
        nanos: int,
        offset: int,
        zone: str,
    ) -> Moment:
        """A date and time of day in a zone."""
        hour, minute, second = clock
        seconds = _days(*date) * 86_400 + hour * 3600 + minute * 60 + second - offset
        return cls(seconds, nanos, offset, zone)

    def date(self) -> tuple[int, int, int]:
        """Year, month, day."""
        return _date((self.seconds + self.offset) // 86_400)

    def clock(self) -> tuple[int, int, int]:
        """Hour, minute, second."""
        rest = (self.seconds + self.offset) % 86_400
        return rest // 3600, rest // 60 % 60, rest % 60

    def weekday(self) -> int:
        """0 for Sunday."""
        return ((self.seconds + self.offset) // 86_400 + 4) % 7

    def utc(self) -> Moment:
        """The same moment in UTC."""
        return Moment(self.seconds, self.nanos)


def parse_duration(text: str) -> int:
    """The nanoseconds of `1h2m3.5s`. BuiltinError with Go's reason."""
    body = text[1:] if text[:1] in ("+", "-") else text
    sign = -1 if text[:1] == "-" else 1
    if body == "0":
        return 0
    invalid = BuiltinError(f"time: invalid duration {quote(text)}")
    if not body or len(body) > MAX_TEXT // 1024:
        raise invalid
    total = position = 0
    while position < len(body):
        found = _PART.match(body, position)
        assert found
        whole, fraction, unit = found.groups()
        if not whole and not fraction:
            raise invalid
        if not unit:
            raise BuiltinError(f"time: missing unit in duration {quote(text)}")
        scale = _UNITS.get(unit)
        if scale is None:
            raise BuiltinError(f"time: unknown unit {quote(unit)} in duration {quote(text)}")
        total += int(whole or "0") * scale
        if fraction:
            total += _fraction_of(fraction, scale)
        if total > 2**63 or (total == 2**63 and sign > 0):
            raise invalid
        position = found.end()
    return sign * total


def _fraction_of(digits: str, scale: int) -> int:
    """A fraction of a unit as Go has it: as many digits as fit 63 bits, and binary arithmetic."""
    value, power = 0, 1.0
    for digit in digits:
        if value > (2**63 - 1) // 10 or value * 10 + int(digit) > 2**63:
            break
        value = value * 10 + int(digit)
        power *= 10
    return int(float(value) * (scale / power))


def format_duration(nanos: int) -> str:
    """`72h3m0.5s`, below a second `1.5µs`."""
    sign, size = ("-" if nanos < 0 else ""), abs(nanos)
    if size == 0:
        return "0s"
    if size < 10**9:
        unit = "ns" if size < 10**3 else "µs" if size < 10**6 else "ms"
        return sign + _fraction(size, {"ns": 0, "µs": 3, "ms": 6}[unit]) + unit
    minutes, rest = divmod(size, 60 * 10**9)
    text = _fraction(rest, 9) + "s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = (f"{hours}h" if hours else "") + f"{minutes}m" + text
    return sign + text


def _fraction(value: int, places: int) -> str:
    """An int as a decimal with its last digits behind the point, without trailing zeros."""
    whole, rest = divmod(value, 10**places)
    digits = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{whole}.{digits}" if digits else str(whole)


def quote(text: str) -> str:
    """How the package quotes in its messages: bytes beyond ASCII as escapes."""
    out = []
    for byte in text.encode():
        if byte >= 0x80 or byte < 0x20:
            out.append(f"\\x{byte:02x}")
        else:
            out.append(("\\" if byte in b'"\\' else "") + chr(byte))
    return '"' + "".join(out) + '"'
