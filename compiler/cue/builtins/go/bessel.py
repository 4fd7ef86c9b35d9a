"""Bessel functions by their power series in decimals wide enough for the result to be exact to a float.

Beyond |x| = 500, where the series grows too long, by Hankel's asymptotic expansion.
"""

from __future__ import annotations

import math
from decimal import Context, Decimal, localcontext
from typing import Final

_SERIES_LIMIT: Final = 500.0
_EULER: Final = Decimal(
    "0.577215664901532860606512090082402431042159335939923598805767234884867726777664670936947"
)
_PI: Final = Decimal(
    "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534211706798"
)


def j0(x: float) -> float:
    """J of order 0."""
    return jn(0, x)


def j1(x: float) -> float:
    """J of order 1."""
    return jn(1, x)


def y0(x: float) -> float:
    """Y of order 0."""
    return yn(0, x)


def y1(x: float) -> float:
    """Y of order 1."""
    return yn(1, x)


def jn(n: int, x: float) -> float:
    """J of order n: J(-n) = (-1)**n J(n), J(n, -x) = (-1)**n J(n, x)."""
    sign = -1 if (n < 0) != (x < 0) and n % 2 else 1
    n, x = abs(n), abs(x)
    if n > 100_000:
        return 0.0 * sign
    if x > _SERIES_LIMIT and x > n:
        return sign * _recur(n, x, *(_hankel(order, x)[0] for order in (0, 1)))
    with localcontext(_context(x)):
        return sign * float(_j_series(n, Decimal(x)))


def yn(n: int, x: float) -> float:
    """Y of order n, of x > 0 (ValueError otherwise): Y(-n) = (-1)**n Y(n)."""
    if x <= 0:
        raise ValueError(x)
    sign = -1 if n < 0 and n % 2 else 1
    n = abs(n)
    if n > 100_000:
        raise OverflowError(n)
    if x > _SERIES_LIMIT:
        return sign * _recur(n, x, *(_hankel(order, x)[1] for order in (0, 1)))
    with localcontext(_context(x)):
        value = Decimal(x)
        before, here = _y0_series(value), _y1_series(value)
        if n == 0:
            return sign * float(before)
        for order in range(1, n):
            before, here = here, 2 * order / value * here - before
        return sign * float(here)


def _context(x: float) -> Context:
    """The largest terms are about e**x, and cancel down to x**-0.5."""
    return Context(prec=40 + int(x), Emin=-999_999, Emax=999_999)


def _j_series(n: int, x: Decimal) -> Decimal:
    half = x / 2
    square = -half * half
    term = half**n / math.factorial(n) if n else Decimal(1)
    total = term
    k = 0
    while (term and term.adjusted() > total.adjusted() - 45) or k * 2 < x:
        k += 1
        term = term * square / (k * (n + k))
        total += term
        if not term:
            break
    return total


def _y0_series(x: Decimal) -> Decimal:
    half = x / 2
    square = -half * half
    term, total, harmonic = Decimal(1), Decimal(0), Decimal(0)
    k = 0
    while k * 2 < x or not total or (term * harmonic).adjusted() > total.adjusted() - 45:
        k += 1
        term = term * square / (k * k)
        harmonic += Decimal(1) / k
        total -= term * harmonic
        if not term:
            break
    return 2 / _PI * ((half.ln() + _EULER) * _j_series(0, x) + total)


def _y1_series(x: Decimal) -> Decimal:
    half = x / 2
    square = -half * half
    term = half
    harmonic = Decimal(1)  # H(k) + H(k+1)
    total = term * harmonic
    k = 0
    while k * 2 < x or (term * harmonic).adjusted() > total.adjusted() - 45:
        k += 1
        term = term * square / (k * (k + 1))
        harmonic += Decimal(1) / k + Decimal(1) / (k + 1)
        total += term * harmonic
        if not term:
            break
    return 2 / _PI * (half.ln() + _EULER) * _j_series(1, x) - 2 / (_PI * x) - total / _PI


def _hankel(n: int, x: float) -> tuple[float, float]:
    """J and Y of order 0 or 1 for a large x."""
    value = Decimal(x)
    mu = 4 * n * n
    p, q, term = Decimal(1), Decimal(0), Decimal(1)
    for k in range(1, 40):
        term = term * (mu - (2 * k - 1) ** 2) / (k * 8 * value)
        if k % 2:
            q += term if k % 4 == 1 else -term
        else:
            p += term if k % 4 == 0 else -term
    sine, cosine = _shifted(x, n)
    scale = math.sqrt(2 / (math.pi * x))
    return (
        scale * (float(p) * cosine - float(q) * sine),
        scale * (float(p) * sine + float(q) * cosine),
    )


def _shifted(x: float, n: int) -> tuple[float, float]:
    """sin and cos of x - (n/2 + 1/4) pi, without cancellation."""
    s, c = math.sin(x), math.cos(x)
    root = math.sqrt(0.5)
    sine, cosine = (s - c) * root, (s + c) * root  # of x - pi/4
    return (sine, cosine) if n == 0 else (-cosine, sine)


def _recur(n: int, x: float, zero: float, one: float) -> float:
    if n == 0:
        return zero
    for order in range(1, n):
        zero, one = one, 2 * order / x * one - zero
    return one
