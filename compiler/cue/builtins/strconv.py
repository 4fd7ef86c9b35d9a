"""Package `strconv`: text to and from numbers and booleans, and quoting."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins.go import floats, quote
from velac.compiler.cue.builtins.go.bounds import float64, int64, narrow, unsigned
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BOOL, INT, NUMBER, STRING

PACKAGE: Final = package("strconv")
_function = PACKAGE.function

PACKAGE.constants["IntSize"] = 64

_TRUE: Final = frozenset(("1", "t", "T", "true", "TRUE", "True"))
_FALSE: Final = frozenset(("0", "f", "F", "false", "FALSE", "False"))
_DIGITS: Final = string.digits + string.ascii_lowercase + string.ascii_uppercase
_PREFIXES: Final = {"b": 2, "o": 8, "x": 16}


def _fail(function: str, text: str, reason: str) -> BuiltinError:
    return BuiltinError(f"strconv.{function}: parsing {quote.quote(text)}: {reason}")


@_function(STRING, result=STRING)
def Unquote(text: str) -> str:
    """The value of a CUE string literal."""
    from velac.compiler.cue.builtins.go.unquote import unquote

    return unquote(text)


@_function(STRING, result=BOOL)
def ParseBool(text: str) -> bool:
    """1, t, T, true, TRUE, True and their opposites."""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise _fail("ParseBool", text, "invalid syntax")


@_function(BOOL, result=STRING)
def FormatBool(value: bool) -> str:
    """`true` or `false`."""
    return "true" if value else "false"


@_function(STRING, INT, result=NUMBER, pure=False)  # data cannot hold what `inf` comes to
def ParseFloat(text: str, bits: int) -> Decimal:
    """The nearest binary float of 64 (or 32) bits, as its shortest decimal."""
    try:
        value = floats.parse(text, bits)
    except floats.Syntax:
        raise _fail("ParseFloat", text, "invalid syntax") from None
    except floats.OutOfRange:
        raise _fail("ParseFloat", text, "value out of range") from None
    return number.from_float(value)


def _parse_digits(function: str, text: str, digits: str, base: int) -> int:
    """An unsigned number in a base; base 0 reads prefixes and underscores."""
    body = digits
    if base == 0:
        base, body = _literal_base(function, text, digits)
    elif not 2 <= base <= 36:
        raise _fail(function, text, f"invalid base {base}")
    if not body or not body.isascii() or not body.isalnum():
        raise _fail(function, text, "invalid syntax")
    try:
        return int(body, base) if len(body) <= 256 else _long(body, base)
    except ValueError:
        raise _fail(function, text, "invalid syntax") from None


def _long(body: str, base: int) -> int:
    """Digits beyond any machine int: only their validity and a large value matter."""
    if any(int(c, 36) >= base for c in body):
        raise ValueError
    return int(body.lstrip("0")[:256] or "0", base)


def _literal_base(function: str, text: str, digits: str) -> tuple[int, str]:
    prefix = _PREFIXES.get(digits[1:2].lower()) if digits[:1] == "0" else None
    if prefix:
        base, body = prefix, digits[2:]
        if body.startswith("_"):
            body = body[1:]
    elif digits[:1] == "0" and len(digits) > 1:
        base, body = 8, digits[1:].removeprefix("_")
    else:
        base, body = 10, digits
    if body.startswith("_") or body.endswith("_") or "__" in body or digits.endswith("_"):
        raise _fail(function, text, "invalid syntax")
    return base, body.replace("_", "")


def _check_bits(function: str, text: str, bits: int) -> int:
    if not 0 <= bits <= 64:
        raise _fail(function, text, f"invalid bit size {bits}")
    return bits or 64


@_function(STRING, INT, INT, result=INT)
def ParseUint(text: str, base: int, bits: int) -> int:
    """An unsigned number in a base (0: by prefix) that fits into so many bits."""
    if not text:
        raise _fail("ParseUint", text, "invalid syntax")
    value = _parse_digits("ParseUint", text, text, int64(base, 1, "strconv.ParseUint"))
    if value.bit_length() > _check_bits("ParseUint", text, bits):
        raise _fail("ParseUint", text, "value out of range")
    return value


@_function(STRING, INT, INT, result=INT)
def ParseInt(text: str, base: int, bits: int) -> int:
    """A signed number in a base (0: by prefix) that fits into so many bits."""
    name = "strconv.ParseInt"
    return _parse_int("ParseInt", text, int64(base, 1, name), int64(bits, 2, name))


def _parse_int(function: str, text: str, base: int, bits: int) -> int:
    if not text:
        raise _fail(function, text, "invalid syntax")
    digits = text[1:] if text[0] in "+-" else text
    size = _parse_digits(function, text, digits, base)
    value = -size if text[0] == "-" else size
    limit = 1 << (_check_bits(function, text, bits) - 1)
    if not -limit <= value < limit:
        raise _fail(function, text, "value out of range")
    return value


@_function(STRING, result=INT)
def Atoi(text: str) -> int:
    """A decimal number of 64 bits."""
    return _parse_int("Atoi", text, 10, 0)


@_function(NUMBER, INT, INT, INT, result=STRING)
def FormatFloat(value: int | Decimal, style: int, precision: int, bits: int) -> str:
    """A number as a binary float in a style ('b', 'e', 'E', 'f', 'g', 'G', 'x', 'X'); precision -1: the shortest."""
    name = "strconv.FormatFloat"
    byte = unsigned(style, 1, name, 8, "byte")
    letter = chr(byte) if byte < 128 else "\ufffd"
    places = int64(precision, 2, name)
    if bits not in (32, 64):
        raise BuiltinError("strconv: illegal AppendFloat/FormatFloat bitSize")
    return floats.format_float(float64(value, 0, name), letter, min(places, 100_000), bits)


def _format_int(value: int, base: int) -> str:
    if base == 10:
        return str(value) if value.bit_length() < 13_000 else str(Decimal(value))
    if not 2 <= base <= 62:
        raise BuiltinError("invalid base")
    digits = []
    rest = abs(value)
    while rest:
        rest, digit = divmod(rest, base)
        digits.append(_DIGITS[digit])
    return ("-" if value < 0 else "") + ("".join(reversed(digits)) or "0")


@_function(INT, INT, result=STRING)
def FormatUint(value: int, base: int) -> str:
    """A number in a base from 2 to 62."""
    return _format_int(value, base)


@_function(INT, INT, result=STRING)
def FormatInt(value: int, base: int) -> str:
    """A number in a base from 2 to 62."""
    return _format_int(value, base)


@_function(STRING, result=STRING)
def Quote(text: str) -> str:
    """A Go string literal, unprintable characters escaped."""
    return quote.quote(text)


@_function(STRING, result=STRING)
def QuoteToASCII(text: str) -> str:
    """A Go string literal in ASCII."""
    return quote.quote(text, quote.is_ascii)


@_function(STRING, result=STRING)
def QuoteToGraphic(text: str) -> str:
    """A Go string literal that keeps graphic characters."""
    return quote.quote(text, quote.is_graphic)


def _rune(code: int, function: str) -> int:
    return narrow(code, 32, "rune", 0, f"strconv.{function}")


@_function(INT, result=STRING)
def QuoteRune(code: int) -> str:
    """A Go character literal."""
    return quote.quote_rune(_rune(code, "QuoteRune"))


@_function(INT, result=STRING)
def QuoteRuneToASCII(code: int) -> str:
    """A Go character literal in ASCII."""
    return quote.quote_rune(_rune(code, "QuoteRuneToASCII"), quote.is_ascii)


@_function(INT, result=STRING)
def QuoteRuneToGraphic(code: int) -> str:
    """A Go character literal that keeps graphic characters."""
    return quote.quote_rune(_rune(code, "QuoteRuneToGraphic"), quote.is_graphic)


@_function(INT, result=BOOL)
def IsPrint(code: int) -> bool:
    """Whether a code point is printable."""
    code = _rune(code, "IsPrint")
    return 0 <= code <= 0x10FFFF and quote.is_print(chr(code))


@_function(INT, result=BOOL)
def IsGraphic(code: int) -> bool:
    """Whether a code point is graphic."""
    code = _rune(code, "IsGraphic")
    return 0 <= code <= 0x10FFFF and quote.is_graphic(chr(code))
