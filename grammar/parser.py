"""Parsing of CUE: `parse` for files, `parse_expr` for single expressions.

The automaton runs over the table that lark computed from cue.lark (tables.py); it keeps its own stack, so depth
costs no recursion. When it stops at an error, diagnosis.py runs over the same tokens to explain it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from velac.grammar import ast
from velac.grammar.build import Builder
from velac.grammar.errors import CueSyntaxError, SyntaxProblem
from velac.grammar.lexing import MAX_TOKENS, Token, tokenize
from velac.grammar.source import SourceFile, Span
from velac.grammar.tables import Table, load_table

MAX_DEPTH: Final = 250
MAX_PROBLEMS: Final = 20
_NESTING: Final = frozenset(("head", "LBRACE", "LSQB", "LPAR", "ISTART", "IMID", "SIGN", "BANG"))


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
    stream = tokenize(source, expression=start == "only_expression")
    if len(stream.tokens) > MAX_TOKENS:
        message = f"a file of more than {MAX_TOKENS:,} words and signs"
        advice = "make several files of one package of it"
        raise CueSyntaxError((SyntaxProblem(Span(source, 0, 0), message, (), advice, "V106"),))
    builder = Builder(source, stream)
    table = _table()
    problems = stream.problems
    try:
        tree = _run(stream.tokens, builder, table, start)
    except _Rejected:
        from velac.grammar.diagnosis import diagnose

        problems += _not_on_lines_of(problems, diagnose(source, stream.tokens, table, start))
    except _TooDeep as error:
        message = f"nested more than {MAX_DEPTH} levels deep"
        advice = "take parts out into fields of their own"
        problems.append(SyntaxProblem(error.span, message, (), advice, "V106"))
    problems += builder.problems
    if problems:
        problems.sort(key=lambda problem: problem.span[1])
        raise CueSyntaxError(tuple(problems[:MAX_PROBLEMS]))
    return tree


class _Rejected(Exception):
    """The automaton cannot go on."""


class _TooDeep(Exception):
    def __init__(self, span: Span) -> None:
        self.span = span


def _run(tokens: list[Token], builder: Builder, table: Table, start: str) -> Any:
    """Drive the automaton over the tokens and return what the builder made of them."""
    rows, gotos = table.rows, table.gotos
    reductions: list[tuple[int, Callable[..., Any], str]] = [
        (rule.size, getattr(builder, rule.action, builder.nothing), rule.origin)
        for rule in table.rules
    ]
    states = [table.starts[start]]
    values: list[Any] = []
    row = rows[states[0]]
    for kind, value in tokens:
        while (action := row.get(kind, 0)) < 0:
            size, make, origin = reductions[-1 - action]
            if size:
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
            raise _Rejected
        states.append(action)
        values.append(value)
        row = rows[action]
        if len(states) > MAX_DEPTH and _depth(states, table) > MAX_DEPTH:
            raise _TooDeep(value if isinstance(value, Span) else value.span)
    return values[-2]


def _depth(states: list[int], table: Table) -> int:
    """How deep the tree will be here, counting labels, brackets and unary operators."""
    return sum(table.symbols[state] in _NESTING for state in states)


def _not_on_lines_of(
    lexical: list[SyntaxProblem], found: list[SyntaxProblem]
) -> list[SyntaxProblem]:
    """The problems found that are not on a line with an error of the lexer, which likely caused them."""
    lines = {problem.span.line for problem in lexical}
    return [problem for problem in found if problem.span.line not in lines]
