"""List literals."""

from __future__ import annotations

from typing import Any, final

from velac.compiler.cue.declaring import add_list
from velac.compiler.cue.expr import Data, Expr, ValueExpr, temporary
from velac.compiler.cue.faults import take_over
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import Conjunct, Env
from velac.compiler.cue.structs import ComprehensionExpr
from velac.compiler.cue.values import FATAL, Bottom, Constraint, Disjunction
from velac.grammar.source import Span


@final
class ListExpr(Expr):
    """`[…]`: element expressions and comprehensions; `closed` without an ellipsis."""

    __slots__ = ("closed", "elements", "rest", "static")
    has_parts = True

    def __init__(
        self, span: Span, elements: tuple[Expr, ...], rest: Expr | None, closed: bool
    ) -> None:
        self.span = span
        self.elements = elements
        self.rest = rest
        self.closed = closed
        self.static = all(type(e) is not ComprehensionExpr for e in elements)

    def ev(self, env: Env) -> Any:
        return temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        if self.static:
            self.run(node, conjunct)
        else:
            node.maybe_list = True
            node.task(conjunct)

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        env = conjunct.env
        info = conjunct.info
        child = info.child()
        scope = info.scope
        items: list[Conjunct] = []
        for element in self.elements:
            if type(element) is ComprehensionExpr:
                found = element.environments(env)
                if type(found) is Bottom:
                    if found.code < FATAL:
                        return found
                    node.fail(found.at(element.span))
                    return None
                take_over(node, env.node, element.span)
                node.run.spend(len(found))
                items += [Conjunct(element.body, inner, child, scope) for inner in found]
            else:
                items.append(Conjunct(element, env, child, scope))
        rest = None if self.rest is None else Conjunct(self.rest, env, child, scope)
        add_list(node, items, rest, self.closed, self.span, info)
        return None


def list_of(values: list[Any], span: Span, env: Env) -> Any:
    """A list value of nodes, scalars and plain data."""
    elements: tuple[Expr, ...] = tuple(
        ValueExpr(v, span) if type(v) in (Node, Constraint, Disjunction) else Data(v, span)
        for v in values
    )
    return temporary(ListExpr(span, elements, None, True), env).result()
