"""Numbers as CUE 0.14 computes and prints them.

An int is a Python `int`, a float a `decimal.Decimal` (its exponent matters: `1.50` prints as `1.50`). Arithmetic
follows the General Decimal rules with 34 digits, half up, and exponents within ±100000, for ints as well: an int
result of more than 34 digits is rounded and becomes a `RoundedInt`, which is an int that prints with its exponent.
Python's own operators compare ints with Decimals exactly, as CUE does.
"""

from __future__ import annotations

import decimal
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from velac.compiler.cue.builtins.package import BuiltinError

Number = int | Decimal

MAX_EXPONENT: Final = 100_000
_MANY_ZEROS: Final = 400
"""From so many zeros on, a power of ten is faster than reading them."""
PRECISION: Final = 34
CONTEXT: Final = decimal.Context(
    prec=PRECISION,
    rounding=ROUND_HALF_UP,
    Emin=-MAX_EXPONENT,
    Emax=MAX_EXPONENT,
    traps=[decimal.DivisionByZero, decimal.InvalidOperation, decimal.Overflow, decimal.Subnormal],
)
_ADD: Final = CONTEXT.add
_SUB: Final = CONTEXT.subtract
_MUL: Final = CONTEXT.multiply
_INT_LIMIT: Final = 10**PRECISION
_ZERO_DIGITS: Final = 2000
_SHORT_INT: Final = 10**4000


class NonFinite(Decimal):
    """An infinity or NaN, which only functions of `math` and `strconv.ParseFloat` make; no data format can hold one.

    As in CUE, NaN equals itself and comes just before 1 (and a negative one just after -1).
    """

    def _place(self) -> tuple[Decimal, int]:
        if not self.is_nan():
            return Decimal(self), 0
        return (Decimal(-1), 1) if self.is_signed() else (Decimal(1), -1)

    def __eq__(self, other: object) -> bool:
        return self._place() == _place(other)

    def __ne__(self, other: object) -> bool:
        return self._place() != _place(other)

    def __lt__(self, other: Any) -> bool:
        return self._place() < _place(other)

    def __le__(self, other: Any) -> bool:
        return self._place() <= _place(other)

    def __gt__(self, other: Any) -> bool:
        return self._place() > _place(other)

    def __ge__(self, other: Any) -> bool:
        return self._place() >= _place(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _place(value: Any) -> tuple[Any, int]:
    return value._place() if type(value) is NonFinite else (value, 0)


NAN: Final = NonFinite("NaN")
INFINITY: Final = NonFinite("Infinity")


class RoundedInt(int):
    """An int that arithmetic rounded to 34 digits: the value is exact, the text keeps the exponent."""

    decimal: Decimal

    @classmethod
    def of(cls, value: Decimal) -> RoundedInt:
        """The int of an integral decimal with a positive exponent."""
        made = cls(_whole(value))
        made.decimal = value
        return made


def add(a: Number, b: Number) -> Number:
    """`a + b`. Raises BuiltinError when the exponent leaves the range."""
    if isinstance(a, int) and isinstance(b, int):
        total = a + b
        return total if -_INT_LIMIT < total < _INT_LIMIT else _int_result(_ADD, a, b)
    return _apply(_ADD, a, b)


def sub(a: Number, b: Number) -> Number:
    """`a - b`."""
    if isinstance(a, int) and isinstance(b, int):
        total = a - b
        return total if -_INT_LIMIT < total < _INT_LIMIT else _int_result(_SUB, a, b)
    return _apply(_SUB, a, b)


def mul(a: Number, b: Number) -> Number:
    """`a * b`."""
    if isinstance(a, int) and isinstance(b, int):
        if a.bit_length() + b.bit_length() <= 112:  # 10**34 has 113 bits
            return a * b
        return _int_result(_MUL, a, b)
    return _apply(_MUL, a, b)


def div(a: Number, b: Number) -> Decimal:
    """`a / b`, always a float: reduced, with one decimal zero put back (`10/2` is `5.0`, `1000/10` is `1.0E+2`)."""
    x, y = _decimal(a), _decimal(b)
    if type(x) is NonFinite or type(y) is NonFinite:
        quotient = _apply(CONTEXT.divide, x, y)
        return quotient or Decimal("0.0")
    return keep_float(_apply(CONTEXT.divide, x, y), x, y)


def keep_float(quotient: Decimal, x: Decimal, y: Decimal | None = None) -> Decimal:
    """The form CUE gives a quotient or square root: trailing zeros off, one kept if there were decimals."""
    if not quotient:
        exponent = _exponent(x) - (_exponent(y) if y is not None else 0)
        return Decimal("0.0") if exponent < 0 else Decimal(0)
    reduced = quotient.normalize(CONTEXT)
    exponent = _exponent(reduced)
    if exponent >= 0 and reduced.adjusted() < PRECISION - 1:
        return CONTEXT.quantize(reduced, Decimal((0, (1,), exponent - 1)))
    return reduced


def quo(a: int, b: int) -> int:
    """Truncated quotient of ints."""
    _check_divisor(b)
    whole = abs(a) // abs(b)
    return whole if (a < 0) == (b < 0) else -whole


def rem(a: int, b: int) -> int:
    """Truncated remainder of ints: the sign of the dividend."""
    _check_divisor(b)
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def div_int(a: int, b: int) -> int:
    """Euclidean quotient of ints (`div`): the remainder is never negative."""
    _check_divisor(b)
    return a // b if b > 0 else -(a // -b)


def mod(a: int, b: int) -> int:
    """Euclidean remainder of ints, `0 <= mod < |b|`."""
    _check_divisor(b)
    return a % abs(b)


def neg(a: Number) -> Number:
    """`-a`, exact; a negative zero does not come from it."""
    if isinstance(a, RoundedInt):
        return RoundedInt.of(a.decimal.copy_negate())
    if isinstance(a, int):
        return -a
    if type(a) is NonFinite:
        return NonFinite(a.copy_negate())
    return a.copy_negate() if a else a.copy_abs()


def compare(a: Number, b: Number) -> int:
    """-1, 0 or 1; ints and floats compare by value."""
    return (a > b) - (a < b)


def text(n: Number) -> str:
    """The text of a number in exports, `json.Marshal` and interpolations.

    >>> text(Decimal("1E+3")), text(Decimal("1.50")), text(7)
    ('1E+3', '1.50', '7')
    """
    if type(n) is int:
        return str(n) if -_SHORT_INT < n < _SHORT_INT else str(Decimal(n))
    value = n.decimal if isinstance(n, RoundedInt) else _decimal(n)
    if not value and -_ZERO_DIGITS <= _exponent(value) < 0:
        return f"{value:f}"  # all zeros are written out, however many
    return str(value)


def parse(literal: str) -> Number:
    """A number from plain digits as in JSON: int without fraction and exponent, else float.

    Raises BuiltinError when the exponent leaves the range.
    """
    body = literal.lstrip("+-")
    if body.isdigit():
        return int(literal) if len(literal) < 4000 else _whole(Decimal(literal))
    value = Decimal(literal)
    large = bool(value) and abs(value.adjusted()) > MAX_EXPONENT
    if large or abs(_exponent(value)) > 2 * MAX_EXPONENT:
        raise BuiltinError("exponent out of range")
    return value


def simplify(value: Decimal) -> Number:
    """The number CUE makes of a builtin's decimal result: an int if it is integral, else a float."""
    if not value.is_finite():
        return NonFinite(value)
    if value == value.to_integral_value():
        return (
            _whole(value)
            if value or not value.is_signed()
            else RoundedInt.of(value.to_integral_value())
        )
    return value


def from_float(value: float) -> Decimal:
    """The float of a binary result: the shortest decimal that reads back the same."""
    if value != value or value in (float("inf"), float("-inf")):
        return NonFinite(value)
    digits = Decimal(repr(value))
    if _exponent(digits) == -1 and digits == digits.to_integral_value():
        return digits.quantize(Decimal(1)).normalize()
    return digits.normalize()


def to_decimal(n: Number) -> Decimal:
    """The same value as a Decimal, exactly."""
    return _decimal(n)


def _decimal(n: Number) -> Decimal:
    if isinstance(n, Decimal):
        return n
    return n.decimal if isinstance(n, RoundedInt) else Decimal(n)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _whole(value: Decimal) -> int:
    """The int of an integral decimal, by way of its digits when it is long."""
    if value and value.adjusted() > MAX_EXPONENT:
        raise BuiltinError("exponent out of range")
    exponent = _exponent(value)
    if exponent < _MANY_ZEROS:
        return int(value)
    sign, digits, _ = value.as_tuple()
    whole: int = int("".join(map(str, digits))) * 10**exponent
    return -whole if sign else whole


def _check_divisor(b: int) -> None:
    if b == 0:
        raise BuiltinError("division by zero")


def _apply(operation: Any, a: Number, b: Number) -> Decimal:
    try:
        value: Decimal = operation(_decimal(a), _decimal(b))
        return value if value.is_finite() else NonFinite(value)
    except decimal.DivisionByZero:
        raise BuiltinError("failed arithmetic: division by zero") from None
    except decimal.InvalidOperation:
        known = type(a) is NonFinite or type(b) is NonFinite
        what = "invalid operation" if known else "division undefined"
        raise BuiltinError(f"failed arithmetic: {what}") from None
    except (decimal.Overflow, decimal.Subnormal):
        raise BuiltinError("failed arithmetic: exponent out of range") from None


def _int_result(operation: Any, a: int, b: int) -> int:
    value = _apply(operation, a, b)
    return RoundedInt.of(value) if _exponent(value) > 0 else _whole(value)
