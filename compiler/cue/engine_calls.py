"""What builtins that want the engine may ask of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import contents, kinds, ops
from velac.compiler.cue.builtins import registry
from velac.compiler.cue.builtins.package import BuiltinError, Incomplete
from velac.compiler.cue.declaring import add_list
from velac.compiler.cue.disjunctions import failure
from velac.compiler.cue.export import Incompleteness, to_plain
from velac.compiler.cue.expr import Data, Expr, ValueExpr
from velac.compiler.cue.faults import lacks
from velac.compiler.cue.labels import is_regular
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import MEMBER, OPTIONAL, PLAIN_INFO, Conjunct, Env
from velac.compiler.cue.values import (
    FATAL,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    is_concrete,
    kind_of,
    literal,
)
from velac.grammar.source import Span

_NATIVE: Final = {"Ascending": 1, "Descending": -1}


def _list_source() -> str:

    package = registry.find("list")
    return package.source if package is not None else ""


class Engine:
    """`EngineCalls` for one call."""

    __slots__ = ("env", "span")

    def __init__(self, env: Env, span: Span) -> None:
        self.env = env
        self.span = span

    def items(self, value: Any) -> list[Any]:
        """The elements of a list."""
        node = value.final() if type(value) is Node else value
        if type(node) is not Node or node.elems is None:
            raise BuiltinError(f"cannot use value {literal(value)} as list")
        node.run.spend(len(node.elems) >> 2)
        return [settled(elem) for elem in node.elems]

    def is_list(self, value: Any) -> bool:
        """Whether a value is a list."""
        value = ops.concrete(value)
        return type(value) is Node and value.final().elems is not None

    def size(self, value: Any) -> tuple[int, int | None]:
        """Element or field count, and the most it can become."""
        node = value.final()
        if node.elems is not None:
            return len(node.elems), node.fixed
        regular = [arc for label, arc in node.arcs.items() if is_regular(label)]
        have = sum(arc.kind == 0 for arc in regular)
        closed = any(s.is_closed for s in node.scopes or ())
        return have, (
            sum(arc.kind <= OPTIONAL for arc in regular) if closed and not node.opens else None
        )

    def among(self, items: list[Any], value: Any) -> bool:
        """Whether a value is one of several, where some are not concrete."""
        wanted = self.key(value)
        return any(self.key(item) == wanted for item in items)

    def key(self, value: Any) -> Any:
        node = value
        if type(value) is not Node:
            node = Node(self.env.node.run, self.env.node, "")
            node.conjuncts.append(Conjunct(ValueExpr(value, self.span), self.env, PLAIN_INFO))
        return contents.content(node)

    def check_comparator(self, comparator: Any) -> None:
        """BuiltinError if a comparator has no field `less`."""
        node = comparator.final() if type(comparator) is Node else None
        if node is None or type(node.lookup("less", self.span)) is Bottom:
            raise BuiltinError("field not found: less")

    def native_order(self, comparator: Any, items: list[Any]) -> int:
        """1 or -1 if the comparator is `list.Ascending` or `Descending` and plain order is theirs, else 0."""
        node = comparator.final() if type(comparator) is Node else None
        if node is None or not node.conjuncts or not items:
            return 0
        file = node.conjuncts[0].expr.span.file
        order = _NATIVE.get(str(node.label), 0)
        if not order or file.name != "list.cue" or file.text != _list_source():
            return 0
        kinds_of = {type(item) for item in items}
        plain = kinds_of <= {int, Decimal} or (len(kinds_of) == 1 and kinds_of <= {str, bytes})
        return order if plain else 0

    def less(self, comparator: Any, a: Any, b: Any) -> bool:
        """`less` of `comparator & {x: a, y: b}`."""
        env = self.env
        env.node.run.spend(16)
        pair = Node(env.node.run, env.node, "")
        held = ValueExpr(comparator, self.span)
        pair.conjuncts.append(Conjunct(held, env, PLAIN_INFO))
        for label, item in (("x", a), ("y", b)):
            expr: Expr = ValueExpr(item, self.span) if type(item) is Node else Data(item, self.span)
            wrapper = Node(env.node.run, env.node, "")
            wrapper.insert(label, 0, Conjunct(expr, env, PLAIN_INFO))
            wrapper.is_struct = True
            pair.conjuncts.append(Conjunct(_FieldOf(label, expr, self.span), env, PLAIN_INFO))
        found = pair.lookup("less", self.span)
        outcome = found.result() if type(found) is Node else found
        outcome = ops.concrete(outcome)
        bottom = type(outcome) is Bottom
        if not bottom and not (is_concrete(outcome) and kind_of(outcome) == kinds.BOOL):
            return False
        outcome = ops.truth(outcome, self.span, env.node.run.trace)
        if type(outcome) is Bottom:
            if outcome.code < FATAL:
                raise Incomplete(outcome.message)
            raise BuiltinError(outcome.message)
        return outcome

    def refusal(
        self, schema: Any, value: Any, final: bool = False, required: bool = False
    ) -> str | None:
        """Why a value does not unify with a schema; None if it does."""
        if schema is TOP and value is TOP:
            return None
        env = self.env
        node = Node(env.node.run, env.node, "")
        node.conjuncts.append(Conjunct(ValueExpr(schema, self.span), env, PLAIN_INFO))
        if type(value) is Node:
            # As data: the conjuncts of the value may hold the very check that asks.
            try:
                value = to_plain(value, env.node.run)
            except Incompleteness as incomplete:
                if final:
                    return incomplete.bottom.message
        expr: Expr
        if type(value) is Node:
            expr = _Copy(value, self.span)
        elif type(value) in (Constraint, Disjunction):
            expr = ValueExpr(value, self.span)
        else:
            expr = Data(value, self.span)
        node.conjuncts.append(Conjunct(expr, env, PLAIN_INFO))
        problem = failure(node)
        if problem is not None and (final or problem.code >= FATAL):
            return problem.message
        if not final:
            return "field is required but not present" if required and lacks(node) else None
        try:
            to_plain(node.result(), env.node.run)
        except Incompleteness as incomplete:
            return incomplete.bottom.message
        return None

    def matches(self, schema: Any, value: Any) -> bool:
        """Whether a value unifies with a schema, nothing in it missing or unknown; types may remain."""
        env = self.env
        node = Node(env.node.run, env.node, "")
        for part in (schema, value):
            held: Expr = ValueExpr(part, self.span)
            node.conjuncts.append(Conjunct(held, env, PLAIN_INFO))
        return failure(node) is None and not lacks(node)

    def show(self, value: Any) -> str:
        """A value as messages quote it."""
        return literal(value.result() if type(value) is Node else value)

    def data(self, value: Any) -> Any:
        """Plain data of a value."""
        try:
            return to_plain(value, self.env.node.run)
        except Incompleteness as incomplete:
            if incomplete.bottom.code >= FATAL:
                raise BuiltinError(incomplete.bottom.message) from None
            raise Incomplete(incomplete.bottom.message) from None


def settled(elem: Node) -> Any:
    """An element as its scalar, or as the node it is."""
    value = elem.result()
    if is_concrete(value) and type(value) is not Leaf:
        return value
    return elem


class _FieldOf(Expr):
    """A struct of one field."""

    __slots__ = ("expr", "label")

    def __init__(self, label: str, expr: Expr, span: Span) -> None:
        self.span = span
        self.label = label
        self.expr = expr

    def into(self, node: Node, conjunct: Conjunct) -> None:
        node.is_struct = True
        node.insert(self.label, 0, Conjunct(self.expr, conjunct.env, PLAIN_INFO))


class _Copy(Expr):
    """What a value comes to, without what it is made of."""

    __slots__ = ("source",)

    def __init__(self, source: Node, span: Span) -> None:
        self.span = span
        self.source = source

    def into(self, node: Node, conjunct: Conjunct) -> None:
        node.run.spend(1)
        value = self.source.result()
        if type(value) is not Node:
            if type(value) is not Bottom:
                held = Conjunct(ValueExpr(value, self.span), conjunct.env, PLAIN_INFO)
                held.expr.into(node, held)
            return
        holder = value.final()

        def copied(part: Node) -> Conjunct:
            return Conjunct(_Copy(part, self.span), conjunct.env, PLAIN_INFO)

        if holder.elems is not None:
            closed = holder.fixed is not None
            add_list(node, [copied(e) for e in holder.elems], None, closed, self.span, PLAIN_INFO)
            return
        node.is_struct = True
        for label, arc in list(holder.arcs.items()):
            if arc.kind == MEMBER:
                node.insert(label, MEMBER, copied(arc))
