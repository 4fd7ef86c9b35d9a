"""Parsing of CUE: `parse` for files, `parse_expr` for single expressions.

The automaton runs over the table that lark computed from cue.lark (tables.py); it keeps its own stack, so depth
costs no recursion.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from velac.grammar import ast
from velac.grammar.build import Builder
from velac.grammar.errors import CueSyntaxError, SyntaxProblem
from velac.grammar.lexing import Token, TokenStream, tokenize
from velac.grammar.source import SourceFile, Span
from velac.grammar.tables import Table, load_table


def parse(source: SourceFile) -> ast.File:
    """The syntax tree of a file. Raises CueSyntaxError."""
    tree: ast.File = _parse(source, "file")
    return tree


def parse_expr(source: SourceFile) -> ast.Expr:
    """The syntax tree of a text that is one expression. Raises CueSyntaxError."""
    tree: ast.Expr = _parse(source, "only_expression")
    return tree


@lru_cache(maxsize=1)
def _table() -> Table:
    return load_table()


def _parse(source: SourceFile, start: str) -> Any:
    stream = tokenize(source)
    builder = Builder(source, stream)
    tree = _run(stream, builder, _table(), start)
    problems = [*stream.problems, *builder.problems]
    if problems:
        raise CueSyntaxError(tuple(sorted(problems, key=lambda p: p.span[1])))
    return tree


def _run(stream: TokenStream, builder: Builder, table: Table, start: str) -> Any:
    rows, gotos = table.rows, table.gotos
    reductions = [(r.size, getattr(builder, r.action) if r.action else None, r.origin) for r in table.rules]
    states = [table.starts[start]]
    values: list[Any] = []
    row = rows[states[0]]
    for token in stream.tokens:
        kind, value = token
        while (action := row.get(kind, 0)) < 0:
            size, make, origin = reductions[-1 - action]
            if make is None:
                states.pop()
            elif size:
                made = make(*values[-size:])
                del values[-size:]
                del states[-size:]
                values.append(made)
            else:
                values.append(make())
            state = gotos[states[-1]][origin]
            states.append(state)
            row = rows[state]
        if not action:
            builder.problems.append(_unexpected(token, row))
            return None
        states.append(action)
        values.append(value)
        row = rows[action]
    return values[-2]


def _unexpected(token: Token, row: dict[str, int]) -> SyntaxProblem:
    kind, value = token
    span = value if isinstance(value, Span) else value.span
    return SyntaxProblem(span, f"unexpected {kind.lower()}", tuple(sorted(row)))
