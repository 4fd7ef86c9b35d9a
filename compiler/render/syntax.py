"""The syntax tree of a template as what may hold references."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from velac.grammar import ast


def children(node: Any) -> Iterable[Any]:
    """What can hold references below a node: labels and names are none, unless they are computed."""
    if isinstance(node, ast.Field):
        label = () if isinstance(node.label, ast.Ident) else (node.label,)
        return (*label, node.value)
    if isinstance(node, ast.Selector):
        return (node.expr,)
    if isinstance(node, ast.LetClause | ast.ValueAlias | ast.PatternLabel):
        return (node.expr,)
    if isinstance(node, ast.ForClause):
        return (node.source,)
    if hasattr(node, "__dataclass_fields__"):
        return [getattr(node, item.name) for item in fields(node)]
    return ()
