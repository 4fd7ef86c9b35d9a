"""Types and bounds in the shortest words that `cue` knows for them: `int & >=0 & <=255` is `uint8`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import kinds, literals
from velac.compiler.cue.values import BASIC_TYPES, Constraint, bound_kind, is_function

Bound = tuple[str, Any]

_INTEGERS: Final = [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64, 128)]
_FLOATS: Final = ["float32", "float64"]


def simplified(value: Constraint, validators: Sequence[str] | None = None) -> str:
    """A constraint as source text; `validators` are the texts of its validators, if not their own."""
    if value.name in ("_", "{...}", "[...]") or is_function(value):
        return value.name
    bounds = list(value.bounds)
    low, high = _ends(bounds)
    kind = _kind(value)
    parts: list[str] = []
    if low is not None and high is not None:
        parts = _range(kind == "int", low, high)
        bounds = [b for b in bounds if not _is_end(b)]
    elif kind:
        parts = [kind]
    parts += [op + literals.scalar(operand) for op, operand in bounds]
    parts += [v.text for v in value.validators] if validators is None else validators
    return " & ".join(parts) or "_"


def _kind(value: Constraint) -> str:
    """The type that stands beside the bounds, if they do not imply it."""
    implied = kinds.TOP
    for op, operand in value.bounds:
        implied &= bound_kind(op, operand)
    for validator in value.validators:
        implied &= validator.kind
    if value.kind == implied and (value.bounds or value.validators):
        return ""
    name = kinds.kind_name(value.kind)
    return " | ".join(name[1:-1].split("|")) if name[:1] == "(" else name


def _is_end(bound: Bound) -> bool:
    return bound[0] in ("<", "<=", ">", ">=") and isinstance(bound[1], (int, Decimal))


def _ends(bounds: list[Bound]) -> tuple[Bound | None, Bound | None]:
    """The tightest lower and upper bound; of two at one place the strict one."""
    lows = [b for b in bounds if _is_end(b) and b[0][0] == ">"]
    highs = [b for b in bounds if _is_end(b) and b[0][0] == "<"]
    low = max(lows, key=lambda b: (b[1], b[0] == ">"), default=None)
    high = min(highs, key=lambda b: (b[1], b[0] != "<"), default=None)
    return low, high


def _range(integral: bool, low: Bound, high: Bound) -> list[str]:
    parts: list[str] = []
    ends: list[Bound | None] = [low, high]
    name = _named(_INTEGERS, low, high, ends) if integral else ""
    if name:
        parts.append(name)
    else:
        if integral:
            parts.append("int" if low[1] < 0 else "uint")
            if low == (">=", 0):
                ends[0] = None
        if not (integral and ends[0] is None):
            name = _named(_FLOATS, low, high, ends)
            if name:
                parts.append(name)
    return parts + [end[0] + literals.scalar(end[1]) for end in ends if end is not None]


def _named(names: list[str], low: Bound, high: Bound, ends: list[Bound | None]) -> str:
    """The first type with one of these bounds that the others only narrow; what it says is dropped from `ends`."""
    for name in names:
        (_, bottom), (_, top) = BASIC_TYPES[name].bounds
        if low == (">=", bottom) and bottom != 0:
            if high[1] > top:
                continue
            if high == ("<=", top):
                ends[1] = None
            ends[0] = None
            return name
        if high == ("<=", top) and low[1] >= bottom:
            if low == (">=", bottom):
                ends[0] = None
            ends[1] = None
            return name
    return ""
