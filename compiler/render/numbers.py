"""Numbers on their way into CUE and out of it, as Go's JSON treats them.

Upstream decodes properties into float64, prints them as JSON for CUE, and decodes the result into int64 or float64
again. So integers beyond 2^53 lose digits, `1.0` becomes `1`, and only what needs a fraction or an exponent stays a
float. The functions here know plain data and pass a `Leaf` through where its value needs no change.
"""

from __future__ import annotations

import base64
import math
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue.leaf import Input, Leaf
from velac.compiler.cue.values import residual

Data = Any

_EXACT: Final = 2**53
_INT64: Final = 2**63
_UINT64: Final = 2**64
_PLAIN_LIMIT: Final = Decimal("1e21")


def input_data(value: Data) -> Data:
    """Properties as the engine gets them: keys sorted, numbers as float64 keeps them."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is dict:
        return {key: input_data(value[key]) for key in sorted(value)}
    if kind is list:
        return [input_data(item) for item in value]
    if kind is int:
        return value if -_EXACT <= value <= _EXACT else input_number(float(value))
    if kind is float or kind is Decimal:
        return input_number(float(value))
    return value


def input_number(value: float) -> int | Decimal:
    """A float64 as CUE reads it from Go's JSON: an integer unless it has a fraction or an exponent."""
    number = Decimal(repr(value))
    if value.is_integer() and abs(number) < _PLAIN_LIMIT:
        return int(number)
    return number


def object_data(value: Data) -> Data:
    """A value of the engine as part of a Kubernetes object: numbers are int or float, bytes are base64 text."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is dict:
        return {key: object_data(item) for key, item in value.items()}
    if kind is list:
        return [object_data(item) for item in value]
    if kind is Leaf:
        scalar = object_scalar(value.value)
        # A text is its own result, and so is an integer that is an input (its shape says whether it is small).
        own = type(scalar) is str or type(value.source) is Input
        return value if own and scalar is value.value else residual("object_scalar", scalar, value)
    return object_scalar(value)


def object_scalar(value: Any) -> str | int | float | bool | None:
    """One scalar of an object; also what the residual operation `object_scalar` computes."""
    if isinstance(value, int):
        # Beyond uint64 Go reads its own JSON number back as a float.
        return value if -_INT64 <= value < _INT64 else _beyond(float(value))
    if isinstance(value, Decimal):
        number = float(value)
        return _beyond(number) if math.isfinite(number) and number.is_integer() else number
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value  # type: ignore[no-any-return]


def _beyond(number: float) -> int | float:
    whole = input_number(number)
    return whole if isinstance(whole, int) and -_INT64 <= whole < _UINT64 else number


def go_float(value: float) -> str:
    """A float64 as Go's `%g` prints it with the fewest digits that read back the same."""
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    point = len(text) + exponent
    minus = "-" if sign else ""
    if value == 0:
        return minus + "0"
    if -4 <= point - 1 < 6:
        if point <= 0:
            return f"{minus}0.{'0' * -point}{text}"
        if point >= len(text):
            return minus + text + "0" * (point - len(text))
        return f"{minus}{text[:point]}.{text[point:]}"
    mantissa = text[0] + ("." + text[1:] if len(text) > 1 else "")
    power = point - 1
    return f"{minus}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"
