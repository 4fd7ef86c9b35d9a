"""What an unquoted YAML scalar means to Kubernetes tools: the rules of sigs.k8s.io/yaml (go-yaml v2).

YAML 1.1 words (`y`, `on`, `no`, …) are booleans, `0o17` and `017` are octal, `1_000` is 1000, `1e3` is a number,
dates stay text, and there is no base 60. Numbers get the value that upstream's way through JSON gives them: a float
with an integral value is an integer (`1.0` and `1e3` reach a template as `1` and `1000`), any other is the shortest
decimal of its 64-bit value. Unlike upstream, an integer beyond 64 bits keeps all its digits.
"""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal
from typing import Final, TypeAlias

Resolved: TypeAlias = str | int | Decimal | bool | None

_TRUE: Final = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE: Final = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL: Final = ("", "~", "null", "Null", "NULL")

WORDS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL, None),
}
_NOT_FINITE: Final[dict[str, float]] = {
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}

# Only a scalar that begins with one of these can be anything but text: a word or a number.
_WORD_HINTS: Final = frozenset("yYnNtTfFoO~")
_NUMBER_HINTS: Final = frozenset("+-0123456789.")

_DECIMAL_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_OTHER_INT: Final = re.compile(
    r"(?P<sign>[-+]?)0(?:[xX](?P<hex>[0-9a-fA-F]+)|[bB](?P<bin>[01]+)|[oO]?(?P<oct>[0-7]+))"
    r"|0b(?P<odd>[-+][01]+)"  # go-yaml takes the sign on either side
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_POINT_FLOAT: Final = re.compile(r"\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?")
_CLOCK: Final = r"\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d+)?"
_DATE: Final = re.compile(
    rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})"
    rf"(?:[Tt](?P<t>{_CLOCK})(?:Z|[-+]\d\d:\d\d)| (?P<s>{_CLOCK}))?",
    re.ASCII,
)
_MONTH_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MAX_INT64: Final = 2**63 - 1
_MAX_UINT64: Final = 2**64 - 1


class NotFinite(Exception):
    """`.inf` or `.nan`: fine in YAML, but there is no such number in JSON."""


def resolve(text: str) -> Resolved:
    """The value of a plain (unquoted, untagged) scalar; raises `NotFinite`."""
    first = text[:1]
    if first not in _NUMBER_HINTS:
        return WORDS.get(text, text) if first in _WORD_HINTS else text or None
    if text in _NOT_FINITE:
        raise NotFinite(text)
    number = _number(text)
    return text if number is None else number


def is_text(text: str) -> bool:
    """Whether a plain scalar reads back as this very string; false for a date, which other readers turn into one."""
    if text[:1] not in _NUMBER_HINTS:
        return text not in WORDS
    return not (text in _NOT_FINITE or is_date(text) or _number(text) is not None)


def is_date(text: str) -> bool:
    """Whether `text` is one of the four forms of a timestamp that go-yaml knows."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    if not 1 <= month <= 12 or not 1 <= day <= _MONTH_DAYS[month - 1]:
        return False
    if month == 2 and day == 29 and (year % 4 or (year % 100 == 0 and year % 400)):
        return False
    clock = match["t"] or match["s"]
    if clock is None:
        return True
    hour, minute, second = (int(part) for part in re.split("[.,]", clock)[0].split(":"))
    return hour < 24 and minute < 60 and second < 60


def _number(text: str) -> int | Decimal | None:
    if text[:1] == ".":
        return _float(text.replace("_", "")) if _POINT_FLOAT.fullmatch(text) else None
    plain = text.replace("_", "")
    if _DECIMAL_INT.fullmatch(plain) is not None:
        # Beyond the range of floats upstream reads digits as text.
        return None if len(plain) > 300 and math.isinf(float(plain)) else int(plain)
    match = _OTHER_INT.fullmatch(plain)
    if match is not None:
        digits, base = next(
            (match[name], base)
            for name, base in (("hex", 16), ("bin", 2), ("oct", 8), ("odd", 2))
            if match[name] is not None
        )
        value = int(digits, base)
        if abs(value) <= (_MAX_INT64 if match["sign"] else _MAX_UINT64):
            return -value if match["sign"] == "-" else value
        if match["oct"] is None or plain.lstrip("+-")[1:2] in ("o", "O"):
            return None
    return _float(plain) if _FLOAT.fullmatch(plain) else None


def _float(text: str) -> int | Decimal | None:
    value = float(text)
    return None if math.isinf(value) else json_number(value)


def json_number(value: float) -> int | Decimal:
    """A finite float as Go's JSON writes it: its shortest digits, without a point when integral and below 1e21."""
    shortest = Decimal(repr(value))
    return int(shortest) if value.is_integer() and abs(value) < 1e21 else shortest


def go_float(value: float) -> str:
    """A float in Go's shortest `%g` form, as go-yaml prints it: `0.5`, `1e+06`, `1.5e-07`, `.inf`."""
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    return _shortest(repr(value))


def number_key(value: int | Decimal, text: str) -> str:
    """A number as a mapping key; one written as a float (`1e6`) is printed as a float of 32 bits (`1e+06`)."""
    written = text.lower()
    if isinstance(value, int) and ("0x" in written or not any(char in written for char in ".e")):
        return str(value)
    number = float(value)
    try:
        single = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return ".inf" if number > 0 else "-.inf"
    forms = (f"{single:.{digits}e}" for digits in range(9))
    return _shortest(next(form for form in forms if _same_single(float(form), single)))


def _same_single(number: float, single: float) -> bool:
    return bool(struct.unpack("f", struct.pack("f", number))[0] == single)


def _shortest(text: str) -> str:
    sign, digits, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    figures = "".join(map(str, digits)).lstrip("0")
    stripped = figures.rstrip("0")
    if not stripped:
        return "-0" if sign else "0"
    exponent += len(figures) - len(stripped)
    point = len(stripped) + exponent  # value = 0.stripped * 10**point
    head = "-" if sign else ""
    if -4 <= point - 1 < 6:  # Go's limit for the shortest form, whatever the number of digits
        if point <= 0:
            return f"{head}0.{'0' * -point}{stripped}"
        if exponent >= 0:
            return head + stripped + "0" * exponent
        return f"{head}{stripped[:point]}.{stripped[point:]}"
    power = point - 1
    tail = f".{stripped[1:]}" if len(stripped) > 1 else ""
    return f"{head}{stripped[0]}{tail}e{'-' if power < 0 else '+'}{abs(power):02d}"
