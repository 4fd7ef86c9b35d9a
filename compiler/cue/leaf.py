"""Concolic leaves: a concrete scalar together with where it came from (design part 4).

A `Leaf` is never a subclass of `str` or `int`: code that does not know leaves cannot mistake one for plain data,
it has to ask the trace for the concrete value, which pins the leaf (`source == value` becomes a guard).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias, final

Plain: TypeAlias = str | bytes | int | Decimal | bool | None


@final
class Input:
    """Source of a leaf: the slot of the input vector it was read from."""

    __slots__ = ("slot",)

    def __init__(self, slot: int) -> None:
        self.slot = slot


@final
class Residual:
    """Source of a leaf: an operation over other sources and constants, to be recomputed at fill time."""

    __slots__ = ("args", "op")

    def __init__(self, op: str, args: tuple[Source | Plain, ...]) -> None:
        self.op = op
        self.args = args


Source: TypeAlias = Input | Residual


@final
class Leaf:
    """A concrete value and its source."""

    __slots__ = ("source", "value")

    def __init__(self, value: Plain, source: Source) -> None:
        self.value = value
        self.source = source

    def __repr__(self) -> str:
        return f"Leaf({self.value!r})"
