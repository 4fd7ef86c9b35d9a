"""The error function and its inverse by the approximations that Go's `math` has; the Jacobi symbol."""

from __future__ import annotations

import math
import struct
from typing import Final

from velac.compiler.cue.builtins.go.exponential import exp, log

# Ratios of polynomials, the lowest power first. Of erf: up to 0.84375, 1.25, 1/0.35, and beyond.
_PP: Final = (
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
    -2.3763016656650163e-05,
)  # fmt: skip
_QQ: Final = (
    1.0, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
    -3.960228278775368e-06,
)  # fmt: skip
_PA: Final = (
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
    0.035478304325618236, -0.002166375594868791,
)  # fmt: skip
_QA: Final = (
    1.0, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
)  # fmt: skip
_RA: Final = (
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
)  # fmt: skip
_SA: Final = (
    1.0, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
)  # fmt: skip
_RB: Final = (
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
)  # fmt: skip
_SB: Final = (
    1.0, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
)  # fmt: skip
# Of the inverse: up to 0.85, then up to a square root of 5, and beyond.
_A: Final = (
    1.1975323115670913, 47.07268811238398, 697.062665343896, 4854.886889384388, 16235.862515167575,
    23782.041382114385, 11819.493347062295, 887.0940696254552,
)  # fmt: skip
_B: Final = (
    1.0, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
    28729.085735721943, 5226.495278852854,
)  # fmt: skip
_C: Final = (
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
    0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
)  # fmt: skip
_D: Final = (
    1.4142135623730951, 2.9036514445419948, 2.3707661626024534, 0.9754783200178743, 0.2094506521051275,
    0.021494160384252878, 0.0007744145906515771, 1.4859850019840355e-09,
)  # fmt: skip
_E: Final = (
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
    0.0012426609473880784, 2.7115555687434876e-05, 2.0103343992922881e-07,
)  # fmt: skip
_F: Final = (
    1.4142135623730951, 0.8482908416595164, 0.19364809469506591, 0.02103693768272069, 0.0011128009970788597,
    2.6110884050805935e-05, 2.010321207683943e-07, 2.8910246058729655e-15,
)  # fmt: skip
_AT_ONE: Final = 0.8450629115104675
_SLOPE: Final = 0.1283791670955126


def _series(z: float, coefficients: tuple[float, ...]) -> float:
    total = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = coefficient + z * total
    return total


def _tail(x: float) -> float:
    """x * erfc(x) for x >= 1.25."""
    s = 1 / (x * x)
    above, below = (_RA, _SA) if x < 1 / 0.35 else (_RB, _SB)
    (bits,) = struct.unpack("<Q", struct.pack("<d", x))
    (z,) = struct.unpack("<d", struct.pack("<Q", bits & 0xFFFFFFFF00000000))
    rest = (z - x) * (z + x) + _series(s, above) / _series(s, below)
    return exp(-z * z - 0.5625) * exp(rest)


def erf(x: float) -> float:
    """The error function."""
    size = abs(x)
    if size < 0.84375:
        z = x * x
        if size < 2.0**-28:
            return x + _SLOPE * x
        return x + x * (_series(z, _PP) / _series(z, _QQ))
    if size < 1.25:
        value = _AT_ONE + _series(size - 1, _PA) / _series(size - 1, _QA)
    else:
        value = 1 - _tail(size) / size if size < 6 else 1.0
    return math.copysign(value, x)


def erfc(x: float) -> float:
    """1 - erf(x), exact where that is small."""
    size = abs(x)
    if size < 0.84375:
        value = size
        if size >= 2.0**-56:
            z = size * size
            y = _series(z, _PP) / _series(z, _QQ)
            value = size + size * y if size < 0.25 else 0.5 + (size * y + (size - 0.5))
        return 1 + value if x < 0 else 1 - value
    if size < 1.25:
        ratio = _series(size - 1, _PA) / _series(size - 1, _QA)
        return 1 + _AT_ONE + ratio if x < 0 else 1 - _AT_ONE - ratio
    if x < -6:
        return 2.0
    if x >= 28:
        return 0.0
    value = _tail(size) / size
    return 2 - value if x < 0 else value


def erfinv(x: float) -> float:
    """The inverse of erf; outside -1..1 ValueError."""
    if not -1 < x < 1:
        raise ValueError(x)
    size = abs(x)
    if size <= 0.85:
        r = 0.180625 - 0.25 * size * size
        value = (size * _series(r, _A)) / _series(r, _B)
    else:
        r = math.sqrt(math.log(2) - log(1.0 - size))
        above, below = (_C, _D) if r <= 5.0 else (_E, _F)
        r -= 1.6 if r <= 5.0 else 5.0
        value = _series(r, above) / _series(r, below)
    return math.copysign(value, x)


def erfcinv(x: float) -> float:
    """The inverse of erfc; outside 0..2 ValueError."""
    return erfinv(1 - x)


def jacobi(x: int, y: int) -> int:
    """The Jacobi symbol (x/y), y odd; a negative y as Go's big.Jacobi has it."""
    sign = -1 if y < 0 and x < 0 else 1
    a, b = x % abs(y), abs(y)
    while a:
        while a % 2 == 0:
            a //= 2
            if b % 8 in (3, 5):
                sign = -sign
        a, b = b, a
        if a % 4 == 3 and b % 4 == 3:
            sign = -sign
        a %= b
    return sign if b == 1 else 0
