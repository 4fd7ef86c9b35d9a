"""Cases and answers as text: plain data to CUE literals and to JSON with its kinds kept."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from velac.compiler.cue import number
from velac.compiler.cue.builtins import describe


@dataclass(frozen=True)
class Cue:
    """An argument that is CUE text, not plain data: a comparator, a schema."""

    text: str


def literal(data: Any) -> str:
    """Plain data as a CUE expression."""
    if isinstance(data, Cue):
        return data.text
    if isinstance(data, Decimal):
        text = number.text(data)
        return text if any(c in text for c in ".E") else text + ".0"
    if isinstance(data, list):
        return "[" + ", ".join(map(literal, data)) + "]"
    if isinstance(data, dict):
        return "{" + ", ".join(f"{describe.quote(k)}: {literal(v)}" for k, v in data.items()) + "}"
    return describe.brief(data)


def encode(data: Any) -> Any:
    """Plain data as JSON that decodes to the same kinds."""
    if isinstance(data, Cue):
        return {"$cue": data.text}
    if isinstance(data, bytes):
        return {"$bytes": base64.b64encode(data).decode()}
    if isinstance(data, Decimal):
        return {"$float": literal(data)}
    if isinstance(data, int) and not isinstance(data, bool) and abs(data) >= 2**53:
        return {"$int": str(data)}
    if isinstance(data, list):
        return [encode(item) for item in data]
    if isinstance(data, dict):
        return {"$struct": [[key, encode(value)] for key, value in data.items()]}
    return data


def decode(data: Any) -> Any:
    """The opposite of encode."""
    if isinstance(data, list):
        return [decode(item) for item in data]
    if not isinstance(data, dict):
        return data
    [(tag, value)] = data.items()
    if tag == "$cue":
        return Cue(value)
    if tag == "$bytes":
        return base64.b64decode(value)
    if tag == "$float":
        return Decimal(value)
    if tag == "$int":
        return int(value)
    return {key: decode(item) for key, item in value}


def shape(data: Any) -> str:
    """The kind of a result, and of the elements of a list."""
    kind = describe.kind_of(data)
    if kind == "list":
        return "[" + ",".join(describe.kind_of(item) for item in data) + "]"
    return kind
