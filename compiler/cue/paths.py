"""Paths of fields as expressions: `a.b`, `a["b.c"]`, `list[0]`."""

from __future__ import annotations

from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.resolve import label_of
from velac.grammar import ast


def steps(syntax: ast.Expr) -> list[str | int]:
    """The labels and indices of a path expression. Raises CueError for any other expression."""
    found = _steps(syntax)
    if found is None:
        raise CueError([Problem("not a field path", spans=(syntax.span,))])
    return found


def _steps(syntax: ast.Expr) -> list[str | int] | None:
    out: list[str | int] = []
    while True:
        match syntax:
            case ast.Ident(name=name):
                return [label_of(name), *reversed(out)]
            case ast.StringLit(value=value):
                return [value, *reversed(out)]
            case ast.Selector(expr=base, label=label):
                out.append(label_of(label.name) if isinstance(label, ast.Ident) else label.value)
            case ast.Index(expr=base, index=ast.StringLit(value=key) | ast.IntLit(value=key)):
                out.append(key)
            case _:
                return None
        syntax = base
