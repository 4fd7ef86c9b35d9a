"""JSON as `cue export` prints it: four spaces, numbers as written, no HTML escapes."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

from velac.compiler.cue.number import text


def json_text(data: Any, indent: str = "") -> str:
    """Plain data of the engine as JSON without a final line break; bytes become base64."""
    inner = indent + "    "
    match data:
        case dict() if data:
            fields = (
                f"{inner}{_string(key)}: {json_text(value, inner)}" for key, value in data.items()
            )
            return "{\n" + ",\n".join(fields) + f"\n{indent}}}"
        case dict():
            return "{}"
        case list() if data:
            items = (inner + json_text(item, inner) for item in data)
            return "[\n" + ",\n".join(items) + f"\n{indent}]"
        case list():
            return "[]"
        case str():
            return _string(data)
        case bytes():
            return _string(base64.b64encode(data).decode())
        case None | bool():
            return json.dumps(data)
        case int() | Decimal():
            return text(data)
    raise TypeError(f"not plain data: {data!r}")


def _string(value: str) -> str:
    plain = json.dumps(value, ensure_ascii=False)
    return plain.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
