"""Exponential, logarithm and power as Go computes them on amd64, to the last digit.

Go's exponential there multiplies and adds in one rounding (FMA); exact fractions do the same.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

_LN2_HIGH: Final = 0.69314718055966295651160180568695068359375
_LN2_LOW: Final = 0.28235290563031577122588448175013436025525412068e-12
_LOG2E: Final = 1.4426950408889634073599246810018920
_TAYLOR: Final = (
    2.4801587301587301587e-5, 1.9841269841269841270e-4, 1.3888888888888888889e-3, 8.3333333333333333333e-3,
    4.1666666666666666667e-2, 1.6666666666666666667e-1, 0.5, 1.0,
)  # fmt: skip
_LOG_ODD: Final = (
    1.479819860511658591e-01, 1.818357216161805012e-01, 2.857142874366239149e-01, 6.666666666666735130e-01,
)  # fmt: skip
_LOG_EVEN: Final = (1.531383769920937332e-01, 2.222219843214978396e-01, 3.999999999940941908e-01)
_OVERFLOW: Final = 7.09782712893384e02


def _fused(a: float, b: float, c: float) -> float:
    """a * b + c, rounded once."""
    return float(Fraction(a) * Fraction(b) + Fraction(c))


def exp(x: float) -> float:
    """e**x; OverflowError where that is no float."""
    if x > _OVERFLOW:
        raise OverflowError(x)
    exponent = round(x * _LOG2E)
    if exponent < -1074:
        return 0.0
    rest = _fused(-_LN2_HIGH, exponent, x)
    rest = _fused(-_LN2_LOW, exponent, rest) * 0.0625
    total = _TAYLOR[0]
    for coefficient in _TAYLOR[1:]:
        total = _fused(total, rest, coefficient)
    value = rest * total
    for _ in range(3):
        value *= value + 2.0
    return math.ldexp(_fused(value, value + 2.0, 1.0), exponent)


def log(x: float) -> float:
    """The natural logarithm of x > 0."""
    fraction, exponent = math.frexp(x)
    if fraction < math.sqrt(2) / 2:
        fraction *= 2
        exponent -= 1
    f = fraction - 1
    s = f / (2 + f)
    square = s * s
    fourth = square * square
    odd, even = _LOG_ODD[0], _LOG_EVEN[0]
    for coefficient in _LOG_ODD[1:]:
        odd = odd * fourth + coefficient
    for coefficient in _LOG_EVEN[1:]:
        even = even * fourth + coefficient
    series = square * odd + fourth * even
    half = 0.5 * f * f
    low = s * (half + series) + exponent * 1.90821492927058770002e-10
    return exponent * 6.93147180369123816490e-01 - ((half - low) - f)


def power(x: float, y: float) -> float:
    """x**y for x > 0 and a finite y that is not 0, 1, 0.5 or -0.5."""
    fraction, whole = math.modf(abs(y))
    result, scale = 1.0, 0
    if fraction:
        if fraction > 0.5:
            fraction -= 1
            whole += 1
        result = exp(fraction * log(x))
    base, exponent = math.frexp(x)
    count = int(whole)
    while count:
        if abs(exponent) > 1 << 12:
            scale += exponent
            break
        if count & 1:
            result *= base
            scale += exponent
        base *= base
        exponent <<= 1
        if base < 0.5:
            base += base
            exponent -= 1
        count >>= 1
    return math.ldexp(1 / result, -scale) if y < 0 else math.ldexp(result, scale)


def acosh(x: float) -> float:
    """The inverse of cosh, of x >= 1 (ValueError otherwise)."""
    if x < 1:
        raise ValueError(x)
    if x >= 1 << 28:
        return log(x) + math.log(2)
    if x > 2:
        return log(2 * x - 1 / (x + math.sqrt(x * x - 1)))
    t = x - 1
    return math.log1p(t + math.sqrt(2 * t + t * t))


def asinh(x: float) -> float:
    """The inverse of sinh."""
    size = abs(x)
    if size > 1 << 28:
        value = log(size) + math.log(2)
    elif size > 2:
        value = log(2 * size + 1 / (math.sqrt(size * size + 1) + size))
    elif size < 2.0**-28:
        value = size
    else:
        value = math.log1p(size + size * size / (1 + math.sqrt(1 + size * size)))
    return math.copysign(value, x)


def atanh(x: float) -> float:
    """The inverse of tanh, of -1 < x < 1 (ValueError otherwise)."""
    size = abs(x)
    if size >= 1:
        raise ValueError(x)
    if size < 2.0**-28:
        value = size
    elif size < 0.5:
        twice = size + size
        value = 0.5 * math.log1p(twice + twice * size / (1 - size))
    else:
        value = 0.5 * math.log1p((size + size) / (1 - size))
    return math.copysign(value, x)
