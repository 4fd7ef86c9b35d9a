"""Out of the engine: plain data, resolved trees, and all problems of a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from velac.compiler.cue import tree
from velac.compiler.cue.errors import Problem, readable
from velac.compiler.cue.faults import among_waiting, check_validators
from velac.compiler.cue.labels import HIDDEN, label_text
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import Node
from velac.compiler.cue.number import NonFinite
from velac.compiler.cue.order import ordered_labels
from velac.compiler.cue.parts import (
    LIST_VALUE,
    MEMBER,
    REQUIRED,
    STACKED,
    STRUCT_VALUE,
    UNSET,
    WALKED,
    Run,
)
from velac.compiler.cue.values import (
    CLOSED,
    CYCLE,
    FATAL,
    INCOMPLETE,
    Bottom,
    Constraint,
    Disjunction,
    default_of,
    is_concrete,
    is_function,
    literal,
)

_MOST_ADVISED: Final = 100
"""So many problems of a value get a suggestion, which looks at all names."""


class Incompleteness(Exception):
    """A value that cannot be plain data; `bottom` says why, `node` where."""

    def __init__(self, bottom: Bottom, node: Node | None = None) -> None:
        super().__init__(bottom.message)
        self.bottom = bottom
        self.node = node


def to_plain(value: Any, run: Run, leaves: bool = False) -> Any:
    """A value as plain data, fields in export order, defaults taken.

    Leaves are pinned unless `leaves`. Raises `Incompleteness`.
    """
    if type(value) is Disjunction:
        value = default_of(value)
    if type(value) is Node:
        return _node_data(value, run, leaves)
    if type(value) is Leaf:
        return value if leaves else run.trace.pin(value)
    if is_concrete(value):
        return value
    if type(value) is Bottom:
        raise Incompleteness(value)
    raise Incompleteness(Bottom(INCOMPLETE, f"incomplete value {literal(value)}"))


def to_data(node: Node, leaves: bool = False) -> Any:
    """What a node exports, as plain data. Raises `Incompleteness`, also for numbers that no format can write."""
    data = to_plain(node, node.run, leaves)
    if node.run.nonfinite:
        _refuse_nonfinite(node, data)
    return data


def _refuse_nonfinite(node: Node, data: Any) -> None:
    """Raise `Incompleteness` at the first infinity or NaN in what a node has come to."""
    if type(data) is NonFinite:
        message = f"{data} is no number that data can hold"
        raise Incompleteness(Bottom(FATAL, message, node.spans()), node)
    holder = node.final()
    if isinstance(data, list):
        for elem, item in zip(holder.elems or (), data, strict=False):
            _refuse_nonfinite(elem, item)
    elif isinstance(data, dict):
        for label, item in data.items():
            _refuse_nonfinite(holder.arcs[label], item)


def _node_data(node: Node, run: Run, leaves: bool) -> Any:
    node.expand()
    if node.is_scalar():
        scalar = node.value
        return scalar if leaves or type(scalar) is not Leaf else run.trace.pin(scalar)
    value = node.result()
    if type(value) is Disjunction:
        chosen = default_of(value)
        if type(chosen) is Disjunction:
            raise Incompleteness(
                Bottom(INCOMPLETE, f"incomplete value {literal(value)}", node.spans()), node
            )
        value = chosen
    if type(value) is not Node:
        if is_concrete(value):
            return value if leaves or type(value) is not Leaf else run.trace.pin(value)
        if type(value) is Bottom:
            raise Incompleteness(value, node)
        if is_function(value):
            raise Incompleteness(
                Bottom(FATAL, f"function {literal(value)} is no data", node.spans()), node
            )
        raise Incompleteness(
            Bottom(INCOMPLETE, f"incomplete value {literal(value)}", node.spans()), node
        )
    holder = value.final()
    if holder.state != 3:
        holder.settle_all()
    if holder.onstack:
        raise Incompleteness(Bottom(INCOMPLETE, "structural cycle", holder.spans()), node)
    if holder.errors is not None:
        raise Incompleteness(max(holder.errors, key=lambda e: e.code), node)
    if holder.validators:
        problem = check_validators(holder, True)
        if problem is not None:
            raise Incompleteness(problem, node)
    run.spend(3 + (len(holder.arcs or holder.elems or ()) >> 3))
    run.depth += STACKED
    holder.onstack = WALKED
    try:
        if run.depth > run.budget.depth:
            raise Incompleteness(Bottom(FATAL, "value nests too deeply", holder.spans()), node)
        if holder.elems is not None:
            return [_node_data(elem, run, leaves) for elem in holder.elems]
        out = {}
        for label in ordered_labels(holder):
            arc = holder.arcs[label]
            if arc.kind == MEMBER:
                out[label] = _node_data(arc, run, leaves)
            elif arc.kind == REQUIRED:
                raise Incompleteness(
                    Bottom(INCOMPLETE, "field is required but not present", arc.spans()), arc
                )
        return out
    finally:
        holder.onstack = 0
        run.depth -= STACKED


def problems(node: Node, final: bool) -> tuple[Problem, ...]:
    """Every fatal error in a value; with `final`, also what is not concrete among the exported fields."""
    out: dict[tuple[str, str], Problem] = {}
    for where, bottom in _bottoms(node, final, True, set(), node):
        path = bottom.path or _path(where)
        message = bottom.message
        if (path, message) not in out:
            code = {INCOMPLETE: "V202", CYCLE: "V203", 4: "V204", 3: "V203"}.get(
                bottom.code, "V201"
            )
            help = bottom.advice() if len(out) < _MOST_ADVISED else ""
            out[path, message] = Problem(
                readable(message), path, bottom.spans, bottom.code < FATAL, code, help
            )
    return tuple(out.values())


def walk(node: Node) -> None:
    """Evaluate all of a value, in the order of its fields."""
    for _ in _bottoms(node, False, True, set(), node):
        pass


Place: TypeAlias = "Node | tuple[Place, str | int]"
"""Where an error surfaces: a node, or a label below a place. A value that is shared stands at several."""


def _path(place: Place) -> str:
    labels: list[str] = []
    while not isinstance(place, Node):
        place, label = place
        labels.append(label_text(label))
    start = place.path()
    return ".".join([*([start] if start else []), *reversed(labels)])


def _bottoms(
    node: Node, final: bool, exported: bool, seen: set[int], place: Place
) -> Iterator[tuple[Place, Bottom]]:
    node.expand()
    if id(node) in seen:
        return
    holder = node.final()
    if holder.onstack:
        yield place, Bottom(FATAL, "structural cycle", holder.spans())
        return
    if node is not holder and node.errors:
        for error in node.errors:
            if error.code >= FATAL or (final and exported):
                yield place, error
    had = False
    if holder.state != 3:
        holder.settle_all()
        for task in holder.tasks:
            if task.reason is not None and task.state != 2 and final and exported:
                had = True
                yield place, task.reason
    for error in holder.errors or ():
        if error.code == CLOSED and holder.tasks:
            continue  # it never had a value
        if error.code >= FATAL or (final and exported):
            had = True
            yield place, error
    if id(holder) in seen and holder is not node and not (final and exported):
        return  # shared with a value that has been walked: its fatal errors are reported there
    seen.add(id(node))
    if holder.validators and not had:
        problem = check_validators(holder, final and exported)
        if problem is not None:
            yield place, problem
    value = holder.value
    if holder.elems is None and value is not STRUCT_VALUE and final and exported and not had:
        value = default_of(value)
        if not is_concrete(value) and type(value) is not Node and value is not LIST_VALUE:
            shown = literal(value) if value is not UNSET else "_"
            spans = tuple(dict.fromkeys((*node.spans(), *holder.spans())))
            yield place, Bottom(INCOMPLETE, f"incomplete value {shown}", spans)
    run = holder.run
    run.spend(1)
    run.depth += STACKED
    holder.onstack = WALKED
    try:
        if run.depth > run.budget.depth:
            yield place, Bottom(FATAL, "value nests too deeply", holder.spans())
            return
        if holder.elems is not None:
            if final and exported and among_waiting(holder):
                yield place, Bottom(INCOMPLETE, "incomplete value list", holder.spans())
            for elem in holder.elems:
                elem.expand()
                if not elem.is_scalar():
                    yield from _bottoms(elem, final, exported, seen, (place, elem.label))
        for label, arc in list(holder.arcs.items()):
            visible = exported and label[:1] != HIDDEN
            if arc.kind == MEMBER:
                arc.expand()
                if arc.is_scalar():
                    continue
                yield from _bottoms(arc, final, visible, seen, (place, label))
            elif arc.kind == REQUIRED:
                yield from _bottoms(arc, final, False, seen, (place, label))
                if final and visible:
                    message = "field is required but not present"
                    yield (place, label), Bottom(INCOMPLETE, message, arc.spans())
    finally:
        holder.onstack = 0
        run.depth -= STACKED
    holder.walked = True


# --------------------------------------------------------------------------------------------------- trees


def to_tree(node: Node) -> tree.Tree:
    """The value as a resolved tree: references gone, defaults still disjunctions, comment markers kept."""
    return _value_tree(node.result(), node)


def _value_tree(value: Any, node: Node | None) -> tree.Tree:
    if type(value) is Node:
        return _holder_tree(value)
    if type(value) is Disjunction:
        return tree.TChoice(
            tuple(
                (_value_tree(arm, node), flag == "D")
                for arm, flag in zip(value.arms, value.flags, strict=True)
            )
        )
    if type(value) is Constraint:
        return tree.TType(value)
    if type(value) is Bottom:
        spans = value.spans or (node.spans() if node is not None else ())
        return tree.TBottom(value.message, value.code < FATAL, spans)
    plain: tree.Tree = value
    return plain


def _holder_tree(node: Node) -> tree.Tree:
    if type(node.value) is Disjunction:
        return _value_tree(node.value, node)
    holder = node.final()
    if holder.state != 3:
        holder.settle_all()
    if holder.onstack:
        return tree.TBottom("structural cycle", False, holder.spans())
    pending = None
    if holder.errors is not None:
        worst = max(holder.errors, key=lambda e: e.code)
        pending = tree.TBottom(worst.message, worst.code < FATAL, worst.spans)
        if not pending.incomplete or not holder.arcs:
            return pending
    holder.run.spend(1)
    holder.onstack = WALKED
    try:
        if holder.elems is not None:
            items = [to_tree(elem) for elem in holder.elems]
            return tree.TList(items, holder.fixed is None, _rest_tree(holder))
        fields: dict[str, tree.TField] = {}
        for label in ordered_labels(holder):
            arc = holder.arcs[label]
            if arc.kind == MEMBER:
                marks, spans = field_marks(arc)
                fields[label] = tree.TField(to_tree(arc), marks, spans)
        return tree.TStruct(fields, pending)
    finally:
        holder.onstack = 0


def _rest_tree(holder: Node) -> tree.Tree | None:
    """What an open list says about further elements: `...T`."""
    if holder.fixed is not None or not holder.rests:
        return None
    tails = [tail for _, tail in holder.rests if tail is not None]
    if not tails:
        return None
    further = Node(holder.run, holder, len(holder.elems or ()))
    for tail in tails:
        further.add(tail)
    return to_tree(further)


def field_marks(arc: Node) -> tuple[dict[str, str], tuple[Any, ...]]:
    """The `+key=value` markers of a field's comments, in all conjuncts, and the places that declare it."""
    marks: dict[str, str] = {}
    spans = []
    for conjunct in arc.conjuncts:
        field = conjunct.field
        if field is None:
            continue
        spans.append(field.span)
        for line in field.doc:
            text = line.strip()
            if text.startswith("+") and "=" in text:
                key, _, value = text[1:].partition("=")
                words = value.split()
                marks[key.strip()] = words[0] if words else ""
    return marks, tuple(spans)
