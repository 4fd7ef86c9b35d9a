"""Bessel functions by the approximations that Go's `math` has from FreeBSD, so that the last digit is Go's as well."""

from __future__ import annotations

import math
from typing import Final

from velac.compiler.cue.builtins.go.cephes import cos, sin
from velac.compiler.cue.builtins.go.exponential import log

_ROOT: Final = 0.5641895835477563  # 1/sqrt(pi)
_TWO_PI: Final = 0.6366197723675814  # 2/pi
_FAR: Final = 2.0**129
_VERY_FAR: Final = 2.0**302
_MOST_ORDERS: Final = 1_000_000
"""Orders beyond take as many steps, and nobody needs them."""
# Of what is left when the wave is taken out, for |x| from 8, 4.5454, 2.8571 and 2 on: two polynomials in 1/x**2.
_LIMITS: Final = (8.0, 4.5454, 2.8571, 2.0)
_P0: Final = (
    ((0.0, -0.07031249999999004, -8.081670412753498, -257.06310567970485, -2485.216410094288, -5253.043804907295),
     (1.0, 116.53436461966818, 3833.7447536412183, 40597.857264847255, 116752.97256437592, 47627.728414673096)),
    ((-1.141254646918945e-11, -0.07031249408735993, -4.159610644705878, -67.67476522651673, -331.23129964917297,
      -346.4333883656049),
     (1.0, 60.753938269230034, 1051.2523059570458, 5978.970943338558, 9625.445143577745, 2406.058159229391)),
    ((-2.547046017719519e-09, -0.07031196163814817, -2.409032215495296, -21.96597747348831, -58.07917047017376,
      -31.44794705948885),
     (1.0, 35.85603380552097, 361.51398305030386, 1193.6078379211153, 1127.9967985690741, 173.58093081333575)),
    ((-8.875343330325264e-08, -0.07030309954836247, -1.4507384678095299, -7.635696138235278, -11.193166886035675,
      -3.2336457935133534),
     (1.0, 22.22029975320888, 136.2067942182152, 270.4702786580835, 153.87539420832033, 14.65761769482562)),
)  # fmt: skip
_Q0: Final = (
    ((0.0, 0.0732421874999935, 11.76820646822527, 557.6733802564019, 8859.197207564686, 37014.62677768878),
     (1.0, 163.77602689568982, 8098.344946564498, 142538.29141912048, 803309.2571195144, 840501.5798190605,
      -343899.2935378666)),
    ((1.8408596359451553e-11, 0.07324217666126848, 5.8356350896205695, 135.11157728644983, 1027.243765961641,
      1989.9778586460538),
     (1.0, 82.77661022365378, 2077.81416421393, 18847.28877857181, 56751.11228949473, 35976.75384251145,
      -5354.342756019448)),
    ((4.377410140897386e-09, 0.07324111800429114, 3.344231375161707, 42.621844074541265, 170.8080913405656,
      166.73394869665117),
     (1.0, 48.75887297245872, 709.689221056606, 3704.1482262011136, 6460.425167525689, 2516.3336892036896,
      -149.2474518361564)),
    ((1.5044444488698327e-07, 0.07322342659630793, 1.99819174093816, 14.495602934788574, 31.666231750478154,
      16.252707571092927),
     (1.0, 30.36558483552192, 269.34811860804984, 844.7837575953201, 882.9358451124886, 212.66638851179883,
      -5.3109549388266695)),
)  # fmt: skip
_P1: Final = (
    ((0.0, 0.11718749999998865, 13.239480659307358, 412.05185430737856, 3874.7453891396053, 7914.479540318917),
     (1.0, 114.20737037567841, 3650.9308342085346, 36956.206026903346, 97602.79359349508, 30804.27206278888)),
    ((1.3199051955624352e-11, 0.1171874931906141, 6.802751278684329, 108.30818299018911, 517.6361395331998,
      528.7152013633375),
     (1.0, 59.28059872211313, 991.4014187336144, 5353.26695291488, 7844.690317495512, 1504.0468881036106)),
    ((3.025039161373736e-09, 0.11718686556725359, 3.9329775003331564, 35.11940355916369, 91.05501107507813,
      48.55906851973649),
     (1.0, 34.79130950012515, 336.76245874782575, 1046.8713997577513, 890.8113463982564, 103.78793243963928)),
    ((1.0771083010687374e-07, 0.11717621946268335, 2.368514966676088, 12.242610914826123, 17.693971127168773,
      5.073523125888185),
     (1.0, 21.43648593638214, 125.29022716840275, 232.2764690571628, 117.6793732871471, 8.364638933716183)),
)  # fmt: skip
_Q1: Final = (
    ((0.0, -0.10253906249999271, -16.271753454459, -759.6017225139501, -11849.806670242959, -48438.512428575035),
     (1.0, 161.3953697007229, 7825.385999233485, 133875.33628724958, 719657.7236832409, 666601.2326177764,
      -294490.26430383464)),
    ((-2.089799311417641e-11, -0.10253905024137543, -8.05644828123936, -183.66960747488838, -1373.1937606550816,
      -2612.4444045321566),
     (1.0, 81.27655013843358, 1991.7987346048596, 17468.48519249089, 49851.42709103523, 27948.075163891812,
      -4719.183547951285)),
    ((-5.078312264617666e-09, -0.10253782982083709, -4.610115811394734, -57.847221656278364, -228.2445407376317,
      -219.21012847890933),
     (1.0, 47.66515503237295, 673.8651126766997, 3380.1528667952634, 5547.729097207228, 1903.119193388108,
      -135.20119144430734)),
    ((-1.7838172751095887e-07, -0.10251704260798555, -2.7522056827818746, -19.663616264370372, -42.32531333728305,
      -21.371921170370406),
     (1.0, 29.533362906052385, 252.98154998219053, 757.5028348686454, 739.3932053204672, 155.94900333666612,
      -4.959498988226282)),
)  # fmt: skip
_J0_R: Final = (
    0.0, 0.015624999999999995, -0.00018997929423885472, 1.8295404953270067e-06, -4.618326885321032e-09,
)  # fmt: skip
_J0_S: Final = (
    1.0, 0.015619102946489001, 0.00011692678466333745, 5.135465502073181e-07, 1.1661400333379e-09,
)  # fmt: skip
_Y0_U: Final = (
    -0.07380429510868723, 0.17666645250918112, -0.01381856719455969, 0.00034745343209368365,
    -3.8140705372436416e-06, 1.9559013703502292e-08, -3.982051941321034e-11,
)  # fmt: skip
_Y0_V: Final = (
    1.0, 0.01273048348341237, 7.600686273503533e-05, 2.591508518404578e-07, 4.4111031133267547e-10,
)  # fmt: skip
_J1_R: Final = (
    -0.0625, 0.001407056669551897, -1.599556310840356e-05, 4.9672799960958445e-08,
)  # fmt: skip
_J1_S: Final = (
    1.0, 0.019153759953836346, 0.00018594678558863092, 1.1771846404262368e-06, 5.0463625707621704e-09,
    1.2354227442613791e-11,
)  # fmt: skip
_Y1_U: Final = (
    -0.19605709064623894, 0.05044387166398113, -0.0019125689587576355, 2.352526005616105e-05,
    -9.190991580398789e-08,
)  # fmt: skip
_Y1_V: Final = (
    1.0, 0.01991673182366499, 0.00020255258102513517, 1.3560880109751623e-06, 6.227414523646215e-09,
    1.6655924620799208e-11,
)  # fmt: skip


def _series(z: float, coefficients: tuple[float, ...]) -> float:
    """The lowest power first."""
    total = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = coefficient + z * total
    return total


def _ratio(x: float, tables: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]) -> float:
    z = 1 / (x * x)
    for limit, (above, below) in zip(_LIMITS, tables, strict=True):
        if x >= limit:
            return _series(z, above) / _series(z, below)
    raise AssertionError


def _wave(x: float, order: int) -> tuple[float, float]:
    """cos and sin of x - (order/2 + 1/4) pi, times sqrt(2), for order 0 or 1."""
    s, c = sin(x), cos(x)
    sine, cosine = (s - c, s + c) if order == 0 else (-s - c, s - c)
    if x < 8.9e307:
        product = -cos(x + x) if order == 0 else cos(x + x)
        if s * c < 0 if order == 0 else s * c > 0:
            cosine = product / sine
        else:
            sine = product / cosine
    return cosine, sine


def _far(x: float, order: int, second: bool) -> float:
    """J (or Y, the second kind) of order 0 or 1 for x >= 2."""
    cosine, sine = _wave(x, order)
    if x > _FAR:
        return _ROOT * (sine if second else cosine) / math.sqrt(x)
    if order == 0:
        u, v = 1 + _ratio(x, _P0), (-0.125 + _ratio(x, _Q0)) / x
    else:
        u, v = 1 + _ratio(x, _P1), (0.375 + _ratio(x, _Q1)) / x
    value = u * sine + v * cosine if second else u * cosine - v * sine
    return _ROOT * value / math.sqrt(x)


def j0(x: float) -> float:
    """J of order 0."""
    x = abs(x)
    if x >= 2:
        return _far(x, 0, False)
    if x < 2.0**-13:
        return 1.0 if x < 2.0**-27 else 1 - 0.25 * x * x
    z = x * x
    r = z * _series(z, _J0_R[1:])
    s = _series(z, _J0_S)
    if x < 1:
        return 1 + z * (-0.25 + (r / s))
    u = 0.5 * x
    return (1 + u) * (1 - u) + z * (r / s)


def j1(x: float) -> float:
    """J of order 1."""
    if x == 0:
        return 0.0
    sign = -1.0 if x < 0 else 1.0
    x = abs(x)
    if x >= 2:
        return sign * _far(x, 1, False)
    if x < 2.0**-27:
        return 0.5 * x
    z = x * x
    r = z * _series(z, _J1_R) * x
    return sign * (0.5 * x + r / _series(z, _J1_S))


def y0(x: float) -> float:
    """Y of order 0, of x > 0 (ValueError otherwise)."""
    if x <= 0:
        raise ValueError(x)
    if x >= 2:
        return _far(x, 0, True)
    if x <= 2.0**-27:
        return _Y0_U[0] + _TWO_PI * log(x)
    z = x * x
    return _series(z, _Y0_U) / _series(z, _Y0_V) + _TWO_PI * j0(x) * log(x)


def y1(x: float) -> float:
    """Y of order 1, of x > 0 (ValueError otherwise)."""
    if x <= 0:
        raise ValueError(x)
    if x >= 2:
        return _far(x, 1, True)
    if x <= 2.0**-54:
        return -_TWO_PI / x
    z = x * x
    u, v = _series(z, _Y1_U), _series(z, _Y1_V)
    return x * (u / v) + _TWO_PI * (j1(x) * log(x) - 1 / x)


def jn(n: int, x: float) -> float:
    """J of order n: J(-n, x) = J(n, -x), J(n, -x) = (-1)**n J(n, x)."""
    if n == 0:
        return j0(x)
    if x == 0:
        return 0.0
    if n < 0:
        n, x = -n, -x
    if n == 1:
        return j1(x)
    sign = -1.0 if x < 0 and n % 2 else 1.0
    x = abs(x)
    if n > x:
        return sign * (_tiny(n, x) if x < 2.0**-29 else _backward(n, x))
    if x >= _VERY_FAR:
        s, c = sin(x), cos(x)
        value = (c + s, -c + s, -c - s, c - s)[n & 3]
        return sign * (_ROOT * value / math.sqrt(x))
    _bounded(n)
    a, b = j0(x), j1(x)
    for order in range(1, n):
        a, b = b, b * (2 * order / x) - a
    return sign * b


def yn(n: int, x: float) -> float:
    """Y of order n, of x > 0 (ValueError otherwise): Y(-n) = (-1)**n Y(n)."""
    if x <= 0:
        raise ValueError(x)
    if n == 0:
        return y0(x)
    sign = -1.0 if n < 0 and n % 2 else 1.0
    n = abs(n)
    if n == 1:
        return sign * y1(x)
    if x >= _VERY_FAR:
        s, c = sin(x), cos(x)
        value = (s - c, -s - c, -s + c, s + c)[n & 3]
        return sign * (_ROOT * value / math.sqrt(x))
    _bounded(n)
    a, b = y0(x), y1(x)
    for order in range(1, n):
        if math.isinf(b):
            break
        a, b = b, (2 * order / x) * b - a
    if math.isinf(b):
        raise OverflowError(n)
    return sign * b


def _bounded(n: int) -> None:
    if n > _MOST_ORDERS:
        raise OverflowError(n)


def _tiny(n: int, x: float) -> float:
    """J of order n for a very small x: the first term of the series."""
    if n > 33:
        return 0.0
    half = x * 0.5
    power, factorial = half, 1.0
    for order in range(2, n + 1):
        factorial *= order
        power *= half
    return power / factorial


def _backward(n: int, x: float) -> float:
    """J of order n > x, by the recurrence from above."""
    _bounded(n)
    w, h = 2 * n / x, 2 / x
    z = w + h
    before, here = w, w * z - 1
    k = 1
    while here < 1e9:
        k += 1
        z += h
        before, here = here, z * here - before
    t = 0.0
    for i in range(2 * (n + k), 2 * n - 1, -2):
        t = 1 / (i / x - t)
    a, b = t, 1.0
    large = n * log(abs(2 / x * n)) >= 7.09782712893383973096e02
    for order in range(n - 1, 0, -1):
        a, b = b, b * (2 * order) / x - a
        if large and b > 1e100:
            a /= b
            t /= b
            b = 1.0
    return t * j0(x) / b
