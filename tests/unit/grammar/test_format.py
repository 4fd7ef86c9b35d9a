"""Formatting of expressions on one line, of trees without a text, and of some declarations."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

import pytest

from velac.grammar import ast
from velac.grammar.dump import dump
from velac.grammar.format import format, format_decls, format_expr
from velac.grammar.parser import parse, parse_expr
from velac.grammar.source import NO_SPAN, SourceFile, Span


def expr(text: str) -> ast.Expr:
    return parse_expr(SourceFile("e.cue", text))


def bare(node: Any) -> Any:
    """A copy of a tree that no text stands behind."""
    if isinstance(node, Span):
        return NO_SPAN
    if isinstance(node, tuple):
        return tuple(bare(item) for item in node)
    if is_dataclass(node) and not isinstance(node, type):
        return type(node)(*(bare(getattr(node, field.name)) for field in fields(node)))
    return node


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a.b", "a.b"),
        ("a . b", "a.b"),
        ("{a: 1\nb?: 2, if c {d}\n...}", "{a: 1, b?: 2, if c {d}, ...}"),
        ("[\n1,\n2,\n]", "[1, 2]"),
        ("{a: b: c: 1}", "{a: b: c: 1}"),
        ('"""\n\ta\n\tb\n\t"""', r'"a\nb"'),
        (r'#"a"\#(b)"#', r'"a\"\(b)"'),
        (r"'\xff\'é'", r"'\xff\'\xc3\xa9'"),
        ('"\\u0007\\u0001\ttab"', r'"\a\u0001\ttab"'),
        ("1.50", "1.50"),
        ("1.", "1."),
        ("1E3", "1e+3"),
        ("0x10", "16"),
        ("f(1,\n2)", "f(1, 2)"),
        ("a[1:]", "a[1:]"),
        ("a[b+1:c]", "a[b+1 : c]"),
        ("*1|int&>0", "*1 | int & >0"),
        ("1+2*3", "1 + 2*3"),
        ("f(1 + 2, 3)", "f(1+2, 3)"),
        ("a == b + c", "a == b+c"),
        ("a div b", "a div b"),
        ("- -1", "- -1"),
        ("< -1", "< -1"),
        ("!a && (b || c)", "!a && (b || c)"),
        ("X.\n\ty", "X.y"),
        ("[for k, v in x let y = v if y {y}, ...T]", "[for k, v in x let y = v if y {y}, ...T]"),
        (
            "{X=a: Y={b: 1}, [P=string]: 1, (c): 2, @d(e)}",
            "{X=a: Y={b: 1}, [P=string]: 1, (c): 2, @d(e)}",
        ),
        ("_|_", "_|_"),
        ("{let x = 1, null: x}", "{let x = 1, null: x}"),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert format_expr(expr(text)) == line
    assert dump(expr(line)) == dump(expr(text))


def test_parentheses_are_added_where_a_program_left_them_out() -> None:
    one, two, three = (ast.IntLit(NO_SPAN, number) for number in (1, 2, 3))
    total = ast.Binary(NO_SPAN, "+", one, two, NO_SPAN)
    assert format_expr(ast.Binary(NO_SPAN, "*", total, three, NO_SPAN)) == "(1 + 2) * 3"
    assert format_expr(ast.Binary(NO_SPAN, "-", three, total, NO_SPAN)) == "3 - (1 + 2)"
    assert format_expr(ast.Unary(NO_SPAN, "!", total)) == "!(1 + 2)"
    assert format_expr(ast.Selector(NO_SPAN, total, ast.Ident(NO_SPAN, "a"))) == "(1 + 2).a"


def test_floats_without_a_point_stay_floats() -> None:
    assert format_expr(ast.FloatLit(NO_SPAN, Decimal("1"))) == "1."
    assert format_expr(ast.FloatLit(NO_SPAN, Decimal("1E+3"))) == "1e+3"


def test_long_chains_do_not_recurse() -> None:
    text = " + ".join(["a"] * 5000)
    assert format_expr(expr(text)) == text


TEXT = """\
package p

import "strings"

#A: {
	b: "x\\(c)y"
	d: e: [1, {f: 2}]
	if g {h: strings.Join(["a"], ",")}
	...
}
let i = {j: 1.5, "k-l"?: '\\x00'}
m: i
"""


def test_a_tree_without_a_text() -> None:
    file = parse(SourceFile("f.cue", TEXT))
    text = format(bare(file))
    assert dump(parse(SourceFile("g.cue", text))) == dump(file)
    assert text == TEXT.replace("[1, {f: 2}]", "[1, {\n\t\tf: 2\n\t}]").replace(
        'if g {h: strings.Join(["a"], ",")}', 'if g {\n\t\th: strings.Join(["a"], ",")\n\t}'
    ).replace("{j: 1.5, \"k-l\"?: '\\x00'}", "{\n\tj:      1.5\n\t\"k-l\"?: '\\x00'\n}")


def test_nodes_from_another_text() -> None:
    ours = parse(SourceFile("f.cue", "a: 1\n\nb: 2\n"))
    theirs = parse(SourceFile("g.cue", "\n\n\n\n\n\nc: {\n\td: 3\n}\n"))
    both = ast.File(ours.span, None, (), (ours.decls[0], theirs.decls[0], ours.decls[1]), ())
    assert format(both) == "a: 1\nc: {\n\td: 3\n}\n\nb: 2\n"


def test_the_body_of_a_struct() -> None:
    text = "template: {\n\t// one\n\ta: 1 // two\n\n\n\tbb: 2\n\t// three\n}\n"
    file = parse(SourceFile("f.cue", text))
    template = file.decls[0]
    assert isinstance(template, ast.Field)
    assert isinstance(template.value, ast.StructLit)
    body = format_decls(template.value.decls, file.comments)
    assert body == "// one\na: 1 // two\n\nbb: 2\n// three\n"
    assert format_decls(()) == ""
