"""The inverse error function and the Jacobi symbol."""

from __future__ import annotations

import math


def erfinv(x: float) -> float:
    """The inverse of erf, by Newton's method; outside -1..1 ValueError."""
    if not -1 < x < 1:
        raise ValueError(x)
    return math.copysign(_solve(abs(x), 1 - abs(x)), x)


def erfcinv(x: float) -> float:
    """The inverse of erfc; outside 0..2 ValueError."""
    if not 0 < x < 2:
        raise ValueError(x)
    return _solve(1 - x, x) if x <= 1 else -_solve(x - 1, 2 - x)


def _solve(value: float, rest: float) -> float:
    """y >= 0 with erf(y) = value and erfc(y) = rest, whichever is more exact."""
    if value == 0:
        return 0.0
    logarithm = math.log(rest * (2 - rest))
    guess = 4.3307467508 + logarithm / 2  # 2/(pi*a) with a = 0.147
    y = math.sqrt(math.sqrt(guess * guess - logarithm / 0.147) - guess)
    for _ in range(4):
        error = math.erf(y) - value if value < 0.5 else rest - math.erfc(y)
        slope = 2 / math.sqrt(math.pi) * math.exp(-y * y)
        step = error / slope
        y -= step / (1 + y * step)
    return y


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
