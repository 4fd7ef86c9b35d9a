"""Which fields a closed struct allows, and what is said of those it does not."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue.labels import HIDDEN, is_definition_label, is_regular
from velac.compiler.cue.parts import REQUIRED
from velac.compiler.cue.scope import Closers, Scope
from velac.compiler.cue.unify import unify_values
from velac.compiler.cue.values import CLOSED, FATAL, Bottom

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node

_FEW: Final = 4
"""So many closed scopes are asked one after another."""


def closers_of(node: Node) -> list[Scope]:
    seen: dict[Scope, None] = {}
    for scope in node.scopes or ():
        walk: Scope | None = scope
        while walk is not None and walk not in seen:
            seen[walk] = None
            walk = walk.parent
    return [scope for scope in seen if scope.is_closed]


def refuses(node: Node, label: str) -> bool:
    """Whether closedness forbids that this field is ever added."""
    if label[:1] == HIDDEN:
        return False
    opens = node.opens or ()
    if not opens and in_definition(node):
        return not any(meets_pattern(node, pattern, label) for pattern, _ in node.patterns or ())
    for closer in closers_of(node):
        if any(closer.allows(scope) for scope in opens):
            continue
        if not any(
            closer.allows(conjunct.src) and meets_pattern(node, pattern, label)
            for pattern, conjunct in node.patterns or ()
        ):
            return True
    return False


def in_definition(here: Node) -> bool:
    node: Node | None = here
    while node is not None:
        if type(node.label) is str and is_definition_label(node.label):
            return True
        node = node.parent
    return False


def meets_pattern(node: Node, pattern: Any, label: str | int) -> bool:
    return type(unify_values(pattern, label, node.run.trace)) is not Bottom


def check_closed(node: Node) -> None:
    closers = closers_of(node)
    if not closers:
        return
    opens = node.opens or ()
    many = Closers(closers, opens) if len(closers) > _FEW else None
    if many is not None:
        node.run.spend(len(node.arcs) * many.pairs >> 2)
    known: dict[Scope, list[str]] = {}
    if many is None and opens:
        closers = [c for c in closers if not any(c.allows(scope) for scope in opens)]
    for label, arc in node.arcs.items():
        if label[:1] == HIDDEN or arc.kind > REQUIRED:
            continue
        if many is not None:
            closer = many.refusing([c.src for c in arc.conjuncts])
            if closer is not None:
                disallow(arc, closer, known)
            continue
        for closer in closers:
            for conjunct in arc.conjuncts:
                if closer.allows(conjunct.src):
                    break
            else:
                disallow(arc, closer, known)
                break


def disallow(node: Node, closer: Scope, known: dict[Scope, list[str]]) -> None:
    """Record that a closed struct does not declare this field; `known`: the fields that scopes allow."""
    if node.errors is not None and any(e.code == CLOSED or e.code < FATAL for e in node.errors):
        return
    spans = tuple(
        c.field.span if c.field is not None else c.expr.span
        for c in node.conjuncts
        if not closer.allows(c.src)
    )
    allowed = known.get(closer)
    if allowed is None:
        node.run.spend(len(node.parent.arcs) if node.parent else 0)
        allowed = known[closer] = sorted(
            label
            for label, arc in (node.parent.arcs.items() if node.parent else ())
            if is_regular(label) and any(closer.allows(c.src) for c in arc.conjuncts)
        )
    advice = partial(_nearest, str(node.label), allowed)
    node.fail(Bottom(CLOSED, "field not allowed", spans, help=advice))
    node.deep = None


def _nearest(label: str, allowed: list[str]) -> str:
    from velac.compiler.diagnostics.suggest import nearest

    near = nearest(label, allowed)
    return f"did you mean `{near}`?" if near else ""
