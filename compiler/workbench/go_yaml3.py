"""YAML as go-yaml v3 writes it with an indentation of two: lists stand indented below their key, no line is folded.

The rest (scalars, order of keys) is as in go-yaml v2, whose writer of ours is used.
"""

from __future__ import annotations

from typing import Any

from velac.grammar.yaml_scalar import (
    NO_FOLD,
    can_be_block,
    double_quoted,
    key_text,
    literal,
)
from velac.grammar.yaml_writer import natural_order, scalar_line


def emit(obj: Any) -> str:
    """One document of plain data."""
    if isinstance(obj, dict) and obj:
        return "".join(_mapping(obj, 0))
    if isinstance(obj, list) and obj:
        return "".join(_sequence(obj, 0))
    return _leaf(obj, 0)


def _mapping(obj: dict[str, Any], indent: int) -> list[str]:
    out: list[str] = []
    pad = " " * indent
    for key in natural_order(obj):
        value = obj[key]
        head = pad + key_text(key, indent)[0]
        if isinstance(value, dict) and value:
            out += head, "\n", *_mapping(value, indent + 2)
        elif isinstance(value, list) and value:
            out += head, "\n", *_sequence(value, indent + 2)
        else:
            out += head, " ", _leaf(value, indent)
    return out


def _sequence(items: list[Any], indent: int) -> list[str]:
    out: list[str] = []
    pad = " " * indent
    for item in items:
        if isinstance(item, dict) and item:
            out += pad, "- ", "".join(_mapping(item, indent + 2))[indent + 2 :]
        elif isinstance(item, list) and item:
            out += pad, "- ", "".join(_sequence(item, indent + 2))[indent + 2 :]
        else:
            out += pad, "- ", _leaf(item, indent)
    return out


def _leaf(value: Any, indent: int) -> str:
    if isinstance(value, dict):
        return "{}\n"
    if isinstance(value, list):
        return "[]\n"
    if isinstance(value, str) and "\n" in value:
        if can_be_block(value, tabs=True):
            text = literal(value, indent + 2)
            return text if text.endswith("\n") else text + "\n"
        return double_quoted(value, indent, NO_FOLD) + "\n"
    return scalar_line(value, indent, NO_FOLD)
