"""Sizes: the machine ints CUE's functions take, and the limits this compiler sets on results."""

from __future__ import annotations

import math
from typing import Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.package import BuiltinError

MAX_TEXT: Final = 32 * 1024 * 1024
"""Most characters (or bytes) one call may produce."""

MAX_ITEMS: Final = 1_000_000
"""Most list elements one call may produce."""

_MAX: Final = 2**63 - 1
_MIN: Final = -(2**63)


def int64(n: int, argument: int, function: str) -> int:
    """An int argument as CUE's functions see it: 64 bits, clamped between 63 and 64, refused beyond."""
    if _MIN <= n <= _MAX:
        return n
    return narrow(n, 64, "int64", argument, function)


def wrap64(n: int) -> int:
    """The 64 bits of an int that a computation came to."""
    return (n - _MIN) % (1 << 64) + _MIN


def narrow(n: int, bits: int, kind: str, argument: int, function: str) -> int:
    """An int argument of `bits` bits (`int64`, `rune`, `byte`); `argument` counts from 0, as CUE's messages do."""
    if n.bit_length() > bits:
        raise ArgumentError(
            f"int {n} overflows {kind} in argument {argument} in call to {function}"
        )
    n = min(max(n, _MIN), _MAX)
    low = 1 << (bits - 1)
    return (n + low) % (1 << bits) - low if kind != "byte" else n % 256


def unsigned(n: int, argument: int, function: str, bits: int = 64, kind: str = "uint64") -> int:
    """An unsigned int argument; negative ones are of the wrong type."""
    if n < 0:
        raise ArgumentError(
            f"cannot use {n} (type int) as {kind} in argument {argument} to {function}"
        )
    if n.bit_length() > bits:
        raise ArgumentError(
            f"int {n} overflows {kind} in argument {argument} in call to {function}"
        )
    return n


def float64(x: number.Number, argument: int, function: str) -> float:
    """A number argument as a binary float; refused if that would be infinite, or 0 where the number is not."""
    try:
        value = float(x)
    except OverflowError:
        value = math.inf
    if math.isinf(value) or (not value and x):
        kind = "int" if isinstance(x, int) else "float"
        way = "up" if (x > 0) == (value != 0) else "down"
        raise ArgumentError(
            f"cannot use {number.text(x)} (type {kind}) as float64 in argument {argument}"
            f" to {function}: value was rounded {way}"
        )
    return value


def check_text(size: int) -> None:
    """Refuse a result of more than MAX_TEXT characters before it is made."""
    if size > MAX_TEXT:
        raise BuiltinError(f"result of {size} characters is over the limit of {MAX_TEXT}")


def check_items(count: int) -> None:
    """Refuse a list of more than MAX_ITEMS elements before it is made."""
    if count > MAX_ITEMS:
        raise BuiltinError(f"result of {count} elements is over the limit of {MAX_ITEMS}")
