"""What callers of the parser rely on, beyond which tree comes out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from velac.grammar import ast
from velac.grammar.dump import dump
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import MAX_DEPTH, MAX_PROBLEMS, parse, parse_expr
from velac.grammar.source import SourceFile, Span

TEXT = """\
// above
import s "strings"

X=a?: b: {
	c: "x\\(y + 1)z" | *[1, ...int][0] @tag(u)
	[P=string]: f(-q.r."k", (2)) & {...}
	for k, v in w let z = v if z != _|_ {"\\(k)": z}
	d: V=s.Join([for i in j {i}], ",")[1:]
	_|_
}
"""


def tree(text: str) -> ast.File:
    return parse(SourceFile("t.cue", text))


def problems(text: str) -> CueSyntaxError:
    with pytest.raises(CueSyntaxError) as caught:
        tree(text)
    return caught.value


def walk(node: Any) -> Iterator[Any]:
    """All nodes below and including `node`, parents first."""
    if isinstance(node, tuple) and not isinstance(node, Span):
        for item in node:
            yield from walk(item)
    elif is_dataclass(node):
        yield node
        for field in fields(node):
            yield from walk(getattr(node, field.name))


def test_spans_enclose_those_below() -> None:
    for node in walk(tree(TEXT)):
        for child in walk(tuple(getattr(node, f.name) for f in fields(node))):
            assert node.span.start <= child.span.start <= child.span.end <= node.span.end


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        (ast.Ellipsis, ["...int", "..."]),
        (ast.Index, ["[1, ...int][0]"]),
        (ast.Attribute, ["@tag(u)"]),
        (ast.Selector, ["q.r", 'q.r."k"', "s.Join"]),
        (ast.PatternLabel, ["[P=string]"]),
        (ast.ForClause, ["for k, v in w", "for i in j"]),
        (ast.LetClause, ["let z = v"]),
        (ast.IfClause, ["if z != _|_"]),
        (ast.Paren, ["(2)"]),
        (ast.Unary, ["*[1, ...int][0]", '-q.r."k"']),
        (ast.Slice, ['s.Join([for i in j {i}], ",")[1:]']),
        (ast.ValueAlias, ['V=s.Join([for i in j {i}], ",")[1:]']),
        (ast.Interpolation, ['"x\\(y + 1)z"', '"\\(k)"']),
        (ast.BottomLit, ["_|_", "_|_"]),
        (ast.ImportSpec, ['s "strings"']),
        (ast.Comment, ["// above"]),
        (ast.Comprehension, ['for k, v in w let z = v if z != _|_ {"\\(k)": z}', "for i in j {i}"]),
    ],
)
def test_span_texts(kind: type[Any], texts: list[str]) -> None:
    found: list[Span] = [n.span for n in walk(tree(TEXT)) if type(n) is kind]
    assert sorted(TEXT[s.start : s.end] for s in found) == sorted(texts)


def test_a_field_spans_alias_to_attributes() -> None:
    outer = tree(TEXT).decls[0]
    assert TEXT[outer.span.start : outer.span.end].startswith("X=a?: b: {")
    inner = next(n for n in walk(outer) if isinstance(n, ast.Field) and dump(n.label) == "c")
    assert TEXT[inner.span.start : inner.span.end].endswith("@tag(u)")


def test_operator_spans() -> None:
    text = "a: b  &&\n\tc"
    (node,) = (n for n in walk(tree(text)) if isinstance(n, ast.Binary))
    assert text[node.op_span.start : node.op_span.end] == "&&"


def test_expressions_alone() -> None:
    assert dump(parse_expr(SourceFile("e", "a.b + 1\n"))) == "(+ (. a b) 1)"
    assert dump(parse_expr(SourceFile("e", "{a: 1}"))) == "(struct (field a 1))"
    assert dump(parse_expr(SourceFile("e", "if"))) == "if"


@pytest.mark.parametrize("text", ["", "a: 1", "a b", "a,", "a\nb", "let x = 1", "(a"])
def test_not_one_expression(text: str) -> None:
    with pytest.raises(CueSyntaxError):
        parse_expr(SourceFile("e", text))


def test_byte_order_mark_and_no_final_newline() -> None:
    assert dump(tree("\ufeffa: 1")) == dump(tree("a: 1\n"))


def test_expected_words() -> None:
    (problem,) = problems("a: [1 2]").problems
    assert problem.expected == ("`,`", "`]`", "a newline", "an operator")
    (problem,) = problems("a: *").problems
    assert problem.expected == ("a value",)


def test_one_problem_a_line_and_not_too_many() -> None:
    assert len(problems("a b c d e: %\n").problems) == 1
    assert len(problems("a: 1 2\n" * 100).problems) <= MAX_PROBLEMS
    assert len(problems("a: 1;\n" * 100).problems) == MAX_PROBLEMS


@pytest.mark.parametrize(
    ("opening", "closing", "levels"),
    [
        ("a: {", "}", MAX_DEPTH // 2),
        ("a: ", "1", MAX_DEPTH),
        ("[", "]", MAX_DEPTH),
        ("(", ")", MAX_DEPTH),
        ("!", "", MAX_DEPTH),
        ('"\\(', ')"', MAX_DEPTH),
        ("f(", ")", MAX_DEPTH),
    ],
)
def test_nesting_is_bounded(opening: str, closing: str, levels: int) -> None:
    def nested(depth: int) -> str:
        middle = "" if closing == "1" or "{" in opening else "x"
        ends = closing if closing == "1" else closing * depth
        return opening * depth + middle + ends

    assert tree(nested(levels - 1))
    for depth in (levels + 1, 10_000):
        (problem,) = problems(nested(depth)).problems
        assert "levels deep" in problem.message


@pytest.mark.parametrize(
    "text", ["a: b" + ".c" * 1000, "a: b" + "[0]" * 1000, "a: b" + "()" * 1000]
)
def test_chains_of_steps_are_bounded(text: str) -> None:
    (problem,) = problems(text).problems
    assert "in a row" in problem.message


def test_long_chains_of_operators() -> None:
    assert tree("a: " + " | ".join(f'"{i}"' for i in range(5000)))
    assert "operators" in problems("a: 1" + "+1" * 10_001).problems[0].message


def test_hostile_texts_end_soon() -> None:
    for text in (
        '"' * 5000,
        "{" * 5000,
        '"\\(' * 5000,
        "@a(" * 5000,
        "'''" * 5000,
        "#" * 5000 + '"',
    ):
        assert problems(text).problems


def test_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: dump(tree(TEXT)), range(32)))
    assert len(found) == 1
