"""The predeclared functions: len, and, or, error, div …, matchN, matchIf."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.calls import argument_of
from velac.compiler.cue.engine_calls import Engine, settled
from velac.compiler.cue.expr import (
    CallExpr,
    Conjunction,
    DisjunctionExpr,
    Expr,
    ValueExpr,
    absorb,
    temporary,
)
from velac.compiler.cue.faults import among_waiting
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import Conjunct, Env
from velac.compiler.cue.references import of_alternative
from velac.compiler.cue.unify import unify_values
from velac.compiler.cue.values import (
    FATAL,
    INCOMPLETE,
    TOP,
    Bottom,
    Constraint,
    Validator,
    is_concrete,
    is_function,
    kind_of,
    literal,
    residual,
)
from velac.grammar.source import Span


def call_len(expr: CallExpr, env: Env) -> Any:
    """`len(x)`: bytes of a string, elements of a list, regular fields of a struct."""
    problem = _arity(expr, 1)
    if problem is not None:
        return problem
    value = argument_of(expr.args[0], env)
    if type(value) is Bottom:
        return of_alternative(value, expr.args[0], env)
    if type(value) is Leaf:
        bare: Any = value.value
        if type(bare) in (str, bytes):
            return residual("len", _length(bare), value)
        value = env.node.run.trace.pin(value)
    if type(value) in (str, bytes):
        env.node.run.weigh(value)
        return _length(value)
    if type(value) is Node:
        node = value.final()
        if node.state != 3:
            node.settle_all()
        if node.elems is not None:
            if node.undecided(None):
                return Bottom(1, "cyclic reference to a list being built", (expr.span,))
            if among_waiting(node):
                return Bottom(INCOMPLETE, "incomplete argument list in call to len", (expr.span,))
            return len(node.elems)
        if node.errors is not None:
            return max(node.errors, key=lambda e: e.code)
        found = node.members()
        return found if type(found) is Bottom else len(found)
    if is_concrete(value) or is_function(value):
        message = (
            f"cannot use {literal(value)} (type {kinds.kind_name(kind_of(value))}) "
            "as (string|bytes|list|struct) in argument 1 to len"
        )
        return Bottom(FATAL, message, (expr.args[0].span,))
    message = f"incomplete argument {literal(value)} in call to len"
    return Bottom(INCOMPLETE, message, (expr.args[0].span,))


def _length(value: str | bytes) -> int:
    return len(value) if type(value) is bytes else len(value.encode("utf-8", "surrogatepass"))  # type: ignore[union-attr]


def _arity(expr: CallExpr, count: int) -> Bottom | None:
    have = len(expr.args)
    if have == count:
        return None
    few = "not enough" if have < count else "too many"
    return Bottom(
        FATAL, f"{few} arguments in call to {expr.name} (have {have}, want {count})", (expr.span,)
    )


def _list_operands(expr: CallExpr, env: Env) -> list[Node] | Bottom:
    problem = _arity(expr, 1)
    if problem is not None:
        return problem
    value = argument_of(expr.args[0], env)
    if type(value) is Bottom:
        return value
    node = value.final() if type(value) is Node else None
    if node is None or node.elems is None:
        code = FATAL if is_concrete(value) or node is not None else INCOMPLETE
        message = f"cannot use {literal(value)} as list in argument 1 to {expr.name}"
        return Bottom(code, message, (expr.args[0].span,))
    return node.elems


def call_and(expr: CallExpr, env: Env) -> Any:
    """`and([a, b])`: the unification of all elements."""
    elems = _list_operands(expr, env)
    if type(elems) is Bottom:
        return elems
    out: Expr | None = None
    for elem in elems:
        held: Expr = ValueExpr(elem, expr.span)
        out = held if out is None else Conjunction(expr.span, out, held)
    return TOP if out is None else temporary(out, env).result()


@final
class OrExpr(Expr):
    """`or([a, b])`: the disjunction of all elements."""

    __slots__ = ("call",)

    def __init__(self, span: Span, args: tuple[Expr, ...]) -> None:
        self.span = span
        self.call = CallExpr(span, "or", _no_call, args)

    def ev(self, env: Env) -> Any:
        found = self._disjunction(env)
        return found if type(found) is Bottom else found.ev(env)

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        found = self._disjunction(conjunct.env)
        if type(found) is Bottom:
            return absorb(node, found, conjunct)
        found.into(node, Conjunct(found, conjunct.env, conjunct.info, conjunct.src, conjunct.field))
        return None

    def _disjunction(self, env: Env) -> DisjunctionExpr | Bottom:
        elems = _list_operands(self.call, env)
        if type(elems) is Bottom:
            return elems
        if not elems:
            return Bottom(INCOMPLETE, "empty list in call to or", (self.span,))
        env.node.run.spend(4 * len(elems))
        # A list, since what a generator evaluates takes room on the machine's stack.
        arms = tuple([(ValueExpr(settled(elem), self.span), False) for elem in elems])
        return DisjunctionExpr(self.span, arms)


def _no_call(expr: CallExpr, env: Env) -> Any:
    raise AssertionError


def call_error(expr: CallExpr, env: Env) -> Any:
    """`error("…")`: a user's error."""
    value = argument_of(expr.args[0], env) if expr.args else ""
    if type(value) is Bottom:
        return value
    if type(value) is Leaf:
        value = env.node.run.trace.pin(value)
    return Bottom(FATAL, value if type(value) is str else literal(value), (expr.span,))


def _int_call(op: str) -> Callable[[CallExpr, Env], Any]:
    def call(expr: CallExpr, env: Env) -> Any:
        problem = _arity(expr, 2)
        if problem is not None:
            return problem
        left, right = argument_of(expr.args[0], env), argument_of(expr.args[1], env)
        for value, arg in zip((left, right), expr.args, strict=True):
            if type(value) is Bottom:
                return value
            if not is_concrete(value):
                message = f"non-concrete argument {literal(value)} in call to {op}"
                return Bottom(INCOMPLETE, message, (arg.span,))
        run = env.node.run
        left = run.trace.pin(left) if type(left) is Leaf else left
        right = run.trace.pin(right) if type(right) is Leaf else right
        return ops.scalar_binary(op, left, right, expr.span)

    return call


def call_match_n(expr: CallExpr, env: Env) -> Any:
    """`matchN(n, [a, b])` as a constraint: how many of the schemas the value meets."""
    if len(expr.args) not in (2, 3):
        return _arity(expr, 2)
    count = expr.args[-2].ev(env)
    schemas = argument_of(expr.args[-1], env)
    for value in (count, schemas):
        if type(value) is Bottom:
            return value
    engine = Engine(env, expr.span)

    def check(value: Any) -> bool | Bottom:
        met = sum([engine.refusal(s, value) is None for s in schemas.final().elems])
        if type(unify_values(count, met, env.node.run.trace)) is Bottom:
            return Bottom(
                FATAL,
                f"invalid value {literal(value)} (does not satisfy matchN): {met} matched, expected {literal(count)}",
                (expr.span,),
            )
        return True

    if len(expr.args) == 3:
        outcome = check(argument_of(expr.args[0], env))
        return outcome if type(outcome) is bool else False
    return Constraint(kinds.TOP, (), (Validator("matchN", kinds.TOP, check, ()),))


def call_match_if(expr: CallExpr, env: Env) -> Any:
    """`matchIf(if, then, else)` as a constraint."""
    problem = _arity(expr, 3)
    if problem is not None:
        return problem
    parts = [arg.ev(env) for arg in expr.args]
    for value in parts:
        if type(value) is Bottom:
            return value
    engine = Engine(env, expr.span)

    def check(value: Any) -> bool | Bottom:
        chosen = parts[1] if engine.refusal(parts[0], value) is None else parts[2]
        if engine.refusal(chosen, value) is None:
            return True
        return Bottom(
            FATAL, f"invalid value {literal(value)} (does not satisfy matchIf)", (expr.span,)
        )

    return Constraint(kinds.TOP, (), (Validator("matchIf", kinds.TOP, check, ()),))


PREDECLARED: Final[dict[str, Callable[[CallExpr, Env], Any]]] = {
    "len": call_len,
    "and": call_and,
    "error": call_error,
    "div": _int_call("div"),
    "mod": _int_call("mod"),
    "quo": _int_call("quo"),
    "rem": _int_call("rem"),
    "matchN": call_match_n,
    "matchIf": call_match_if,
}
