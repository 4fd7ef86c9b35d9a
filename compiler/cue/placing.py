"""Where data goes: documents at a path that is computed from them (`--path`), and the documents of a file as a list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from velac.compiler.cue import ops
from velac.compiler.cue.documents import as_file
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.parts import Run
from velac.compiler.cue.paths import parse_expression, syntax_error
from velac.compiler.cue.program import Program, budgeted, deep_recursion, problem_of
from velac.compiler.cue.values import Bottom, literal
from velac.grammar import ast
from velac.grammar.source import SourceFile

_NAME = "--path"


def placed(
    documents: Sequence[ast.Expr], labels: Sequence[str], *, listed: bool = False
) -> list[ast.Expr]:
    """Documents below the labels, each file's together as a list if `listed`. Raises CueError.

    A label is an expression over the document, a name as it stands if that is no text; or all labels are one path
    (`a: b:`).
    """
    if listed:
        documents = [
            ast.ListLit(group[0].span.to(group[-1].span), tuple(group))
            for _, found in groupby(documents, key=lambda document: document.span.file.name)
            if (group := list(found))
        ]
    if not labels:
        return list(documents)
    fixed = _path(labels[0]) if len(labels) == 1 and labels[0].rstrip().endswith(":") else None
    expressions = [] if fixed is not None else [parse_expression(text, _NAME) for text in labels]
    return [
        _below(document, fixed or [_label(document, syntax) for syntax in expressions])
        for document in documents
    ]


def _below(document: ast.Expr, labels: Sequence[str]) -> ast.Expr:
    for label in reversed(labels):
        span = document.span
        name = ast.StringLit(span, label)
        declared = ast.Field(span, name, "", document, None, (), ())
        document = ast.StructLit(span, (declared,), False)
    return document


def _label(document: ast.Expr, syntax: ast.Expr) -> str:
    """What a label comes to in the scope of a document."""
    with deep_recursion(), budgeted():
        program = Program.compile([as_file(document)])
        value = ops.concrete(program.expression(program.root(Run()), syntax).result())
    if type(value) is str:
        return value
    if type(value) is Bottom:
        raise CueError([problem_of(value, "")])
    if isinstance(syntax, ast.Ident):
        return syntax.name
    message = f"label {literal(value)} is no string"
    raise CueError([Problem(message, "", (syntax.span, document.span), code="V209")])


def _path(text: str) -> list[str]:
    """The labels of `a: "b":`."""
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse

    try:
        file = parse(SourceFile(_NAME, f"{text} _"))
    except CueSyntaxError as error:
        raise syntax_error(error) from None
    out: list[str] = []
    decls: tuple[ast.Decl, ...] = file.decls
    while len(decls) == 1 and isinstance(decls[0], ast.Field):
        label, value = decls[0].label, decls[0].value
        if not isinstance(label, (ast.Ident, ast.StringLit)):
            break
        out.append(label.name if isinstance(label, ast.Ident) else label.value)
        if not isinstance(value, ast.StructLit):
            return out
        decls = value.decls
    message = "not a path of fixed labels"
    raise CueError([Problem(message, "", (file.span,), code="V209")])
