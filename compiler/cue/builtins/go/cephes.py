"""The approximations of the Cephes library that Go's `math` uses, so that the last digit is Go's as well."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from velac.compiler.cue.builtins.go.exponential import exp, power

_SIN: Final = (
    1.58962301576546568060e-10, -2.50507477628578072866e-8, 2.75573136213857245213e-6, -1.98412698295895385996e-4,
    8.33333333332211858878e-3, -1.66666666666666307295e-1,
)  # fmt: skip
_COS: Final = (
    -1.13585365213876817300e-11, 2.08757008419747316778e-9, -2.75573141792967388112e-7, 2.48015872888517045348e-5,
    -1.38888888888730564116e-3, 4.16666666666665929218e-2,
)  # fmt: skip
_TAN_P: Final = (-1.30936939181383777646e4, 1.15351664838587416140e6, -1.79565251976484877988e7)
_TAN_Q: Final = (
    1.0, 1.36812963470692954678e4, -1.32089234440210967447e6, 2.50083801823357915839e7, -5.38695755929454629881e7,
)  # fmt: skip
_ATAN_P: Final = (
    -8.750608600031904122785e-01, -1.615753718733365076637e01, -7.500855792314704667340e01,
    -1.228866684490136173410e02, -6.485021904942025371773e01,
)  # fmt: skip
_ATAN_Q: Final = (
    1.0, 2.485846490142306297962e01, 1.650270098316988542046e02, 4.328810604912902668951e02,
    4.853903996359136964868e02, 1.945506571482613964425e02,
)  # fmt: skip
_SINH_P: Final = (
    -0.2630563213397497062819489e2, -0.2894211355989563807284660366e4, -0.8991272022039509355398013511e5,
    -0.6307673640497716991184787251e6,
)  # fmt: skip
_SINH_Q: Final = (
    1.0, -0.173678953558233699533450911e3, 0.1521517378790019070696485176e5, -0.6307673640497716991212077277e6,
)  # fmt: skip
_TANH_P: Final = (-9.64399179425052238628e-1, -9.92877231001918586564e1, -1.61468768441708447952e3)
_TANH_Q: Final = (1.0, 1.12811678491632931402e2, 2.23548839060100448583e3, 4.84406305325125486048e3)
_GAMMA_P: Final = (
    1.60119522476751861407e-04, 1.19135147006586384913e-03, 1.04213797561761569935e-02, 4.76367800457137231464e-02,
    2.07448227648435975150e-01, 4.94214826801497100753e-01, 9.99999999999999996796e-01,
)  # fmt: skip
_GAMMA_Q: Final = (
    -2.31581873324120129819e-05, 5.39605580493303397842e-04, -4.45641913851797240494e-03, 1.18139785222060435552e-02,
    3.58236398605498653373e-02, -2.34591795718243348568e-01, 7.14304917030273074085e-02, 1.0,
)  # fmt: skip
_STIRLING: Final = (
    7.87311395793093628397e-4, -2.29549961613378126380e-4, -2.68132617805781232825e-3, 3.47222221605458667310e-3,
    8.33333333333482257126e-2,
)  # fmt: skip
_QUARTERS: Final = (
    7.85398125648498535156e-1,
    3.77489470793079817668e-8,
    2.69515142907905952645e-15,
)
"""pi/4 in three parts."""
_MORE_BITS: Final = 6.123233995736765886130e-17
_TAN_3_PI_8: Final = 2.41421356237309504880
_LARGE: Final = 1 << 29
"""From here on the argument is reduced with more bits than Cephes has."""
_BITS: Final = 1216
"""So many bits of 4/pi reach from the largest float down to what its rest needs."""


def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """By Horner's rule, the highest power first."""
    total = coefficients[0]
    for coefficient in coefficients[1:]:
        total = total * x + coefficient
    return total


def _reduce(x: float) -> tuple[int, float]:
    """The octant, made even, and the rest of a positive argument."""
    if x >= _LARGE:
        return _reduce_large(x)
    octant = int(x * (4 / math.pi))
    octant += octant & 1
    y = float(octant)
    return octant, ((x - y * _QUARTERS[0]) - y * _QUARTERS[1]) - y * _QUARTERS[2]


@lru_cache(maxsize=1)
def _four_over_pi() -> int:
    """4/pi with _BITS bits after the point, pi by Machin's formula."""
    one = 1 << (_BITS + 32)

    def arc_cotangent(n: int) -> int:
        term = total = one // n
        k = 1
        while term:
            term //= -n * n
            k += 2
            total += term // k
        return total

    quarter = 4 * arc_cotangent(5) - arc_cotangent(239)
    return (one << _BITS) // quarter


def _reduce_large(x: float) -> tuple[int, float]:
    """After Payne and Hanek: the octants are counted exactly, what is left of one is cut off after 53 bits."""
    mantissa, exponent = math.frexp(x)
    turns = int(mantissa * (1 << 53)) * _four_over_pi()
    point = _BITS + 53 - exponent  # where the bits of the rest begin
    octant = (turns >> point) & 7
    rest = turns & ((1 << point) - 1)
    spare = rest.bit_length() - 53
    if spare > 0:
        rest = rest >> spare << spare
    z = math.ldexp(rest >> max(spare, 0), max(spare, 0) - point)
    if octant & 1:
        octant = octant + 1 & 7
        z -= 1
    return octant, z * (math.pi / 4)


def _sine_series(z: float) -> float:
    zz = z * z
    return z + z * zz * _polynomial(zz, _SIN)


def _cosine_series(z: float) -> float:
    zz = z * z
    return 1.0 - 0.5 * zz + zz * zz * _polynomial(zz, _COS)


def sin(x: float) -> float:
    """Sine."""
    if math.isinf(x):
        return math.nan
    octant, z = _reduce(abs(x))
    value = _cosine_series(z) if octant & 2 else _sine_series(z)
    return -value if (octant & 4 != 0) != (x < 0) else value


def cos(x: float) -> float:
    """Cosine."""
    if math.isinf(x):
        return math.nan
    octant, z = _reduce(abs(x))
    value = _sine_series(z) if octant & 2 else _cosine_series(z)
    return -value if (octant & 4 != 0) != (octant & 2 != 0) else value


def tan(x: float) -> float:
    """Tangent."""
    if x == 0:
        return x
    octant, z = _reduce(abs(x))
    zz = z * z
    value = z
    if zz > 1e-14:
        value = z + z * (zz * _polynomial(zz, _TAN_P) / _polynomial(zz, _TAN_Q))
    if octant & 2:
        value = -1 / value
    return -value if x < 0 else value


def _arc_series(x: float) -> float:
    z = x * x
    z = z * _polynomial(z, _ATAN_P) / _polynomial(z, _ATAN_Q)
    return x * z + x


def atan(x: float) -> float:
    """Arc tangent."""
    size = abs(x)
    if size <= 0.66:
        value = _arc_series(size)
    elif size > _TAN_3_PI_8:
        value = math.pi / 2 - _arc_series(1 / size) + _MORE_BITS
    else:
        value = math.pi / 4 + _arc_series((size - 1) / (size + 1)) + 0.5 * _MORE_BITS
    return math.copysign(value, x)


def atan2(y: float, x: float) -> float:
    """Arc tangent of y/x, in the quadrant of the point."""
    if y == 0 or x == 0:
        return math.atan2(y, x)
    value = atan(y / x)
    if x < 0:
        return value + math.pi if value <= 0 else value - math.pi
    return value


def asin(x: float) -> float:
    """Arc sine."""
    size = abs(x)
    if size > 1:
        raise ValueError(x)
    rest = math.sqrt(1 - size * size)
    value = math.pi / 2 - atan(rest / size) if size > 0.7 else atan(size / rest)
    return math.copysign(value, x)


def acos(x: float) -> float:
    """Arc cosine."""
    return math.pi / 2 - asin(x)


def sinh(x: float) -> float:
    """Hyperbolic sine."""
    size = abs(x)
    if size > 21:
        value = exp(size) * 0.5
    elif size > 0.5:
        power = exp(size)
        value = (power - 1 / power) * 0.5
    else:
        square = size * size
        value = _polynomial(square, _SINH_P) * size / _polynomial(square, _SINH_Q)
    return math.copysign(value, x)


def cosh(x: float) -> float:
    """Hyperbolic cosine."""
    power = exp(abs(x))
    return power * 0.5 if abs(x) > 21 else (power + 1 / power) * 0.5


def tanh(x: float) -> float:
    """Hyperbolic tangent."""
    size = abs(x)
    if size > 44.014845965556527:
        value = 1.0
    elif size >= 0.625:
        value = 1 - 2 / (exp(2 * size) + 1)
    else:
        square = x * x
        value = size + size * square * _polynomial(square, _TANH_P) / _polynomial(square, _TANH_Q)
    return math.copysign(value, x)


def hypot(p: float, q: float) -> float:
    """The square root of p*p + q*q."""
    long, short = max(abs(p), abs(q)), min(abs(p), abs(q))
    if long == 0:
        return 0.0
    ratio = short / long
    return long * math.sqrt(1 + ratio * ratio)


def _stirling(x: float) -> tuple[float, float]:
    """The Gamma function of a large x, as two factors; OverflowError where that is no float."""
    if x > 171.7:
        raise OverflowError(x)
    w = 1 / x
    w = 1 + w * _polynomial(w, _STIRLING)
    if x > 143.01608:
        half = power(x, 0.5 * x - 0.25)
        first, second = half, half / exp(x)
    else:
        first, second = power(x, x - 0.5) / exp(x), 1.0
    return first, 2.506628274631000502417 * w * second


def gamma(x: float) -> float:
    """The Gamma function."""
    if x <= 0 and x == math.floor(x):
        raise ValueError(x)
    size = abs(x)
    if size > 33:
        if x > 0:
            first, second = _stirling(x)
            return first * second
        below = math.floor(size)
        rest = size - below
        if rest > 0.5:
            rest = size - (below + 1)
        sine = size * sin(math.pi * rest)
        if size > 200:
            return 0.0 if below & 1 else -0.0
        first, second = _stirling(size)
        value = math.pi / (abs(sine) * first * second)
        return value if below & 1 else -value
    z = 1.0
    while x >= 3:
        x -= 1
        z *= x
    while x < 2:
        if abs(x) < 1e-9:
            return z / ((1 + 0.57721566490153286 * x) * x)
        z /= x
        x += 1
    if x == 2:
        return z
    return z * _polynomial(x - 2, _GAMMA_P) / _polynomial(x - 2, _GAMMA_Q)
