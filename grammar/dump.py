"""A tree as an S-expression without places: what two texts that mean the same have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import orjson

from velac.grammar import ast

Node: TypeAlias = ast.Expr | ast.Decl | ast.Clause | ast.Label | ast.File | ast.ImportSpec


def dump(node: Node) -> str:
    """The structure of a tree on one line: all that parsing found except places and comments."""
    match node:
        case ast.Ident(name=name):
            return name
        case ast.StringLit(value=text):
            return _quoted(text)
        case ast.IntLit(value=whole):
            return str(whole)
        case ast.BytesLit(value=raw):
            return repr(raw)
        case ast.FloatLit(value=number):
            return f"{number}f"
        case ast.BoolLit(value=truth):
            return "true" if truth else "false"
        case ast.NullLit():
            return "null"
        case ast.BottomLit():
            return "_|_"
        case _:
            return f"({' '.join(_parts(node))})"


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _parts(node: Node) -> Iterable[str]:
    match node:
        case ast.Interpolation():
            return ("interpolation", *_interpolated(node))
        case ast.StructLit():
            return ("struct" if node.braces else "short", *map(dump, node.decls))
        case ast.ListLit():
            return ("list", *map(dump, node.elements))
        case ast.Selector():
            return (".", dump(node.expr), dump(node.label))
        case ast.Index():
            return ("index", dump(node.expr), dump(node.index))
        case ast.Slice():
            return ("slice", dump(node.expr), _maybe(node.low), _maybe(node.high))
        case ast.Call():
            return ("call", dump(node.func), *map(dump, node.args))
        case ast.Unary():
            return (f"{node.op}_", dump(node.expr))
        case ast.Binary():
            return (node.op, dump(node.left), dump(node.right))
        case ast.Paren():
            return ("paren", dump(node.expr))
        case ast.ValueAlias():
            return ("alias", node.name.name, dump(node.expr))
        case ast.Field():
            return _field(node)
        case _:
            return _others(node)


def _others(node: Node) -> Iterable[str]:
    match node:
        case ast.ForClause():
            return ("for", _maybe(node.key), node.value.name, dump(node.source))
        case ast.IfClause():
            return ("if", dump(node.condition))
        case ast.LetClause():
            return ("let", node.name.name, dump(node.expr))
        case ast.Comprehension():
            return ("comprehension", *map(dump, node.clauses), dump(node.value))
        case ast.Ellipsis():
            return ("...", dump(node.type)) if node.type else ("...",)
        case ast.Attribute():
            return (f"@{node.name}", _quoted(node.body))
        case ast.DynamicLabel():
            return ("dynamic", dump(node.expr))
        case ast.PatternLabel():
            return ("pattern", _maybe(node.alias), dump(node.expr))
        case ast.Embedding():
            return ("embed", dump(node.expr))
        case ast.ImportSpec():
            return ("import", _maybe(node.name), _quoted(node.path))
        case ast.File():
            return ("file", _maybe(node.package), *map(dump, node.imports), *map(dump, node.decls))
        case _:
            raise TypeError(type(node).__name__)


def _maybe(node: ast.Expr | None) -> str:
    return dump(node) if node else "-"


def _interpolated(node: ast.Interpolation) -> Iterable[str]:
    for number, text in enumerate(node.texts):
        yield _quoted(text) if isinstance(text, str) else repr(text)
        if number < len(node.exprs):
            yield dump(node.exprs[number])


def _field(node: ast.Field) -> Iterable[str]:
    yield "field"
    yield dump(node.label) + node.constraint
    if node.alias:
        yield f"={node.alias.name}"
    yield dump(node.value)
    yield from map(dump, node.attributes)
    if node.doc:
        yield f"doc:{_quoted(' / '.join(node.doc))}"
