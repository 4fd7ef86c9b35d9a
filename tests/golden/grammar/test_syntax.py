"""The syntax of CUE, case by case: `syntax.txt` with trees, `errors.txt` with problems.

With --update the files are rewritten from what the parser does.
"""

from __future__ import annotations

import importlib.util
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType

import pytest

from velac.grammar import ast
from velac.grammar.dump import dump
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse, parse_expr
from velac.grammar.source import SourceFile, Span

EXPR = ast.Expr.__args__
HERE = Path(__file__).parent


def load(name: str) -> ModuleType:
    """A module that stands beside the tests (the suite is no package)."""
    spec = importlib.util.spec_from_file_location(f"grammar_{name}", HERE / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


cases = load("cases")
SYNTAX = cases.read_cases(HERE / "syntax.txt")
ERRORS = cases.read_cases(HERE / "errors.txt")


def trees(text: str) -> str:
    """The parts of a file's tree, one a line."""
    file = parse(SourceFile("case.cue", text))
    head = [f"package {file.package.name}"] if file.package else []
    return "\n".join([*head, *map(dump, file.imports), *map(dump, file.decls)])


def problems(text: str) -> str:
    """`line:column <text> message; help`, one a line."""
    try:
        parse(SourceFile("case.cue", text))
    except CueSyntaxError as error:
        lines = []
        for problem in error.problems:
            file, start, end = problem.span
            line, column = file.position(start)
            marked = file.text[start:end].partition("\n")[0]
            fix = f"; {problem.help}" if problem.help else ""
            lines.append(f"{line}:{column} <{marked}> {problem.message}{fix}")
        return "\n".join(lines).replace("\0", "␀").replace("\r", "␍")
    return "no problem"


@pytest.mark.parametrize("case", SYNTAX, ids=lambda case: case.title)
def test_tree(case, update):
    found = trees(case.text)
    assert update or found == case.expected


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case.title)
def test_problems(case, update):
    found = problems(case.text)
    assert found != "no problem"
    assert update or found == case.expected


def expressions(node):
    """All expressions of a tree that stand in the text as a whole."""
    if isinstance(node, tuple) and not isinstance(node, Span):
        for item in node:
            yield from expressions(item)
    elif is_dataclass(node):
        if isinstance(node, EXPR) and not (isinstance(node, ast.StructLit) and not node.braces):
            yield node
        for field in fields(node):
            yield from expressions(getattr(node, field.name))


@pytest.mark.parametrize("case", SYNTAX, ids=lambda case: case.title)
def test_spans(case):
    """The text of every expression's span is that expression."""
    for node in expressions(parse(SourceFile("case.cue", case.text)).decls):
        text = case.text[node.span.start : node.span.end]
        if not isinstance(node, ast.ValueAlias) and text != "'bytes'":
            assert dump(parse_expr(SourceFile("part.cue", text))) == dump(node), text


def test_update(update):
    if not update:
        pytest.skip("only with --update")
    for name, listed, answer in (("syntax", SYNTAX, trees), ("errors", ERRORS, problems)):
        fresh = [case._replace(expected=answer(case.text)) for case in listed]
        cases.write_cases(HERE / f"{name}.txt", fresh)
