"""Values of nodes compared: a key that is equal for alternatives with the same content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from velac.compiler.cue.closedness import closers_of, in_definition
from velac.compiler.cue.parts import OPTIONAL
from velac.compiler.cue.values import Bottom, Constraint, Disjunction, plain

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def equality_key(here: Node) -> Any:
    """A hashable key, equal for alternatives with the same content (deep, by value)."""
    node = here.final()
    if node.elems is not None:
        return ("list", node.fixed is None, tuple(_content(e) for e in node.elems))
    return (
        "struct",
        bool(closers_of(node)) or in_definition(node),
        frozenset(
            (label, arc.kind, _content(arc))
            for label, arc in node.arcs.items()
            if arc.kind <= OPTIONAL
        ),
    )


def _content(node: Node) -> Any:
    if node.kind == OPTIONAL:
        return id(node.conjuncts[0].expr) if node.conjuncts else None
    node.expand()
    trace = node.run.trace
    value = plain(node.result(), trace)
    if type(value) is type(node):
        return value.equality_key()
    if type(value) is Disjunction:
        return (
            "or",
            value.flags,
            tuple(
                str(plain(a, trace)) if type(a) is not type(node) else a.equality_key()
                for a in value.arms
            ),
        )
    if type(value) is Constraint:
        return ("type", value.text())
    if type(value) is Bottom:
        return ("bottom", value.message)
    return (type(value), value)
