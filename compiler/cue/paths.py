"""Expressions that users type, and paths of fields among them: `a.b`, `a["b.c"]`, `list[0]`."""

from __future__ import annotations

from typing import Any

from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.faults import deep_error
from velac.compiler.cue.names import label_of
from velac.compiler.cue.node import Node
from velac.compiler.cue.program import problem_of
from velac.compiler.cue.values import FATAL, Bottom
from velac.grammar import ast
from velac.grammar.source import NO_SPAN, SourceFile


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


def syntax_error(error: Any) -> CueError:
    """A syntax error as the engine's error."""
    return CueError(
        [Problem(p.message, "", (p.span,), False, p.code, p.help) for p in error.problems]
    )


def parse_expression(text: str, name: str = "expression") -> ast.Expr:
    """The syntax tree of an expression. Raises CueError."""
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse_expr

    try:
        return parse_expr(SourceFile(name, text))
    except CueSyntaxError as error:
        raise syntax_error(error) from None


def check_operands(root: Node, syntax: ast.Expr) -> None:
    """Raise CueError for `a.b` when `a` holds a fatal error anywhere, and for `f(a)` and a loop over `a` as well."""
    match syntax:
        case ast.Call(args=args):
            for arg in args:
                check_operands(root, ast.Selector(arg.span, arg, ast.Ident(arg.span, "")))
        case ast.ListLit(elements=elements):
            for element in elements:
                for clause in element.clauses if isinstance(element, ast.Comprehension) else ():
                    if isinstance(clause, ast.ForClause):
                        source = clause.source
                        whole = ast.Selector(source.span, source, ast.Ident(source.span, ""))
                        check_operands(root, whole)
        case ast.Binary(op=op, left=left, right=right) if op not in ("|", "&"):
            check_operands(root, left)
            check_operands(root, right)
    try:
        labels = steps(syntax)
    except CueError:
        return
    node: Any = root
    for label in labels[:-1]:
        if not isinstance(label, str):
            return
        node = node.lookup(label, NO_SPAN)
        if type(node) is Bottom:
            return
    if len(labels) < 2:
        return
    problem = deep_error(node)
    if problem is not None and problem.code >= FATAL:
        raise CueError([problem_of(problem, node.path())])
