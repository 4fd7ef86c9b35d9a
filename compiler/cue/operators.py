"""Operators as expressions: tests for presence, arithmetic and comparison, bounds, interpolation."""

from __future__ import annotations

from typing import Any, Final, final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.disjunctions import awaits
from velac.compiler.cue.expr import Conjunction, Const, Expr, absorb, is_path
from velac.compiler.cue.faults import finish, known_problem, own_problem, take_over
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import EXPANDING, REQUIRED, WHOLE, Conjunct, Env
from velac.compiler.cue.scheduling import adds_nothing, being_added, grows
from velac.compiler.cue.values import (
    CIRCULAR,
    CYCLE,
    FATAL,
    INCOMPLETE,
    STRUCTURAL,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    default_of,
    is_concrete,
    is_function,
    literal,
)
from velac.grammar.source import Span

_ANYTHING: Final = kinds.STRUCT | kinds.LIST | kinds.FUNC
_MOST_NESTED: Final = 500
"""So many values, each inside the one before, are tested by one test: a value without end."""
_MOST_STEPS: Final = 20
"""So many references are followed from a value to the test that it takes part in."""


@final
class BottomTest(Expr):
    """`x == _|_` (or `!=`): whether a value is an error, or a type or bound of scalars."""

    __slots__ = ("expr", "negated")

    def __init__(self, span: Span, expr: Expr, negated: bool) -> None:
        self.span = span
        self.expr = expr
        self.negated = negated

    def ev(self, env: Env) -> Any:
        nested = env.node.run.nested
        depth = nested.get(self, 0)
        if depth > _MOST_NESTED:
            return Bottom(STRUCTURAL, "structural cycle", (self.span,))
        nested[self] = depth + 1
        try:
            return self._outcome(env)
        finally:
            nested[self] = depth

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        reason = absorb(node, self.ev(conjunct.env), conjunct)
        trail = conjunct.info.trail
        written_here = trail is None or trail.node is not node
        if type(node.label) is int and node.parent is not None and written_here:
            take_over(node.parent, conjunct.env.node, self.span)
        return reason

    def _outcome(self, env: Env) -> bool | Bottom:
        run = env.node.run
        run.missed = None
        found = self.expr.node(env)
        if type(found) is Node:
            if found.state == EXPANDING and (
                found.maybe_list or any(c.expr is self for c in found.conjuncts)
            ):
                return self.negated
            if env.node.is_within(found) and not is_concrete(found.value):
                if found is env.node and adds_nothing(found):
                    return self.negated
                return self._circular(found, env)
            found.expand()
            if grows(found) is not None and not is_concrete(found.value):
                return self._circular(found, env)
            if awaits(found):
                return self._by_arms(found)
            value = found.result()
            if value is TOP and found.parent is not None and found.value is TOP:
                found.assumed = TOP if being_added(found.parent, found.label) else False
        else:
            value = found
        if type(value) is Bottom:
            if value.message.startswith(CIRCULAR):
                return value
            missed = run.missed
            if value.code == CYCLE and type(found) is Node and self._leads_back(found, env):
                return self.negated
            itself = type(found) is Bottom and value.message.startswith("cycle with")
            if itself and (hasattr(self.expr, "low") or hasattr(self.expr, "call")):
                return not self.negated  # as cue: a call or slice of what is being evaluated
            if value.code == CYCLE and not (self.negated and missed and missed[0].frozen):
                return value
            if missed is not None and type(found) is Bottom and env.vars is None:
                run.tests.append((*missed, self.span))
            return not self.negated
        value = default_of(value)
        if type(value) is Node:
            outcome = self._is_bad(value, env)
            if type(outcome) is Bottom:
                return outcome
            bad = outcome is True
        else:
            # As cue: `_` and a disjunction without a default count as values here.
            bad = type(value) is Constraint and not value.kind & _ANYTHING
        open_value = type(value) is Node or value is TOP
        if type(found) is not Node or bad or not open_value:
            return bad != self.negated
        if REQUIRED in (found.kind, found.deref().kind):
            # It will turn out to be missing.
            self._tell(found, env)
            return not self.negated
        return bad != self.negated

    def _tell(self, node: Node, env: Env) -> None:
        """The outcome of the test will not hold, which is a mistake of the struct around it."""
        here = env.node
        problem = self._circular(node, env)
        if type(problem) is Bottom and not any(
            error.spans == problem.spans for error in here.errors or ()
        ):
            here.fail(problem)

    def _is_bad(self, value: Node, env: Env) -> bool | Bottom:
        """Whether there is an error anywhere in a struct or list."""
        testing = env.node.run.testing
        for test in testing:
            if test[0] is self and test[1] is value:
                testing[test] = True
                return Bottom(CYCLE, f"cyclic reference to {value.path()}", (self.span,))
        test = (self, value, env.node)
        testing[test] = False
        try:
            problem = known_problem(value) or own_problem(value) or finish(value)
        finally:
            led_back = testing.pop(test)
        if not led_back:
            if problem is not None and problem.message.startswith(CIRCULAR):
                return problem
            return problem is not None
        self._tell(value, env)
        return True

    def _leads_back(self, node: Node, env: Env) -> bool:
        """Whether references, nothing but them, lead from a node to what depends on this very test."""
        for _ in range(_MOST_STEPS):
            conjuncts = node.conjuncts
            if any(c.expr is self for c in conjuncts):
                return True
            if node is env.node:
                return adds_nothing(node)
            if len(conjuncts) != 1 or not is_path(conjuncts[0].expr):
                return False
            found = conjuncts[0].expr.node(conjuncts[0].env)
            if type(found) is not Node:
                missed = node.run.missed
                return missed is not None and being_added(*missed)
            node = found
        return False

    def _by_arms(self, node: Node) -> bool:
        """The test of a disjunction to which the condition adds: what it adds is for the arms that pass."""
        value: Disjunction = node.value
        kept = frozenset(
            at
            for at, arm in enumerate(value.arms)
            if (type(arm) is Constraint and not arm.kind & (kinds.STRUCT | kinds.LIST))
            == self.negated
        )
        node.assumed = (kept, Const) if len(kept) < len(value.arms) else False
        return len(kept) < len(value.arms)

    def _circular(self, node: Node, env: Env) -> bool | Bottom:
        """The test asks for what depends on it: as for an error, and a mistake unless it is inside a loop or `let`.

        cue makes sure of its guess where the struct is done that holds the test; those of loops and `let` never are.
        """
        if env.vars is not None:
            return not self.negated
        message = f"{node.path()} changed after evaluation"
        return Bottom(INCOMPLETE, CIRCULAR + message, (self.span,))


@final
class BinaryExpr(Expr):
    """Arithmetic, comparison and logic; nothing short-circuits."""

    __slots__ = ("left", "op", "right")
    makes_scalar = True

    def __init__(self, span: Span, op: str, left: Expr, right: Expr) -> None:
        self.span = span
        self.op = op
        self.left = left
        self.right = right

    def ev(self, env: Env) -> Any:
        left, right = self.left, self.right
        if self.op == "==" or self.op == "!=":
            if right.scalar is None and left.leads:
                return ops.binary(self.op, _whole(left, env), None, self, env)
            if left.scalar is None and right.leads:
                return ops.binary(self.op, None, _whole(right, env), self, env)
        return ops.binary(
            self.op, ops.concrete(left.ev(env)), ops.concrete(right.ev(env)), self, env
        )


def _whole(expr: Expr, env: Env) -> Any:
    """What is compared with null: a struct may still be built, but gets no fields after that."""
    found = expr.node(env)
    if type(found) is not Node:
        return ops.concrete(found)
    found.expand()
    holder = found.final()
    if (
        (holder.state == EXPANDING or grows(found) is not None)
        and (holder.arcs or holder.is_struct or holder.maybe_struct)
        and holder.elems is None
        and not is_concrete(holder.value)
        and type(found.deref().value) is not Disjunction
    ):
        holder.ranged = WHOLE
        return holder
    return ops.concrete(found.result())


@final
class UnaryExpr(Expr):
    """`-x`, `+x`, `!x`."""

    __slots__ = ("expr", "op")
    makes_scalar = True

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
    makes_scalar = True

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
            waits = own_problem(value) if type(value) is Node else value
            if type(waits) is Bottom:
                if waits.code != INCOMPLETE or type(expr) is not Conjunction or self.is_bytes:
                    return waits
                value = ""  # as cue: an `a & b` that waits is nothing
            if not is_concrete(value):
                code = FATAL if type(value) is Node or is_function(value) else INCOMPLETE
                what = (
                    "cannot use a struct or list in interpolation" if code else "non-concrete value"
                )
                return Bottom(
                    code, f"invalid interpolation: {what} {literal(value)}".rstrip(), (expr.span,)
                )
            if type(value) in (str, bytes):
                env.node.run.spend_text(len(value))
            else:
                env.node.run.weigh(value)
            parts.append(value)
        return ops.interpolate(self.texts, parts, self.is_bytes, self.span)
