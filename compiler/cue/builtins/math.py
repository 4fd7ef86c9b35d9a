"""Package `math`: rounding and roots of decimals with 34 digits, and functions of binary floats.

A result that is no number (NaN, an infinity) is an error here; CUE only fails when it has to print it.
"""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.go import bessel, cephes, exponential, special
from velac.compiler.cue.builtins.go.bounds import int64, narrow
from velac.compiler.cue.builtins.package import BuiltinError, Incomplete, package
from velac.compiler.cue.kinds import BOOL, INT, NUMBER
from velac.compiler.cue.number import Number

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


def _not_number() -> Incomplete:
    """As cue, for which such a value is only wrong where it is printed."""
    return Incomplete("the result is not a finite number")


# -- rounding -------------------------------------------------------------------------------------------------


def _integral(x: Number, rounding: str) -> int:
    if isinstance(x, int):
        return x
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
    try:
        quotient = _ROUND.divide(number.to_decimal(x), number.to_decimal(y))
    except decimal.DivisionByZero:
        raise BuiltinError("division by zero") from None
    except decimal.InvalidOperation:
        raise BuiltinError("division undefined") from None
    return quotient == quotient.to_integral_value()


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
    rest = number.to_decimal(number.sub(x, y))
    return 0 if rest < 0 else number.simplify(rest)


@_function(NUMBER, result=BOOL)
def Signbit(x: Number) -> bool:
    """Whether x is negative, or a negative zero."""
    return number.to_decimal(x).is_signed()


def _digits34(value: Decimal) -> Number:
    """A result that is known to many digits: an int, or 34 digits with their zeros."""
    rounded = _ROUND.plus(value)
    if rounded == rounded.to_integral_value():
        return number.simplify(rounded)
    step = Decimal((0, (1,), rounded.adjusted() - number.PRECISION + 1))
    return rounded.quantize(step, context=_WIDE)


def _exp(x: Decimal) -> Decimal:
    if abs(x) > 230_000:
        raise BuiltinError("overflow" if x > 0 else "underflow, subnormal")
    return _WIDE.exp(x)


def _ln(x: Decimal) -> Decimal:
    if not x:
        raise _not_number()
    if x < 0:
        raise BuiltinError("invalid operation")
    return _WIDE.ln(x)


@_function(NUMBER, result=NUMBER)
def Exp(x: Number) -> Number:
    """e**x."""
    return _digits34(_exp(number.to_decimal(x)))


@_function(NUMBER, result=NUMBER)
def Exp2(x: Number) -> Number:
    """2**x."""
    return Pow(2, x)


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
    return number.simplify(number.div(over, under))


@_function(NUMBER, result=NUMBER)
def Cbrt(x: Number) -> Number:
    """The cube root."""
    value = number.to_decimal(x)
    if not value:
        return 0
    size = value.copy_abs()
    root = _WIDE.exp(_WIDE.divide(_WIDE.ln(size), Decimal(3)))
    square = _WIDE.multiply(root, root)
    step = _WIDE.divide(_WIDE.subtract(root, _WIDE.divide(size, square)), Decimal(3))
    return _digits34(_WIDE.subtract(root, step).copy_sign(value))


@_function(NUMBER, NUMBER, result=NUMBER)
def Pow(x: Number, y: Number) -> Number:
    """x**y."""
    base, power = number.to_decimal(x), number.to_decimal(y)
    whole = power == power.to_integral_value()
    if not base:
        if not power:
            raise BuiltinError("invalid operation")
        if power < 0:
            raise _not_number()
        return 0
    if base < 0 and not whole:
        raise BuiltinError("invalid operation")
    _check_power(base, power)
    result = _WIDE.power(base, power)
    if whole and power > 0:
        return number.simplify(_ROUND.plus(result))
    return _digits34(result)


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


def _float(x: Number, argument: int, function: str) -> float:
    try:
        value = float(x)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        kind = "int" if isinstance(x, int) else "float"
        way = "up" if x > 0 else "down"
        raise ArgumentError(
            f"cannot use {number.text(x)} (type {kind}) as float64 in argument {argument}"
            f" to {function}: value was rounded {way}"
        )
    return value


def _result(compute: Callable[..., float], *arguments: float) -> Decimal:
    try:
        value = compute(*arguments)
    except (ValueError, OverflowError, ZeroDivisionError):
        raise _not_number() from None
    if not math.isfinite(value):
        raise _not_number()
    return number.from_float(value)


def _register(name: str, compute: Callable[..., float]) -> None:
    public = f"math.{name}"

    def call(x: Number) -> Decimal:
        return _result(compute, _float(x, 0, public))

    call.__doc__ = f"The function {name} of a binary float."
    _function(NUMBER, result=NUMBER, name=name)(call)


def _register2(name: str, compute: Callable[..., float]) -> None:
    public = f"math.{name}"

    def call(x: Number, y: Number) -> Decimal:
        return _result(compute, _float(x, 0, public), _float(y, 1, public))

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
    return _result(bessel.jn, int64(n, 0, "math.Jn"), _float(x, 1, "math.Jn"))


@_function(INT, NUMBER, result=NUMBER)
def Yn(n: int, x: Number) -> Decimal:
    """The Bessel function of the second kind of order n."""
    return _result(bessel.yn, int64(n, 0, "math.Yn"), _float(x, 1, "math.Yn"))


@_function(NUMBER, INT, result=NUMBER)
def Ldexp(fraction: Number, exponent: int) -> Decimal:
    """fraction * 2**exponent."""
    power = max(min(int64(exponent, 1, "math.Ldexp"), 10_000), -10_000)
    return _result(math.ldexp, _float(fraction, 0, "math.Ldexp"), power)


@_function(NUMBER, result=INT)
def Ilogb(x: Number) -> int:
    """The binary exponent as an int."""
    value = _float(x, 0, "math.Ilogb")
    return math.frexp(value)[1] - 1 if value else -(2**31)
