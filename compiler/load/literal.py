"""CUE data that needs no evaluation: the metadata and attributes of single-file definitions."""

from __future__ import annotations

from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.grammar import ast
from velac.grammar.source import Span


def literal_data(expr: ast.Expr) -> Any:
    """Plain data of a literal expression; repeated fields merge, as unification would have it.

    Raises Rejected for anything that would have to be evaluated (references, interpolation, disjunctions).
    """
    match expr:
        case ast.StringLit() | ast.IntLit() | ast.FloatLit() | ast.BoolLit():
            return expr.value
        case ast.NullLit():
            return None
        case ast.Paren():
            return literal_data(expr.expr)
        case ast.Unary(op="-", expr=ast.IntLit() | ast.FloatLit() as number):
            return -literal_data(number)
        case ast.StructLit():
            return _struct(expr)
        case ast.ListLit():
            items = [item for item in expr.elements if not isinstance(item, ast.Ellipsis)]
            return [literal_data(item) for item in items if not isinstance(item, ast.Comprehension)]
    raise _not_literal(expr.span)


def _struct(struct: ast.StructLit) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for decl in struct.decls:
        match decl:
            case ast.Field(constraint=""):
                name = label_name(decl.label)
                if name is None:
                    raise _not_literal(decl.span)
                value = literal_data(decl.value)
                result[name] = _unify(result[name], value, decl.span) if name in result else value
            case ast.Attribute():
                pass
            case _:
                raise _not_literal(decl.span)
    return result


def _unify(left: Any, right: Any, span: Span) -> Any:
    if isinstance(left, dict) and isinstance(right, dict):
        merged = dict(left)
        for key, value in right.items():
            merged[key] = _unify(merged[key], value, span) if key in merged else value
        return merged
    if type(left) is type(right) and left == right:
        return left
    raise Rejected(Diagnostic("V312", "conflicting values in a definition", (Label(span),)))


def label_name(label: ast.Label) -> str | None:
    """The name a label spells out; None for dynamic and pattern labels."""
    match label:
        case ast.Ident():
            return label.name
        case ast.StringLit():
            return label.value
    return None


def _not_literal(span: Span) -> Rejected:
    return Rejected(
        Diagnostic(
            "V312",
            "a definition's metadata and attributes have to be plain data",
            (Label(span, "this would have to be evaluated"),),
        )
    )
