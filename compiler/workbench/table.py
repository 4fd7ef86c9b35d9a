"""The parameters of a definition as tables: for a terminal, for Markdown, as data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, final

Schema = dict[str, Any]
TYPE_TEXT: Final = "x-velac-type"
"""Marks a type with the words of its author."""
UNLESS: Final = "x-velac-unless"
"""Marks an object with the names of properties beside which it says nothing."""


@final
@dataclass(frozen=True, slots=True)
class Row:
    """One parameter; `name` is its path (`ports[].name`, `labels.*`)."""

    name: str
    type: str
    required: bool
    default: str
    constraint: str
    usage: str

    def data(self) -> dict[str, Any]:
        """The row for JSON."""
        return {
            "name": self.name,
            "type": self.type,
            "required": self.required,
            "default": self.default,
            "constraint": self.constraint,
            "usage": self.usage,
        }


def rows(schema: Schema) -> list[Row]:
    """All parameters, outer ones before their inner ones; alternatives one after the other."""
    return list(_object(schema, ""))


def _object(schema: Schema, prefix: str) -> Iterator[Row]:
    for arm in schema.get("anyOf", ()):
        yield from _object(arm, prefix)
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        yield from _field(inner, prefix + name, name in required)
    for pattern, inner in schema.get("patternProperties", {}).items():
        yield from _field(inner, f"{prefix}[{pattern}]", False)
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict):
        yield from _field(extra, f"{prefix}*", False)


def _field(schema: Schema, name: str, required: bool) -> Iterator[Row]:
    default = json.dumps(schema["default"], ensure_ascii=False) if "default" in schema else ""
    usage = schema.get("description", "")
    yield Row(name, type_text(schema), required, default, constraint_text(schema), usage)
    yield from _inner(schema, name)


def _inner(schema: Schema, name: str) -> Iterator[Row]:
    for arm in (schema, *schema.get("anyOf", ())):
        if arm.get("type") == "array" and isinstance(arm.get("items"), dict):
            items = arm["items"]
            yield from _object(items, f"{name}[].")
            if "properties" not in items:
                yield from _inner(items, f"{name}[]")
        elif arm.get("properties") or _is_deep(arm.get("additionalProperties")):
            yield from _object({k: v for k, v in arm.items() if k != "anyOf"}, f"{name}.")


def _is_deep(schema: Any) -> bool:
    return isinstance(schema, dict) and bool(schema.get("properties") or schema.get("anyOf"))


def type_text(schema: Schema) -> str:
    """`string`, `[]int`, `map[string]string`, `"A" or "B"`."""
    if TYPE_TEXT in schema:
        return str(schema[TYPE_TEXT])
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if "enum" in schema:
        return " or ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_text(arm) for arm in schema["anyOf"]))
    kind: Any = schema.get("type")
    if isinstance(kind, list):
        return " or ".join(str(_NAMES.get(name, name)) for name in kind)
    if kind == "array":
        inner = schema.get("items")
        return "[]" + (type_text(inner) if isinstance(inner, dict) and inner else "any")
    if kind == "object":
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict) and not schema.get("properties"):
            return f"map[string]{type_text(extra)}"
        return "object"
    return str(_NAMES.get(kind, kind)) if kind else "any"


_NAMES = {"integer": "int", "boolean": "bool"}
_BOUNDS = {
    "minimum": ">=", "exclusiveMinimum": ">", "maximum": "<=", "exclusiveMaximum": "<", "pattern": "=~",
    "minLength": "length >=", "maxLength": "length <=", "minItems": "items >=", "maxItems": "items <=",
}  # fmt: skip


def constraint_text(schema: Schema) -> str:
    """Bounds and patterns in a few words."""
    parts = [f"{text} {schema[key]}" for key, text in _BOUNDS.items() if key in schema]
    if schema.get("x-immutable"):
        parts.append("immutable")
    if schema.get("deprecated"):
        parts.append("deprecated")
    return ", ".join(parts)


COLUMNS = ("Name", "Type", "Required", "Default", "Constraint", "Usage")


def markdown_table(found: list[Row]) -> str:
    """A Markdown table; empty for no parameters."""
    if not found:
        return ""
    lines = [_line(COLUMNS), _line(tuple("---" for _ in COLUMNS))]
    lines += [_line(tuple(_cell(text) for text in _texts(row))) for row in found]
    return "\n".join(lines) + "\n"


def text_table(found: list[Row]) -> str:
    """Columns padded with blanks; the usage, which is the longest, comes last."""
    table = [tuple(name.upper() for name in COLUMNS), *map(_texts, found)]
    widths = [max(len(line[i]) for line in table) for i in range(len(COLUMNS) - 1)]
    lines = (
        "  ".join([*(f"{cell:<{w}}" for cell, w in zip(line, widths, strict=False)), line[-1]])
        for line in table
    )
    return "".join(line.rstrip() + "\n" for line in lines)


def _texts(row: Row) -> tuple[str, ...]:
    required = "yes" if row.required else "no"
    return (row.name, row.type, required, row.default, row.constraint, row.usage)


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
