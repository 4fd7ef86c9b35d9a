"""Values of nodes compared: a key that is equal for alternatives with the same content.

A key is a number for what has been seen, the same for equal contents: keys of deep values stay small, and one that
occurs many times inside another is made once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from velac.compiler.cue.closedness import closers_of, in_definition
from velac.compiler.cue.parts import OPTIONAL, STACKED
from velac.compiler.cue.values import Bottom, Constraint, Disjunction, plain

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def equality_key(here: Node) -> Any:
    """A hashable key, equal for alternatives with the same content (deep, by value)."""
    return _structure(here, {})


def content(node: Node) -> Any:
    """The same for any value: of two scalars or constraints if they are written alike."""
    return _content(node, {})


def _structure(here: Node, known: dict[int, Any]) -> Any:
    node = here.final()
    found = known.get(id(node))
    if found is not None:
        return found
    run = node.run
    run.spend(1)
    run.descend()
    key: Any
    try:
        if node.elems is not None:
            key = ("list", node.fixed is None, tuple(_content(e, known) for e in node.elems))
        else:
            key = (
                "struct",
                bool(closers_of(node)) or in_definition(node),
                frozenset(
                    (label, arc.kind, _content(arc, known))
                    for label, arc in node.arcs.items()
                    if arc.kind <= OPTIONAL
                ),
            )
    finally:
        run.depth -= STACKED
    found = known[id(node)] = ("same", run.contents.setdefault(key, len(run.contents)))
    return found


def _content(node: Node, known: dict[int, Any]) -> Any:
    if node.kind == OPTIONAL:
        return id(node.conjuncts[0].expr) if node.conjuncts else None
    node.expand()
    trace = node.run.trace
    value = plain(node.result(), trace)
    if type(value) is type(node):
        return _structure(value, known)
    if type(value) is Disjunction:
        return (
            "or",
            value.flags,
            tuple(
                str(plain(a, trace)) if type(a) is not type(node) else _structure(a, known)
                for a in value.arms
            ),
        )
    if type(value) is Constraint:
        return ("type", value.text())
    if type(value) is Bottom:
        return ("bottom", value.message)
    return (type(value), value)
