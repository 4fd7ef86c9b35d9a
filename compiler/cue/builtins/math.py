"""Package `math`: rounding and roots of decimals with 34 digits, and functions of binary floats.

A result may be NaN or an infinity, which one can compute with; only data cannot hold it.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins.go import bessel, cephes, exponential, special
from velac.compiler.cue.builtins.go.bounds import float64, int64, narrow
from velac.compiler.cue.builtins.package import BuiltinError, package
from velac.compiler.cue.kinds import BOOL, INT, NUMBER
from velac.compiler.cue.number import INFINITY, NAN, NonFinite, Number

PACKAGE: Final = package("math")
_function = PACKAGE.function

PACKAGE.constants.update(
    MaxExp=2147483647, MinExp=-2147483648, MaxPrec=4294967295, MaxBase=62,
    ToNearestEven=0, ToNearestAway=1, ToZero=2, AwayFromZero=3, ToNegativeInf=4, ToPositiveInf=5,
    Below=-1, Exact=0, Above=1,
    E=Decimal("2.71828182845904523536028747135266249775724709369995957496696763"),
    Pi=Decimal("3.14159265358979323846264338327950288419716939937510582097494459"),
    Phi=Decimal("1.61803398874989484820458683436563811772030917980576286213544861"),
    Sqrt2=Decimal("1.41421356237309504880168872420969807856967187537694807317667974"),
    SqrtE=Decimal("1.64872127070012814684865078781416357165377610071014801157507931"),
    SqrtPi=Decimal("1.77245385090551602729816748334114518279754945612238712821380779"),
    SqrtPhi=Decimal("1.27201964951406896425242246173749149171560804184009624861664038"),
    Ln2=Decimal("0.693147180559945309417232121458176568075500134360255254120680009"),
    Log2E=Decimal("1.442695040888963407359924681001892137426645954152985934135449408"),
    Ln10=Decimal("2.3025850929940456840179914546843642076011014886287729760333278"),
    Log10E=Decimal("0.43429448190325182765112891891660508229439700580366656611445378"),
)  # fmt: skip

_WIDE: Final = decimal.Context(prec=60, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)
_ROUND: Final = number.CONTEXT
_EXACT_LIMIT: Final = 10**number.PRECISION
_MOST_EXPONENT: Final = 23_000
"""From here on cue refuses `Exp`."""


# -- rounding -------------------------------------------------------------------------------------------------


def _integral(x: Number, rounding: str) -> int:
    if isinstance(x, int):
        return x
    if type(x) is NonFinite:
        return 0
    if x and x.adjusted() > number.MAX_EXPONENT:
        raise BuiltinError("exponent out of range")
    whole = x.to_integral_value(rounding=rounding)
    return (
        int(whole) if whole or not x.is_signed() else number.RoundedInt.of(whole)
    )  # cue prints -0


def _limited(x: Number, rounding: str) -> int:
    """Floor and Ceil give 0 where 34 digits do not suffice, in cue 0.14."""
    whole = _integral(x, rounding)
    return whole if -_EXACT_LIMIT < whole < _EXACT_LIMIT else 0


@_function(NUMBER, result=INT)
def Floor(x: Number) -> int:
    """The greatest int not above x."""
    return _limited(x, ROUND_FLOOR)


@_function(NUMBER, result=INT)
def Ceil(x: Number) -> int:
    """The least int not below x."""
    return _limited(x, ROUND_CEILING)


@_function(NUMBER, result=INT)
def Trunc(x: Number) -> int:
    """The int part of x."""
    return _integral(x, ROUND_DOWN)


@_function(NUMBER, result=INT)
def Round(x: Number) -> int:
    """The nearest int, halves away from zero."""
    return _integral(x, ROUND_HALF_UP)


@_function(NUMBER, result=INT)
def RoundToEven(x: Number) -> int:
    """The nearest int, halves to even."""
    return _integral(x, ROUND_HALF_EVEN)


@_function(NUMBER, NUMBER, result=BOOL)
def MultipleOf(x: Number, y: Number) -> bool:
    """Whether the quotient, of 34 digits, has no fraction."""
    if type(x) is NonFinite or type(y) is NonFinite:
        if _infinite(x) and _infinite(y):
            raise _invalid()
        return True
    try:
        quotient = _ROUND.divide(number.to_decimal(x), number.to_decimal(y))
    except decimal.DivisionByZero:
        raise BuiltinError("division by zero") from None
    except decimal.InvalidOperation:
        raise BuiltinError("division undefined") from None
    return quotient == quotient.to_integral_value()


def _infinite(x: Number) -> bool:
    return type(x) is NonFinite and x.is_infinite()


def _nan(*numbers: Number) -> bool:
    return any(type(x) is NonFinite and x.is_nan() for x in numbers)


def _invalid() -> BuiltinError:
    return BuiltinError("invalid operation")


# -- decimals -------------------------------------------------------------------------------------------------


@_function(NUMBER, result=NUMBER)
def Abs(x: Number) -> Number:
    """The absolute value, rounded to 34 digits."""
    return number.simplify(_ROUND.abs(number.to_decimal(x)))


@_function(NUMBER, NUMBER, result=NUMBER)
def Copysign(x: Number, y: Number) -> Number:
    """The size of x with the sign of y."""
    return number.simplify(number.to_decimal(x).copy_sign(number.to_decimal(y)))


@_function(NUMBER, NUMBER, result=NUMBER)
def Dim(x: Number, y: Number) -> Number:
    """x - y, or 0 if that is negative."""
    if type(x) is NonFinite and x == y and not _nan(x):
        raise _invalid()
    rest = number.to_decimal(number.sub(x, y))
    return 0 if rest < 0 else number.simplify(rest)


@_function(NUMBER, result=BOOL)
def Signbit(x: Number) -> bool:
    """Whether x is negative, or a negative zero."""
    return number.to_decimal(x).is_signed()


def _digits34(value: Decimal) -> Number:
    """A result that is known to many digits: an int, or 34 digits with their zeros."""
    if not value.is_finite():
        return NonFinite(value)
    rounded = _ROUND.plus(value)
    if rounded == rounded.to_integral_value():
        return number.simplify(rounded)
    step = Decimal((0, (1,), rounded.adjusted() - number.PRECISION + 1))
    return rounded.quantize(step, context=_WIDE)


def _exp(x: Decimal) -> Decimal:
    if x.is_finite() and abs(x) >= _MOST_EXPONENT:
        raise BuiltinError("overflow" if x > 0 else "underflow, subnormal")
    return _WIDE.exp(x)


def _ln(x: Decimal) -> Decimal:
    if x < 0:
        raise _invalid()
    return _WIDE.ln(x)


@_function(NUMBER, result=NUMBER)
def Exp(x: Number) -> Number:
    """e**x."""
    return _digits34(_exp(number.to_decimal(x)))


@_function(NUMBER, result=NUMBER)
def Exp2(x: Number) -> Number:
    """2**x."""
    return 1 if _infinite(x) else Pow(2, x)


@_function(NUMBER, result=NUMBER)
def Log(x: Number) -> Number:
    """The natural logarithm."""
    return _digits34(_ln(number.to_decimal(x)))


@_function(NUMBER, result=NUMBER)
def Log10(x: Number) -> Number:
    """The decimal logarithm."""
    value = number.to_decimal(x)
    _ln(value)
    return _digits34(_WIDE.log10(value))


@_function(NUMBER, result=NUMBER)
def Log2(x: Number) -> Number:
    """The binary logarithm."""
    over, under = _ROUND.plus(_ln(number.to_decimal(x))), _ROUND.plus(_WIDE.ln(Decimal(2)))
    if not over.is_finite():
        return NonFinite(over)
    return number.simplify(number.div(over, under))


@_function(NUMBER, result=NUMBER)
def Cbrt(x: Number) -> Number:
    """The cube root."""
    value = number.to_decimal(x)
    if not value:
        return 0
    if type(x) is NonFinite:
        if x < 0:
            raise _invalid()
        return x
    size = value.copy_abs()
    root = _WIDE.exp(_WIDE.divide(_WIDE.ln(size), Decimal(3)))
    square = _WIDE.multiply(root, root)
    step = _WIDE.divide(_WIDE.subtract(root, _WIDE.divide(size, square)), Decimal(3))
    return _digits34(_WIDE.subtract(root, step).copy_sign(value))


@_function(NUMBER, NUMBER, result=NUMBER)
def Pow(x: Number, y: Number) -> Number:
    """x**y."""
    base, power = number.to_decimal(x), number.to_decimal(y)
    if type(base) is NonFinite or type(power) is NonFinite:
        return _boundless_power(base, power)
    whole = power == power.to_integral_value()
    if not base:
        if not power:
            raise _invalid()
        return INFINITY if power < 0 else 0
    if base < 0 and not whole:
        raise _invalid()
    _check_power(base, power)
    result = _WIDE.power(base, power)
    if whole and power > 0:
        return number.simplify(_ROUND.plus(result))
    return _digits34(result)


def _boundless_power(base: Decimal, power: Decimal) -> Number:
    """Powers of and to what is not finite; a finite number to an infinite power is 1 in cue 0.14."""
    if _nan(base, power):
        return NAN
    if not _infinite(base):
        if base:
            return 1
        return INFINITY if power < 0 else 0
    if not power:
        return 1
    whole = _infinite(power) or power == power.to_integral_value()
    if base < 0 and not whole:
        raise _invalid()
    odd = base < 0 and not _infinite(power) and power % 2 != 0
    if power < 0:
        return number.simplify(Decimal("-0")) if odd else 0
    return number.neg(INFINITY) if odd else INFINITY


def _check_power(base: Decimal, power: Decimal) -> None:
    size = abs(float(power)) * abs(float(_WIDE.log10(base.copy_abs())))
    if size > number.MAX_EXPONENT:
        grows = (power > 0) == (base.copy_abs() > 1)
        raise BuiltinError("overflow" if grows else "underflow, subnormal")


@_function(INT, result=NUMBER)
def Pow10(n: int) -> Number:
    """10**n."""
    power = narrow(n, 32, "int32", 0, "math.Pow10")
    if abs(power) > number.MAX_EXPONENT:
        raise BuiltinError("exponent out of range")
    return number.simplify(Decimal((0, (1,), power)))


@_function(INT, INT, result=INT)
def Jacobi(x: int, y: int) -> int:
    """The Jacobi symbol (x/y) of an odd y."""
    if y % 2 == 0:
        raise BuiltinError(f"big: invalid 2nd argument to Int.Jacobi: need odd integer but got {y}")
    return special.jacobi(x, y)


# -- binary floats --------------------------------------------------------------------------------------------


_POLES: Final[dict[str, dict[float, float]]] = {
    "Gamma": {0: math.inf}, "Atanh": {1: math.inf, -1: -math.inf}, "Log1p": {-1: -math.inf}, "Logb": {0: -math.inf},
    "Erfinv": {1: math.inf, -1: -math.inf}, "Erfcinv": {0: math.inf, 2: -math.inf},
    "Y0": {0: -math.inf}, "Y1": {0: -math.inf},
}  # fmt: skip
_ODD: Final = frozenset(("Sinh", "Ldexp"))


def _result(name: str, compute: Callable[..., float], *arguments: float) -> Decimal:
    """What a function of floats comes to; outside of its domain it is NaN, at a pole infinite."""
    first = arguments[0]
    if any(math.isnan(argument) for argument in arguments):
        return NAN
    try:
        value = compute(*arguments)
    except (ValueError, ZeroDivisionError):
        value = _POLES.get(name, {}).get(first, math.nan)
    except OverflowError:
        value = math.copysign(math.inf, first) if name in _ODD else math.inf
    return number.from_float(value)


def _register(name: str, compute: Callable[..., float]) -> None:
    public = f"math.{name}"

    def call(x: Number) -> Decimal:
        return _result(name, compute, float64(x, 0, public))

    call.__doc__ = f"The function {name} of a binary float."
    _function(NUMBER, result=NUMBER, name=name)(call)


def _register2(name: str, compute: Callable[..., float]) -> None:
    public = f"math.{name}"

    def call(x: Number, y: Number) -> Decimal:
        return _result(name, compute, float64(x, 0, public), float64(y, 1, public))

    call.__doc__ = f"The function {name} of two binary floats."
    _function(NUMBER, NUMBER, result=NUMBER, name=name)(call)


def _logb(x: float) -> float:
    if not x:
        raise ValueError
    return float(math.frexp(x)[1] - 1)


for _name, _compute in {
    "Acosh": exponential.acosh, "Asin": cephes.asin, "Acos": cephes.acos, "Asinh": exponential.asinh, "Atan": cephes.atan,
    "Atanh": exponential.atanh, "Erf": special.erf, "Erfc": special.erfc, "Erfinv": special.erfinv,
    "Erfcinv": special.erfcinv, "Expm1": math.expm1, "Gamma": cephes.gamma,
    "J0": bessel.j0, "J1": bessel.j1, "Y0": bessel.y0, "Y1": bessel.y1,
    "Log1p": math.log1p, "Logb": _logb, "Cos": cephes.cos, "Sin": cephes.sin, "Sinh": cephes.sinh,
    "Cosh": cephes.cosh, "Sqrt": math.sqrt, "Tan": cephes.tan, "Tanh": cephes.tanh,
}.items():  # fmt: skip
    _register(_name, _compute)

for _name, _compute2 in {
    "Atan2": cephes.atan2, "Hypot": cephes.hypot, "Mod": math.fmod, "Remainder": math.remainder,
}.items():  # fmt: skip
    _register2(_name, _compute2)


@_function(INT, NUMBER, result=NUMBER)
def Jn(n: int, x: Number) -> Decimal:
    """The Bessel function of the first kind of order n."""
    return _result("Jn", bessel.jn, int64(n, 0, "math.Jn"), float64(x, 1, "math.Jn"))


@_function(INT, NUMBER, result=NUMBER)
def Yn(n: int, x: Number) -> Decimal:
    """The Bessel function of the second kind of order n."""
    order, value = int64(n, 0, "math.Yn"), float64(x, 1, "math.Yn")
    if not value:
        return INFINITY if order < 0 and order % 2 else NonFinite("-Infinity")
    return _result("Yn", bessel.yn, order, value)


@_function(NUMBER, INT, result=NUMBER)
def Ldexp(fraction: Number, exponent: int) -> Decimal:
    """fraction * 2**exponent."""
    value, power = float64(fraction, 0, "math.Ldexp"), int64(exponent, 1, "math.Ldexp")
    if value and math.isfinite(value) and power + math.frexp(value)[1] > 2**63:
        return number.from_float(math.copysign(0.0, value))  # Go's sum of exponents wraps around
    return _result("Ldexp", math.ldexp, value, max(min(power, 10_000), -10_000))


@_function(NUMBER, result=INT)
def Ilogb(x: Number) -> int:
    """The binary exponent as an int."""
    value = float64(x, 0, "math.Ilogb")
    if math.isnan(value):
        return 2**31 - 1
    return math.frexp(value)[1] - 1 if value else -(2**31)
