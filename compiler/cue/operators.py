"""Operators as expressions: tests for presence, arithmetic and comparison, bounds, interpolation."""

from __future__ import annotations

from typing import Any, final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.expr import Expr
from velac.compiler.cue.faults import finish, known_problem
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import EXPANDING, REQUIRED, Env
from velac.compiler.cue.values import (
    CYCLE,
    FATAL,
    INCOMPLETE,
    TOP,
    Bottom,
    Constraint,
    default_of,
    is_concrete,
    literal,
)
from velac.grammar.source import Span


@final
class BottomTest(Expr):
    """`x == _|_` (or `!=`): whether a value is an error, or a type or bound of scalars."""

    __slots__ = ("expr", "negated")

    def __init__(self, span: Span, expr: Expr, negated: bool) -> None:
        self.span = span
        self.expr = expr
        self.negated = negated

    def ev(self, env: Env) -> Any:
        run = env.node.run
        run.missed = None
        found = self.expr.node(env)
        if type(found) is Node:
            if found.state == EXPANDING and (
                found.maybe_list or any(c.expr is self for c in found.conjuncts)
            ):
                return self.negated
            if env.node.is_within(found):
                return self._circular(found)
            value = found.result()
        else:
            value = found
        if type(value) is Bottom:
            missed = run.missed
            if value.code == CYCLE and not (self.negated and missed and missed[0].frozen):
                return value
            if missed is not None and type(found) is Bottom:
                run.tests.append((*missed, self.span))
            return not self.negated
        value = default_of(value)
        if type(value) is Node:
            bad = (known_problem(value) or finish(value)) is not None
        else:
            # As cue: `_` and a disjunction without a default count as values here.
            bad = type(value) is Constraint and not value.kind & (kinds.STRUCT | kinds.LIST)
        open_value = type(value) is Node or value is TOP
        if not bad and open_value and type(found) is Node and found.kind == REQUIRED:
            return self._circular(found, INCOMPLETE)  # it will turn out to be missing
        return bad != self.negated

    def _circular(self, node: Node, code: int = FATAL) -> Bottom:
        return Bottom(
            code,
            f"circular dependency in evaluation of conditionals: {node.path()} changed after evaluation",
            (self.span,),
        )


@final
class BinaryExpr(Expr):
    """Arithmetic, comparison and logic; nothing short-circuits."""

    __slots__ = ("left", "op", "right")

    def __init__(self, span: Span, op: str, left: Expr, right: Expr) -> None:
        self.span = span
        self.op = op
        self.left = left
        self.right = right

    def ev(self, env: Env) -> Any:
        left = ops.concrete(self.left.ev(env))
        right = ops.concrete(self.right.ev(env))
        return ops.binary(self.op, left, right, self, env)


@final
class UnaryExpr(Expr):
    """`-x`, `+x`, `!x`."""

    __slots__ = ("expr", "op")

    def __init__(self, span: Span, op: str, expr: Expr) -> None:
        self.span = span
        self.op = op
        self.expr = expr

    def ev(self, env: Env) -> Any:
        return ops.unary(self.op, ops.concrete(self.expr.ev(env)), self.span, env.node.run.trace)


@final
class BoundExpr(Expr):
    """`>x`, `=~x`, …: a constraint with a computed operand."""

    __slots__ = ("expr", "op")

    def __init__(self, span: Span, op: str, expr: Expr) -> None:
        self.span = span
        self.op = op
        self.expr = expr

    def ev(self, env: Env) -> Any:
        return ops.bound(self.op, ops.concrete(self.expr.ev(env)), self.span, env)


@final
class InterpolationExpr(Expr):
    r"""`"a\(x)b"`."""

    __slots__ = ("exprs", "is_bytes", "texts")

    def __init__(
        self, span: Span, texts: tuple[Any, ...], exprs: tuple[Expr, ...], is_bytes: bool
    ) -> None:
        self.span = span
        self.texts = texts
        self.exprs = exprs
        self.is_bytes = is_bytes

    def ev(self, env: Env) -> Any:
        parts: list[Any] = []
        for expr in self.exprs:
            value = ops.concrete(expr.ev(env))
            if type(value) is Bottom:
                return value
            if not is_concrete(value):
                code = FATAL if type(value) is Node else INCOMPLETE
                what = (
                    "cannot use a struct or list in interpolation" if code else "non-concrete value"
                )
                return Bottom(
                    code, f"invalid interpolation: {what} {literal(value)}".rstrip(), (expr.span,)
                )
            if type(value) in (str, bytes):
                env.node.run.spend_text(len(value))
            parts.append(value)
        return ops.interpolate(self.texts, parts, self.is_bytes, self.span)
