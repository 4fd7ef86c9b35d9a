"""Declarations that reach further than one field: places in the order, patterns, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from velac.compiler.cue.closedness import meets_pattern
from velac.compiler.cue.labels import HIDDEN
from velac.compiler.cue.parts import NEW, PENDING, Conjunct, Info, Places
from velac.compiler.cue.values import FATAL, Bottom
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def reserve(node: Node, places: Places) -> None:
    """Give labels that a comprehension may add their places in the order, here and below."""
    for label, below in places:
        arc = node.arcs.get(label)
        if arc is None:
            arc = node.arcs[label] = type(node)(node.run, node, label, PENDING)
            if node.patterns is not None and label[:1] != HIDDEN:
                for pattern, value in node.patterns:
                    apply_pattern(node, pattern, value, arc)
        if not below:
            continue
        if arc.state != NEW:
            reserve(arc, below)
        if arc.places is None:
            arc.places = []
        arc.places.append((len(arc.conjuncts), below))


def add_pattern(node: Node, pattern: Any, conjunct: Conjunct) -> None:
    """Constrain all fields whose label meets `pattern` (a value) by the conjunct."""
    if node.patterns is None:
        node.patterns = []
    node.patterns.append((pattern, conjunct))
    for label, arc in list(node.arcs.items()):
        if label[:1] != HIDDEN:
            apply_pattern(node, pattern, conjunct, arc)


def apply_pattern(node: Node, pattern: Any, conjunct: Conjunct, arc: Node) -> None:
    node.run.spend(2)
    if meets_pattern(node, pattern, arc.label):
        arc.add(conjunct.expr.for_label(conjunct, arc))


def add_list(
    node: Node, items: list[Conjunct], rest: Conjunct | None, closed: bool, span: Span, info: Info
) -> None:
    """Unify a list: element conjuncts, and what lies beyond (`closed`: nothing; `rest` None: anything)."""
    if not info.cyclic:
        node.grounded = True
    elems = node.elems
    if elems is None:
        elems = node.elems = []
    count = len(items)
    node.run.spend(count + 1)
    have = len(elems)
    clash = -1
    if node.fixed is not None and (count > node.fixed or (closed and count != node.fixed)):
        clash = node.fixed
    elif closed and have > count:
        clash = have
    if clash >= 0:
        low, high = sorted((clash, count))
        node.fail(Bottom(FATAL, f"incompatible list lengths ({low} and {high})", (span,)))
        return
    for i, item in enumerate(items):
        if i < have:
            elems[i].add(item)
            continue
        elem = type(node)(node.run, node, i)
        elems.append(elem)
        if node.rests is None:
            elem.conjuncts = [item]  # shorter than a list that has grown
            continue
        for start, tail in node.rests:
            if i >= start and tail is not None:
                elem.add(tail)
        elem.add(item)
    if closed:
        node.fixed = count
    else:
        if node.rests is None:
            node.rests = []
        node.rests.append((count, rest))
        if rest is not None:
            for elem in elems[count:]:
                elem.add(rest)
