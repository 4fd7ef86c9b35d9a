"""Data files beside CUE: JSON, YAML, TOML and text as syntax trees, with the places of the file in every node."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue.errors import CueError, Problem
from velac.grammar import ast
from velac.grammar.problem import TextProblem
from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_node import YMap, YNode, YScalar, YSeq

_STEP: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^.]+')


def read_documents(source: SourceFile, format: str) -> list[ast.Expr]:
    """The documents of a data file. Raises CueError with all problems."""
    if format == "json":
        return list(_json(source))
    if format == "jsonl":
        return list(_json_lines(source))
    if format == "yaml":
        return _yaml(source)
    if format == "toml":
        return [_toml(source)]
    return [ast.StringLit(Span(source, 0, len(source.text)), source.text)]


def _json(source: SourceFile) -> Iterator[ast.Expr]:
    from velac.grammar.json import read_json

    file = read_json(source)
    _refuse(file.problems)
    yield _tree(file.node)


def _json_lines(source: SourceFile) -> Iterator[ast.Expr]:
    from velac.grammar.json import read_json

    for number, line in enumerate(source.text.splitlines()):
        if line.strip():
            # Leading line breaks keep the places true.
            file = read_json(SourceFile(source.name, "\n" * number + line))
            _refuse(file.problems)
            yield _tree(file.node)


_BOOLS: Final = ("true", "false")


def _yaml(source: SourceFile) -> list[ast.Expr]:
    from velac.grammar.yaml import read_yaml

    file = read_yaml(source)
    _refuse(file.problems)
    return [_tree(document) for document in file.documents]


def _toml(source: SourceFile) -> ast.Expr:
    import tomllib

    try:
        data = tomllib.loads(source.text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        at = getattr(error, "pos", 0)
        span = Span(source, at, at)
        raise CueError([Problem(f"not TOML: {error}", "", (span,), False, "V101")]) from None
    return _plain(data, Span(source, 0, 0))


def _plain(data: Any, span: Span) -> ast.Expr:
    if isinstance(data, dict):
        fields = tuple(
            ast.Field(span, ast.StringLit(span, key), "", _plain(value, span), None, (), ())
            for key, value in data.items()
        )
        return ast.StructLit(span, fields, True)
    if isinstance(data, list):
        return ast.ListLit(span, tuple(_plain(value, span) for value in data))
    if isinstance(data, (bool, int, Decimal, str)) or data is None:
        return _scalar(data, span)
    return ast.StringLit(span, data.isoformat())


def _refuse(problems: tuple[TextProblem, ...]) -> None:
    if problems:
        raise CueError(
            [
                Problem(p.message, "", tuple(s for s, _ in p.labels), False, p.code, p.help)
                for p in problems
            ]
        )


def _tree(node: YNode) -> ast.Expr:
    if isinstance(node, YMap):
        fields = tuple(
            ast.Field(
                key.span.to(value.span) if value.start >= key.start else key.span,
                ast.StringLit(key.span, _key(key, name)),
                "",
                _tree(value),
                None,
                (),
                (),
            )
            for name, (key, value) in node.entries.items()
        )
        return ast.StructLit(node.span, fields, True)
    if isinstance(node, YSeq):
        return ast.ListLit(node.span, tuple(map(_tree, node.items)))
    assert isinstance(node, YScalar)
    if isinstance(node.value, bool) and not node.style and node.text.lower() not in _BOOLS:
        return ast.StringLit(node.span, node.text)  # unlike KubeVela's reader: `yes` is a text
    return _number(node) or _scalar(node.value, node.span)


def _key(key: YScalar, name: str) -> str:
    """The name of a key: as it is written, unless it is a truth value."""
    return name if key.style or key.text.lower() in _BOOLS else key.text


def _number(node: YScalar) -> ast.Expr | None:
    """A number as it is written: unlike KubeVela's reader, CUE tells 1.0 from 1."""
    if node.style or isinstance(node.value, (bool, str)) or node.value is None:
        return None
    text = node.text.replace("_", "")
    if "." in text or ("e" in text.lower() and "x" not in text.lower()):
        try:
            return ast.FloatLit(node.span, Decimal(text))
        except ArithmeticError:
            return None
    return None


def _scalar(value: Any, span: Span) -> ast.Expr:
    if value is None:
        return ast.NullLit(span)
    if isinstance(value, bool):
        return ast.BoolLit(span, value)
    if isinstance(value, int):
        return ast.IntLit(span, value)
    if isinstance(value, Decimal):
        return ast.FloatLit(span, value)
    if isinstance(value, bytes):
        return ast.BytesLit(span, value)
    return ast.StringLit(span, value if isinstance(value, str) else json.dumps(value))


def locate(document: ast.Expr, path: str) -> Span:
    """The place in a document of the value at a path of the engine, or of the innermost one around it."""
    node = document
    for step in _STEP.findall(path):
        label = json.loads(step) if step[0] == '"' else step
        found = None
        if isinstance(node, ast.StructLit):
            for decl in node.decls:
                if isinstance(decl, ast.Field) and isinstance(decl.label, ast.StringLit):
                    found = decl.value if decl.label.value == label else found
        elif isinstance(node, ast.ListLit) and label.isdigit() and int(label) < len(node.elements):
            element = node.elements[int(label)]
            found = None if isinstance(element, ast.Comprehension | ast.Ellipsis) else element
        if found is None:
            break
        node = found
    return node.span


def as_file(document: ast.Expr) -> ast.File:
    """A document as a file of its own."""
    decls = (
        document.decls
        if isinstance(document, ast.StructLit)
        else (ast.Embedding(document.span, document),)
    )
    return ast.File(document.span, None, (), decls, ())
