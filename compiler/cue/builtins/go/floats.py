"""Binary floating point as Go's `strconv` reads and writes it."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal
from typing import Final

_DECIMAL: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.I | re.A)
_HEX: Final = re.compile(r"([+-]?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?\d+)", re.I | re.A)
_SPECIAL: Final = re.compile(r"([+-]?)(nan|inf|infinity)", re.I)
_SHORTEST_PLAIN: Final = 6
_LARGEST_32: Final = (
    3.4028235677973366e38  # halfway between the largest float32 and the next power of two
)


class Syntax(ValueError):
    """Not a number."""


class OutOfRange(ValueError):
    """A number too large for the type."""


def parse(text: str, bits: int) -> float:
    """`strconv.ParseFloat`: decimal or hexadecimal, infinities and NaN. Raises Syntax or OutOfRange."""
    special = _SPECIAL.fullmatch(text)
    if special:
        if special[2].lower() == "nan":
            if special[1]:
                raise Syntax
            return math.nan
        return -math.inf if special[1] == "-" else math.inf
    value = _read(text)
    if bits == 32:
        value = round32(value)
    if math.isinf(value):
        raise OutOfRange
    return value


def _read(text: str) -> float:
    plain = _without_underscores(text)
    if _DECIMAL.fullmatch(plain):
        return float(plain)
    hexadecimal = _HEX.fullmatch(plain)
    if not hexadecimal or not (hexadecimal[2] or hexadecimal[3]):
        raise Syntax
    try:
        return float.fromhex(plain)
    except OverflowError:
        raise OutOfRange from None


def _without_underscores(text: str) -> str:
    """Underscores may separate digits, and follow a base prefix."""
    if "_" in text:
        digit = "[0-9a-f]" if "x" in text.lower() else "[0-9]"
        if re.search(rf"(?<!{digit})(?<!x)_|_(?!{digit})", text, re.I):
            raise Syntax
    return text.replace("_", "")


def round32(value: float) -> float:
    """The nearest float32."""
    if abs(value) >= _LARGEST_32:
        return math.copysign(math.inf, value)
    return float(struct.unpack("f", struct.pack("f", value))[0])


def format_float(value: float, style: str, precision: int, bits: int) -> str:
    """`strconv.FormatFloat` for the styles b, e, E, f, g, G, x and X."""
    if bits == 32:
        value = round32(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "-Inf" if value < 0 else "+Inf"
    if style == "b":
        return _binary(value, bits)
    if style in "xX":
        return _hexadecimal(value, style, precision)
    if style not in "eEfgG":
        return "%" + style
    if precision < 0:
        return _shortest(value, style, bits)
    if style == "f":
        return (
            f"{Decimal(value):.{precision}f}"
            if precision > 0 or value
            else f"{value:.{precision}f}"
        )
    if style in "eE":
        return _exponent_form(f"{value:.{precision}e}", style)
    return _general(value, style, precision or 1)


def shortest_digits(value: float, bits: int) -> tuple[str, int]:
    """The fewest digits that read back as the same float, and the decimal exponent of the first."""
    mantissa, _, exponent = (repr_e(value) if bits == 64 else _repr32(value)).partition("e")
    return mantissa.replace(".", "").rstrip("0") or "0", int(exponent)


def repr_e(value: float) -> str:
    """The shortest text of a positive float in exponent form."""
    digits = Decimal(repr(abs(value))).as_tuple()
    text = "".join(map(str, digits.digits)).lstrip("0") or "0"
    assert isinstance(digits.exponent, int)
    exponent = digits.exponent + len(text) - 1 if text != "0" else 0
    return f"{text[0]}.{text[1:]}e{exponent}"


def _repr32(value: float) -> str:
    for precision in range(9):
        text = f"{abs(value):.{precision}e}"
        if round32(float(text)) == abs(value):
            break
    return text


def _shortest(value: float, style: str, bits: int) -> str:
    sign = "-" if math.copysign(1, value) < 0 else ""
    digits, exponent = shortest_digits(value, bits)
    if style == "f":
        return sign + _plain(digits, exponent)
    if style in "gG" and -4 <= exponent < _SHORTEST_PLAIN:
        return sign + _plain(digits, exponent)
    mark = "e" if style in "eg" else "E"
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}{mark}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole = digits[: exponent + 1].ljust(exponent + 1, "0")
    rest = digits[exponent + 1 :]
    return whole + ("." + rest if rest else "")


def _general(value: float, style: str, precision: int) -> str:
    text = f"{value:.{precision - 1}e}"
    mantissa, _, exponent = text.partition("e")
    digits = mantissa.lstrip("-").replace(".", "").rstrip("0") or "0"
    power = int(exponent)
    limit = precision
    if precision > len(digits) > power:
        limit = len(digits)
    sign = "-" if mantissa.startswith("-") else ""
    if power < -4 or power >= limit:
        rest = "." + digits[1:] if len(digits) > 1 else ""
        return _exponent_form(f"{sign}{digits[0]}{rest}e{exponent}", "e" if style == "g" else "E")
    return sign + _plain(digits, power)


def _exponent_form(text: str, style: str) -> str:
    return text if style == "e" else text.upper()


def _binary(value: float, bits: int) -> str:
    mantissa_bits, bias = (52, -1074) if bits == 64 else (23, -149)
    if bits == 64:
        raw = struct.unpack(">Q", struct.pack(">d", value))[0]
        exponent_mask = 0x7FF
    else:
        raw = struct.unpack(">I", struct.pack(">f", value))[0]
        exponent_mask = 0xFF
    exponent = raw >> mantissa_bits & exponent_mask
    mantissa = raw & ((1 << mantissa_bits) - 1)
    if exponent:
        mantissa |= 1 << mantissa_bits
        exponent -= 1
    sign = "-" if raw >> (63 if bits == 64 else 31) else ""
    return f"{sign}{mantissa}p{exponent + bias:+d}"


def _hexadecimal(value: float, style: str, precision: int) -> str:
    sign = "-" if math.copysign(1, value) < 0 else ""
    fraction, exponent = math.frexp(abs(value))
    if not value:
        digits, exponent = 0, 0
    else:
        digits, exponent = int(fraction * 2**53), exponent - 1  # 1 + 52 bits
    if precision >= 0 and precision < 13:
        shift = 52 - 4 * precision
        half = 1 << (shift - 1)
        rest = digits & ((1 << shift) - 1)
        digits >>= shift
        if rest > half or (rest == half and digits & 1):
            digits += 1
        digits <<= shift
        if digits >> 53:
            digits >>= 1
            exponent += 1
    text = f"{digits & ((1 << 52) - 1):013x}"
    text = text.rstrip("0") if precision < 0 else text[:precision].ljust(precision, "0")
    dot = "." + text if text else ""
    out = f"{sign}0x{digits >> 52}{dot}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    return out.upper() if style == "X" else out
