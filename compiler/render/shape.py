"""Inputs of a rendering split into a shape and a vector of leaves (design part 4, point 1).

The shape is everything a template can branch on without reading a scalar: structure, keys, types, booleans, nulls,
and which strings are empty (so often the mark of absence). Other strings and numbers are leaves; they go into the
vector in the order in which they are met.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue.leaf import Input, Leaf
from velac.compiler.render.numbers import input_data

_INT64: Final = 2**63


def flatten(value: Any, shape: list[Any], vector: list[Any]) -> None:
    """Append the shape and the leaves of plain data; numbers are put as the engine gets them."""
    kind = type(value)
    if kind is str:
        if value:
            shape.append("s")
            vector.append(value)
        else:
            shape.append("")
    elif kind is dict:
        shape.append(tuple(value))
        for item in value.values():
            flatten(item, shape, vector)
    elif kind is list:
        shape.append(len(value))
        for item in value:
            flatten(item, shape, vector)
    elif value is None or kind is bool:
        shape.append(value if kind is bool else "null")
    else:
        number = input_data(value)
        # Beyond int64 an integer becomes a float in an object.
        small = -_INT64 <= number < _INT64
        shape.append("f" if isinstance(number, Decimal) else "i" if small else "I")
        vector.append(number)


def leafed(value: Any, vector: list[Any]) -> Any:
    """The same data with every leaf wrapped, slots counted on from the length of `vector`, which grows alike."""
    kind = type(value)
    if kind is str:
        if not value:
            return value
        vector.append(value)
        return Leaf(value, Input(len(vector) - 1))
    if kind is dict:
        return {key: leafed(item, vector) for key, item in value.items()}
    if kind is list:
        return [leafed(item, vector) for item in value]
    if value is None or kind is bool:
        return value
    number = input_data(value)
    vector.append(number)
    return Leaf(number, Input(len(vector) - 1))
