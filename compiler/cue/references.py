"""References: names, selectors, indexes and slices, which lead to nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.expr import CallExpr, Expr, absorb, temporary
from velac.compiler.cue.faults import among_waiting, asks_itself, known_problem, own_problem
from velac.compiler.cue.inclusion import include
from velac.compiler.cue.labels import is_definition_label
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.lists import list_of
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import DONE, EXPANDING, Conjunct, Env
from velac.compiler.cue.values import (
    CYCLE,
    FATAL,
    INCOMPLETE,
    Bottom,
    Constraint,
    Disjunction,
    default_of,
    is_concrete,
    is_function,
    kind_of,
    literal,
)
from velac.grammar.source import Span


class Reference(Expr):
    """An expression that leads to a node, which is then unified with all it is made of."""

    __slots__ = ()
    leads = True

    def ev(self, env: Env) -> Any:
        found = self.node(env)
        return found.result() if type(found) is Node else found

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        found = self.node(conjunct.env)
        if type(found) is Node:
            return include(node, conjunct, found, self.is_definition())
        return absorb(node, found, conjunct)


@final
class FieldRef(Reference):
    """A name bound to a field `depth` literals up."""

    __slots__ = ("depth", "label")

    def __init__(self, span: Span, depth: int, label: str) -> None:
        self.span = span
        self.depth = depth
        self.label = label

    def node(self, env: Env) -> Node | Bottom:
        for _ in range(self.depth):
            env = env.up  # type: ignore[assignment]
        return env.node.lookup(self.label, self.span)

    def is_definition(self) -> bool:
        return is_definition_label(self.label)


@final
class ComputedRef(Reference):
    """The alias of a field with a computed label, `depth` literals up; `label` holds one expression."""

    __slots__ = ("depth", "label")

    def __init__(self, span: Span, depth: int, label: list[Expr]) -> None:
        self.span = span
        self.depth = depth
        self.label = label

    def node(self, env: Env) -> Any:
        for _ in range(self.depth):
            env = env.up  # type: ignore[assignment]
        label = ops.concrete(self.label[0].ev(env))
        if type(label) is Leaf:
            label = env.node.run.trace.pin(label)
        if type(label) is str:
            return env.node.lookup(label, self.span)
        return (
            label
            if type(label) is Bottom
            else Bottom(INCOMPLETE, "non-concrete label", (self.span,))
        )


@final
class VarRef(Reference):
    """A name bound by a clause or an alias."""

    __slots__ = ("depth", "name")

    def __init__(self, span: Span, depth: int, name: str) -> None:
        self.span = span
        self.depth = depth
        self.name = name

    def node(self, env: Env) -> Any:
        for _ in range(self.depth):
            env = env.up  # type: ignore[assignment]
        assert env.vars is not None
        return env.vars[self.name]


@final
class LetRef(Reference):
    """A name bound by `let` in a struct literal `depth` up; evaluated once for each environment.

    `holder` holds one expression: the reference may stand before the `let`.
    """

    __slots__ = ("depth", "holder", "name")

    def __init__(self, span: Span, depth: int, name: str, holder: list[Expr]) -> None:
        self.span = span
        self.depth = depth
        self.name = name
        self.holder = holder

    def node(self, env: Env) -> Any:
        for _ in range(self.depth):
            env = env.up  # type: ignore[assignment]
        lets = env.lets
        if lets is None:
            lets = env.lets = {}
        found = lets.get(self.name)
        if found is None:
            found = lets[self.name] = temporary(self.holder[0], env)
            found.label = self.name
        return found


@final
class PackageRef(Reference):
    """The value of an imported package written in CUE."""

    __slots__ = ("load", "path")

    def __init__(self, span: Span, path: str, load: Callable[[Any], Node]) -> None:
        self.span = span
        self.path = path
        self.load = load

    def node(self, env: Env) -> Any:
        return self.load(env.node.run)


@final
class SelectorExpr(Reference):
    """`x.label`."""

    __slots__ = ("expr", "label")

    def __init__(self, span: Span, expr: Expr, label: str) -> None:
        self.span = span
        self.expr = expr
        self.label = label

    def node(self, env: Env) -> Any:
        base = _base_node(self.expr, env)
        if type(base) is Node:
            return base.lookup(self.label, self.span)
        if type(base) is Bottom:
            return base
        if is_concrete(base) or (type(base) is Constraint and not base.kind & kinds.STRUCT):
            shown = kinds.kind_name(kind_of(base))
            return Bottom(
                FATAL,
                f"{literal(base)} undefined as value (found {shown}, want struct)",
                (self.expr.span,),
            )
        return Bottom(INCOMPLETE, f"undefined field: {self.label.lstrip(chr(1))}", (self.span,))

    def is_definition(self) -> bool:
        return is_definition_label(self.label) or self.expr.is_definition()


@final
class IndexExpr(Reference):
    """`x[i]`."""

    __slots__ = ("expr", "index")

    def __init__(self, span: Span, expr: Expr, index: Expr) -> None:
        self.span = span
        self.expr = expr
        self.index = index

    def node(self, env: Env) -> Any:
        base = _base_node(self.expr, env)
        index = ops.concrete(self.index.ev(env))
        if type(index) is Bottom:
            return index
        if type(base) is Bottom:
            return base
        run = env.node.run
        if type(index) is Leaf:
            index = run.trace.pin(index)
        if not is_concrete(index):
            return Bottom(INCOMPLETE, f"non-concrete index {literal(index)}", (self.index.span,))
        if type(base) is not Node:
            if is_concrete(base) or is_function(base):
                shown = kinds.kind_name(kind_of(base))
                return Bottom(
                    FATAL,
                    f"invalid operand {literal(base)} (found {shown}, want list or struct)",
                    (self.expr.span,),
                )
            return Bottom(INCOMPLETE, f"undefined field: {literal(index)}", (self.span,))
        base.expand()
        holder = base.final()
        if type(index) is str:
            if holder.elems is not None:
                return Bottom(
                    INCOMPLETE if asks_itself(holder) else FATAL,
                    f"invalid list index {literal(index)} (type string)",
                    (self.index.span,),
                )
            return base.lookup(index, self.span)
        if holder.state != DONE:
            holder.settle("")
            holder = holder.final()
        if type(index) is not int:
            shown = kinds.kind_name(kind_of(index))
            return Bottom(
                FATAL, f"invalid index {literal(index)} (invalid type {shown})", (self.index.span,)
            )
        if holder.elems is None:
            if holder.undecided(None):
                return Bottom(CYCLE, "cyclic reference to a value being built", (self.span,))
            value = holder.value
            if is_concrete(value) or (
                type(value) is Constraint and not value.kind & (kinds.STRUCT | kinds.LIST)
            ):
                shown = kinds.kind_name(kind_of(value))
                message = f"invalid operand {literal(value)} (found {shown}, want list or struct)"
                return Bottom(FATAL, message, (self.expr.span,))
            if holder.kind_bits == kinds.STRUCT:
                return Bottom(
                    INCOMPLETE if holder.state == EXPANDING else FATAL,
                    f"invalid struct selector {index} (type int)",
                    (self.index.span,),
                )
            found = base.result()
            early = holder.frozen or base.trying is not None
            if type(found) is Bottom and not (found.code == CYCLE and early):
                return found
            return Bottom(INCOMPLETE, f"undefined field: {index}", (self.span,))
        if holder.errors is not None and is_concrete(holder.value):
            return own_problem(holder)
        if index < 0:
            return Bottom(
                FATAL,
                f"invalid list index {index} (index must be non-negative)",
                (self.index.span,),
            )
        if among_waiting(holder):
            return Bottom(INCOMPLETE, f"index out of range [{index}]", (self.span,))
        if index >= len(holder.elems):
            if holder.undecided(None):
                return Bottom(CYCLE, "cyclic reference to a list being built", (self.span,))
            return Bottom(
                INCOMPLETE if holder.fixed is None or asks_itself(holder) else FATAL,
                f"index out of range [{index}] with length {len(holder.elems)}",
                (self.span,),
            )
        return holder.elems[index]

    def is_definition(self) -> bool:
        return self.expr.is_definition()


def of_alternative(problem: Bottom, expr: Expr, env: Env) -> Bottom:
    """Why an operand has no value: an alternative that asks for the value whose alternative it is never gets one."""
    if problem.code == CYCLE and expr.leads:
        found = expr.node(env)
        if type(found) is Node and found.trying is not None:
            return Bottom(INCOMPLETE, problem.message, problem.spans)
    return problem


def call_value(call: CallExpr, env: Env) -> Any:
    """A call of a builtin function that is the value of the last operand."""
    *args, target = call.args
    value = ops.concrete(target.ev(env))
    if type(value) is Constraint and value.call is not None:
        return value.call(CallExpr(call.span, value.name, value.call, tuple(args)), env)
    if type(value) is Bottom and value.code == CYCLE and not value.message.startswith("cycle with"):
        return value
    shown = kinds.kind_name(0 if type(value) is Bottom else kind_of(value))
    message = f"cannot call non-function {literal(value)} (type {shown})"
    return Bottom(FATAL, message, (target.span,))


def identity(expr: Expr) -> tuple[object, ...] | None:
    """What two references have in common if they lead to one node in every environment; None for the rest."""
    labels: list[str] = []
    while type(expr) is SelectorExpr:
        labels.append(expr.label)
        expr = expr.expr
    if type(expr) is FieldRef:
        return (FieldRef, expr.depth, expr.label, *labels)
    if type(expr) is VarRef or type(expr) is LetRef:
        return (VarRef, expr.depth, expr.name, *labels)
    return None


def _base_node(expr: Expr, env: Env) -> Any:
    """What a selector or index applies to: a node, followed to its default, or a scalar, or a bottom."""
    found = expr.node(env)
    if type(found) is Node:
        return known_problem(found) or found
    if type(found) is Disjunction:
        return default_of(found)
    return found


@final
class SliceExpr(Expr):
    """`x[low:high]`."""

    __slots__ = ("expr", "high", "low")

    def __init__(self, span: Span, expr: Expr, low: Expr | None, high: Expr | None) -> None:
        self.span = span
        self.expr = expr
        self.low = low
        self.high = high

    def ev(self, env: Env) -> Any:
        value = ops.concrete(self.expr.ev(env))
        if type(value) is Bottom:
            return of_alternative(value, self.expr, env)
        run = env.node.run
        bounds: list[int | None] = []
        for expr in (self.low, self.high):
            if expr is None:
                bounds.append(None)
                continue
            at = ops.concrete(expr.ev(env))
            if type(at) is Bottom:
                return at
            at = run.trace.pin(at) if type(at) is Leaf else at
            if type(at) is not int:
                return Bottom(
                    FATAL if is_concrete(at) else INCOMPLETE,
                    f"invalid slice index {literal(at)} (type {kinds.kind_name(kind_of(at))})",
                    (expr.span,),
                )
            bounds.append(at)
        if type(value) is Leaf:
            value = run.trace.pin(value)
        size = -1
        if type(value) is Node:
            holder = value.final()
            if holder.elems is not None:
                size = len(holder.elems)
        elif type(value) is bytes:
            size = len(value)
        if size < 0:
            code = FATAL if is_concrete(value) or type(value) is Node else INCOMPLETE
            return Bottom(code, f"cannot slice {literal(value)}", (self.span,))
        low = bounds[0] if bounds[0] is not None else 0
        high = bounds[1] if bounds[1] is not None else size
        if low < 0 or high > size or low > high:
            return Bottom(
                FATAL, f"slice bounds out of range [{low}:{high}] with length {size}", (self.span,)
            )
        if type(value) is bytes:
            return value[low:high]
        elems = value.final().elems[low:high]
        return list_of(list(elems), self.span, env)
