"""From the parser's reductions to expressions; see build.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar

from velac.grammar import ast
from velac.grammar.errors import SyntaxProblem
from velac.grammar.lexing import make_span
from velac.grammar.literals import LiteralError, decode_parts, read_quote
from velac.grammar.source import SourceFile, Span

PRECEDENCE: Final = {
    "|": 1, "&": 2, "||": 3, "&&": 4,
    "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5, "=~": 5, "!~": 5,
    "+": 6, "-": 6,
    "*": 7, "/": 7, "div": 7, "mod": 7, "quo": 7, "rem": 7,
}  # fmt: skip
MAX_OPERATORS: Final = 10_000
MAX_STEPS: Final = 64

T = TypeVar("T")


class ExpressionBuilder:
    """Makes sequences and expressions, and collects the problems met on the way."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.text = source.text
        self.problems: list[SyntaxProblem] = []
        # The length of `a.b[c](d)…` by the identity of its latest node.
        self.steps: dict[int, int] = {}

    def problem(self, span: Span, message: str, help: str = "") -> None:
        self.problems.append(SyntaxProblem(span, message, (), help))

    def between(self, start: int, end: int) -> Span:
        return make_span(Span, (self.source, start, end))

    # -------------------------------------------------------------------------------------------- sequences

    def nothing(self) -> list[Any]:
        return []

    def first(self, item: T) -> list[T]:
        return [item]

    def append(self, items: list[T], _: Span, item: T) -> list[T]:
        items.append(item)
        return items

    def append_directly(self, items: list[T], item: T) -> list[T]:
        items.append(item)
        return items

    def append_item(self, items: list[T], item: T, _: Span) -> list[T]:
        items.append(item)
        return items

    # ------------------------------------------------------------------------------------------ expressions

    def expression_line(self, expr: ast.Expr, _: Span) -> ast.Expr:
        return expr

    def operand(self, op: Span, expr: ast.Expr) -> list[Any]:
        return [op, expr]

    def more_operands(self, operands: list[Any], op: Span, expr: ast.Expr) -> list[Any]:
        operands += op, expr
        return operands

    def binary(self, first: ast.Expr, rest: list[Any]) -> ast.Expr:
        """Fold operands and operators by precedence; all operators group to the left."""
        if len(rest) == 2:
            return self.operation(first, rest[0], rest[1])
        if len(rest) > 2 * MAX_OPERATORS:
            self.problem(first.span, f"an expression of more than {MAX_OPERATORS} operators")
        text = self.text
        operands: list[ast.Expr] = [first]
        operators: list[tuple[int, Span]] = []
        for i in range(0, len(rest), 2):
            op: Span = rest[i]
            strength = PRECEDENCE[text[op[1] : op[2]]]
            while operators and operators[-1][0] >= strength:
                self.fold(operands, operators)
            operators.append((strength, op))
            operands.append(rest[i + 1])
        while operators:
            self.fold(operands, operators)
        return operands[0]

    def fold(self, operands: list[ast.Expr], operators: list[tuple[int, Span]]) -> None:
        right = operands.pop()
        operands[-1] = self.operation(operands[-1], operators.pop()[1], right)

    def operation(self, left: ast.Expr, op: Span, right: ast.Expr) -> ast.Binary:
        span = make_span(Span, (self.source, left.span[1], right.span[2]))
        return ast.Binary(span, self.text[op[1] : op[2]], left, right, op)

    def prefix(self, op: Span, expr: ast.Expr) -> ast.Unary:
        return ast.Unary(self.between(op[1], expr.span[2]), self.text[op[1] : op[2]], expr)

    def paren(self, opening: Span, expr: ast.Expr, closing: Span) -> ast.Paren:
        return ast.Paren(self.between(opening[1], closing[2]), expr)

    def step(self, expr: ast.Expr, made: T) -> T:
        """Count `made`, which applies to `expr`, so that chains stay of a length that can be walked."""
        steps = self.steps.pop(id(expr), 0) + 1
        if steps == MAX_STEPS:
            self.problem(expr.span, f"more than {MAX_STEPS} selectors, indices and calls in a row")
        self.steps[id(made)] = steps
        return made

    def selector(self, expr: ast.Expr, _: Span, label: ast.Ident) -> ast.Selector:
        span = make_span(Span, (self.source, expr.span[1], label.span[2]))
        return self.step(expr, ast.Selector(span, expr, label))

    def string_selector(self, expr: ast.Expr, _: Span, label: ast.StringLit) -> ast.Selector:
        text = self.text[label.span[1] : label.span[1] + 2]
        if text[0] != '"' or text == '""':
            self.problem(label.span, "only a plain string can select a field", "write x[…]")
        return self.step(expr, ast.Selector(self.between(expr.span[1], label.span[2]), expr, label))

    def index(self, expr: ast.Expr, _: Span, index: ast.Expr, closing: Span) -> ast.Index:
        return self.step(expr, ast.Index(self.between(expr.span[1], closing[2]), expr, index))

    def slice_all(self, expr: ast.Expr, _: Span, __: Span, closing: Span) -> ast.Slice:
        return self.step(expr, ast.Slice(self.between(expr.span[1], closing[2]), expr, None, None))

    def slice_from(
        self, expr: ast.Expr, _: Span, low: ast.Expr, __: Span, closing: Span
    ) -> ast.Slice:
        return self.step(expr, ast.Slice(self.between(expr.span[1], closing[2]), expr, low, None))

    def slice_to(
        self, expr: ast.Expr, _: Span, __: Span, high: ast.Expr, closing: Span
    ) -> ast.Slice:
        return self.step(expr, ast.Slice(self.between(expr.span[1], closing[2]), expr, None, high))

    def slice(
        self, expr: ast.Expr, _: Span, low: ast.Expr, __: Span, high: ast.Expr, closing: Span
    ) -> ast.Slice:
        return self.step(expr, ast.Slice(self.between(expr.span[1], closing[2]), expr, low, high))

    def call_empty(self, func: ast.Expr, _: Span, closing: Span) -> ast.Call:
        return self.step(func, ast.Call(self.between(func.span[1], closing[2]), func, ()))

    def call(self, func: ast.Expr, _: Span, args: list[ast.Expr], *ends: Span) -> ast.Call:
        return self.step(func, ast.Call(self.between(func.span[1], ends[-1][2]), func, tuple(args)))

    def pair(self, text: Span, expr: ast.Expr) -> tuple[list[Span], list[ast.Expr]]:
        return [text], [expr]

    def append_pair(
        self, parts: tuple[list[Span], list[ast.Expr]], text: Span, expr: ast.Expr
    ) -> tuple[list[Span], list[ast.Expr]]:
        parts[0].append(text)
        parts[1].append(expr)
        return parts

    def interpolation(
        self, parts: tuple[list[Span], list[ast.Expr]], last: Span
    ) -> ast.Interpolation:
        spans = [*parts[0], last]
        quote = read_quote(self.text, spans[0][1])
        try:
            texts: Any = decode_parts(quote, [self.text[span[1] : span[2]] for span in spans])
        except LiteralError as error:
            start = spans[error.part][1]
            self.problem(
                self.between(start + error.start, start + error.end), error.message, error.fix
            )
            texts = [b"" if quote.is_bytes else ""] * len(spans)
        span = self.between(spans[0][1], last[2])
        return ast.Interpolation(span, tuple(texts), tuple(parts[1]), quote.is_bytes)

    def struct(self, opening: Span, decls: list[ast.Decl], *ends: Span) -> ast.StructLit:
        return ast.StructLit(self.between(opening[1], ends[-1][2]), tuple(decls), True)

    def struct_empty(self, opening: Span, closing: Span) -> ast.StructLit:
        return ast.StructLit(self.between(opening[1], closing[2]), (), True)

    def list(self, opening: Span, items: Sequence[ast.Element], closing: Span) -> ast.ListLit:
        return ast.ListLit(self.between(opening[1], closing[2]), tuple(items))

    def list_last(
        self, opening: Span, items: Sequence[ast.Element], item: ast.Element, *ends: Span
    ) -> ast.ListLit:
        return ast.ListLit(self.between(opening[1], ends[-1][2]), (*items, item))

    def open_list(self, dots: Span) -> ast.Ellipsis:
        return ast.Ellipsis(dots, None)

    def open_list_of(self, dots: Span, expr: ast.Expr) -> ast.Ellipsis:
        return ast.Ellipsis(self.between(dots[1], expr.span[2]), expr)
