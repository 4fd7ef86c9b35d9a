"""Drawn trees and mangled texts: formatting and parsing undo each other, and nothing else ever happens."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

pytest.importorskip("hypothesis", reason="hypothesis is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st

from velac.grammar import ast
from velac.grammar.dump import dump
from velac.grammar.errors import CueSyntaxError, SyntaxProblem
from velac.grammar.format import format, format_expr
from velac.grammar.parser import parse, parse_expr
from velac.grammar.source import NO_SPAN, SourceFile

NAMES = ("a", "b2", "$c", "_d", "#E", "_#f", "if", "for", "in", "mod", "string", "_", "ä", "import")
OPERATORS = ("|", "&", "||", "&&", "==", "!=", "<", "<=", ">", ">=", "=~", "!~", "+", "-", "*", "/")
WORDS = ("div", "mod", "quo", "rem")

names = st.sampled_from(NAMES).map(lambda name: ast.Ident(NO_SPAN, name))
plain_names = st.sampled_from(["x", "y", "_z"]).map(lambda name: ast.Ident(NO_SPAN, name))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
strings = texts.map(lambda text: ast.StringLit(NO_SPAN, text))
numbers = st.one_of(
    st.integers(0, 10**40).map(lambda n: ast.IntLit(NO_SPAN, n)),
    st.decimals(0, 10**9, allow_nan=False, allow_infinity=False).map(
        lambda d: ast.FloatLit(NO_SPAN, abs(d))
    ),
    st.just(ast.FloatLit(NO_SPAN, Decimal("1E+400"))),
)
leaves = st.one_of(
    names,
    strings,
    numbers,
    st.binary(max_size=6).map(lambda raw: ast.BytesLit(NO_SPAN, raw)),
    st.booleans().map(lambda truth: ast.BoolLit(NO_SPAN, truth)),
    st.just(ast.NullLit(NO_SPAN)),
    st.just(ast.BottomLit(NO_SPAN)),
)


def primary(node: ast.Expr) -> ast.Expr:
    """An expression as the author would write it where only a primary one can stand."""
    loose = isinstance(node, ast.Binary | ast.Unary)
    return ast.Paren(NO_SPAN, node) if loose else node


def unary(op: str, node: ast.Expr) -> ast.Unary:
    return ast.Unary(NO_SPAN, op, node if isinstance(node, ast.Unary) else primary(node))


def binary(op: str, left: ast.Expr, right: ast.Expr) -> ast.Binary:
    return ast.Binary(NO_SPAN, op, primary(left), primary(right), NO_SPAN)


def grow(exprs: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(exprs, max_size=3)
    labels = st.one_of(
        names,
        strings,
        exprs.map(lambda e: ast.DynamicLabel(NO_SPAN, e)),
        st.builds(
            ast.PatternLabel, st.just(NO_SPAN), st.none() | plain_names, exprs.map(_embeddable)
        ),
    )
    fields = st.builds(
        ast.Field,
        st.just(NO_SPAN),
        labels,
        st.sampled_from(["", "?", "!"]),
        exprs,
        st.none() | plain_names,
        st.just(()) | st.just((ast.Attribute(NO_SPAN, "at", "x(y)"),)),
        st.just(()),
    )
    clauses = st.one_of(
        st.builds(ast.IfClause, st.just(NO_SPAN), exprs),
        st.builds(ast.ForClause, st.just(NO_SPAN), st.none() | plain_names, plain_names, exprs),
    )
    structs = st.lists(fields, max_size=3).map(
        lambda decls: ast.StructLit(NO_SPAN, tuple(decls), True)
    )
    comprehensions = st.builds(
        ast.Comprehension,
        st.just(NO_SPAN),
        st.lists(clauses, min_size=1, max_size=2).map(tuple),
        structs,
    )
    decls = st.one_of(
        fields,
        comprehensions,
        st.builds(ast.LetClause, st.just(NO_SPAN), plain_names, exprs),
        st.builds(ast.Embedding, st.just(NO_SPAN), exprs.map(_embeddable)),
        st.just(ast.Ellipsis(NO_SPAN, None)),
        st.just(ast.Attribute(NO_SPAN, "decl", "")),
    )
    return st.one_of(
        st.lists(decls, max_size=4).map(lambda d: ast.StructLit(NO_SPAN, tuple(d), True)),
        st.lists(exprs.map(_embeddable) | comprehensions, max_size=3).map(
            lambda items: ast.ListLit(NO_SPAN, tuple(items))
        ),
        st.builds(
            lambda e, n: ast.Selector(NO_SPAN, primary(e), n), exprs.filter(_selectable), names
        ),
        st.builds(lambda e, i: ast.Index(NO_SPAN, primary(e), i), exprs, exprs),
        st.builds(
            lambda e, i, j: ast.Slice(NO_SPAN, primary(e), i, j),
            exprs,
            st.none() | exprs,
            st.none() | exprs,
        ),
        st.builds(lambda e, args: ast.Call(NO_SPAN, primary(e), tuple(args)), exprs, lists),
        st.builds(
            unary,
            st.sampled_from(["+", "-", "!", "*", "<", "<=", ">", ">=", "!=", "=~", "!~"]),
            exprs,
        ),
        st.builds(binary, st.sampled_from(OPERATORS + WORDS), exprs, exprs),
        exprs.map(lambda e: ast.Paren(NO_SPAN, e)),
        st.builds(
            lambda parts, es: ast.Interpolation(
                NO_SPAN, tuple(parts[: len(es) + 1]), tuple(es), False
            ),
            st.lists(texts, min_size=4, max_size=4),
            st.lists(exprs, min_size=1, max_size=3),
        ),
    )


def _embeddable(node: ast.Expr) -> ast.Expr:
    """A keyword cannot begin a declaration or a list element."""
    return ast.Paren(NO_SPAN, node)


def _selectable(node: ast.Expr) -> bool:
    return not isinstance(node, ast.IntLit | ast.FloatLit)


exprs = st.recursive(leaves, grow, max_leaves=12)


@settings(max_examples=400, deadline=None)
@given(exprs)
def test_an_expression_comes_back_from_its_line(node: ast.Expr) -> None:
    line = format_expr(node)
    assert "\n" not in line
    assert dump(parse_expr(SourceFile("e.cue", line))) == dump(node)


def same_points(dumped: str) -> str:
    """A dump in which `1.` and `1.0` are one number: `cue fmt` writes one for the other."""
    return re.sub(r"(\d)\.0(?=f|E)", r"\1", dumped)


@settings(max_examples=80, deadline=None)
@given(st.lists(exprs, max_size=3))
def test_a_file_comes_back_from_its_text(nodes: list[ast.Expr]) -> None:
    decls = tuple(
        ast.Field(NO_SPAN, ast.Ident(NO_SPAN, f"f{number}"), "", node, None, (), ())
        for number, node in enumerate(nodes)
    )
    text = format(ast.File(NO_SPAN, None, (), decls, ()))
    again = parse(SourceFile("f.cue", text))
    assert [dump(decl) for decl in again.decls] == [dump(decl) for decl in decls]
    settled = format(again)
    assert same_points(dump(parse(SourceFile("g.cue", settled)))) == same_points(dump(again))
    assert format(parse(SourceFile("g.cue", settled))) == settled


PIECES = (
    "a", "b: ", "#C", ": ", ":", "?", "!", "{", "}", "[", "]", "(", ")", ", ", "\n", "\n\n", " ", "\t", "...", ".",
    "= ", "X=", "if ", "for ", "x in ", "let ", "1", "1.5", ".5", "2K", '"s"', '"', "'b'", "'", '"\\(', ")\"", "\\",
    '"""\n', '\n"""', "#\"", "\"#", "// c\n", " // d", "@e(f)", "@", "+", "- ", "*", "| ", "& ", "&&", "==", "=~",
    "_|_", "_", "null", "true", "mod ", "package p\n", 'import "i"\n', "\r\n", "%", ";", "é", "\0",
)  # fmt: skip


def parse_or_check(text: str) -> ast.File | None:
    """The tree of a text, or nothing if it is explained what is wrong with it."""
    problems: tuple[SyntaxProblem, ...] = ()
    try:
        return parse(SourceFile("t.cue", text))
    except CueSyntaxError as error:
        problems = error.problems
    assert problems
    for problem in problems:
        assert problem.message
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    return None


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_parsed_or_explained(text: str) -> None:
    file = parse_or_check(text)
    if file is None:
        return
    formatted = format(file)
    again = parse(SourceFile("u.cue", formatted))
    assert dump(again) == dump(file)
    assert [c.text for c in again.comments] == [c.text for c in file.comments]
    assert format(again) == formatted
