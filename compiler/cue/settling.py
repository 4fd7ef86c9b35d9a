"""The end of an expansion: tasks that stay stuck, what kind of value the node turned out to be, closedness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from velac.compiler.cue import kinds
from velac.compiler.cue.closedness import check_closed
from velac.compiler.cue.labels import is_regular
from velac.compiler.cue.parts import (
    DONE,
    LIST_VALUE,
    MEMBER,
    PENDING,
    REQUIRED,
    STRUCT_VALUE,
    STUCK,
    UNSET,
)
from velac.compiler.cue.unify import make_disjunction
from velac.compiler.cue.values import (
    CIRCULAR,
    CLOSED,
    CYCLE,
    FATAL,
    INCOMPLETE,
    STRUCTURAL,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    is_concrete,
    kind_of,
    literal,
)
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def settle_value(node: Node) -> None:
    """End an expansion: what kind of value it is, and what is wrong with it."""
    stuck = False
    for task in node.tasks:
        reason = task.reason
        if reason is not None:
            stuck = stuck or reason.code == CYCLE
    if stuck:
        node.state = STUCK
        node.epoch = node.run.epoch
    else:
        node.state = DONE
        for task in node.tasks:
            if task.reason is not None:
                node.fail(task.reason)
        node.tasks = ()
    if node.errors is not None and len(node.errors) > 1:
        _drop_closed(node)
    if node.tests is not None:
        _check_tests(node, node.tests)
    if node.shared is not None or node.choice is not None:
        return
    if node.cyclic and not node.grounded:
        node.arcs = {}
        node.elems = None
        node.fail(Bottom(STRUCTURAL, "structural cycle", node.spans()))
        return
    _settle_kind(node)
    # As cue: of a struct that waits for something, only that is told.
    waits = node.errors is not None and any(error.code < FATAL for error in node.errors)
    if node.scopes is not None and node.value is STRUCT_VALUE and not waits:
        check_closed(node)


def _drop_closed(node: Node) -> None:
    """As cue: of a field that is not allowed and has no value yet, only the latter is told."""
    errors = node.errors or []
    if node.state == DONE and any(error.code < FATAL for error in errors):
        node.errors = [error for error in errors if error.code != CLOSED] or None


def _check_tests(here: Node, tests: list[tuple[Node, str, Span]]) -> None:
    """A field that a condition found to be missing must not have come since."""
    for node, label, span in tests:
        holder = node.final()
        arc = holder.arcs.get(label)
        if arc is not None and arc.kind == MEMBER:
            here.fail(
                Bottom(
                    INCOMPLETE,
                    f"{CIRCULAR}{arc.path()} changed after evaluation",
                    (span, *arc.spans()),
                )
            )
            return


def _settle_kind(node: Node) -> None:
    value = node.value
    struct = node.is_struct or any(
        arc.kind <= REQUIRED and is_regular(label) for label, arc in node.arcs.items()
    )
    if struct and not node.is_struct and value is UNSET and (node.maybe_list or node.elems):
        struct = _has_values(node)  # as cue: fields that were added and wait do not conflict yet
    if node.maybe_list and node.elems is None and (struct or is_concrete(value)):
        _conflict(node, "list", "struct" if struct else literal(value))
    if node.elems is not None:
        if struct and (node.is_struct or _has_values(node)):
            _conflict(node, "list", "struct")
        elif value is not UNSET and value is not LIST_VALUE:
            _constrained(node, value, kinds.LIST, "list")
        if node.errors is None or not _is_scalar(value):
            node.value = LIST_VALUE
    elif struct:
        if value is not UNSET and value is not STRUCT_VALUE:
            if not node.is_struct and not _has_values(node):
                return  # as cue: fields that were added and wait do not conflict yet
            _constrained(node, value, kinds.STRUCT, "struct")
        if node.errors is None or not _is_scalar(value):
            node.value = STRUCT_VALUE
    elif type(value) is Constraint and _has_places(node):
        node.value = STRUCT_VALUE  # as cue: a field that could have come makes a struct of it
        if _is_for_scalars(value):
            _conflict(node, literal(value), "struct")
    elif type(value) is Disjunction and _has_places(node):
        kept = [
            (arm, flag)
            for arm, flag in zip(value.arms, value.flags, strict=True)
            if not (type(arm) is Constraint and _is_for_scalars(arm))
        ]
        if kept and len(kept) < len(value.arms):
            flags = [flag for _, flag in kept]
            node.value = make_disjunction([arm for arm, _ in kept], flags, node.run.trace)
    elif value is UNSET:
        if node.maybe_struct:
            node.value = STRUCT_VALUE
        elif node.errors is None and not node.tasks:
            node.value = TOP


def _is_scalar(value: Any) -> bool:
    return is_concrete(value) or type(value) is Disjunction


def _has_values(node: Node) -> bool:
    """Whether a field of this node does not wait for anything."""
    for label, arc in list(node.arcs.items()):
        if arc.kind <= REQUIRED and is_regular(label):
            arc.expand()
            if arc.errors is None or any(error.code >= FATAL for error in arc.errors):
                return True
    return False


def _is_for_scalars(value: Constraint) -> bool:
    """Whether a constraint looks at a value, which no struct has."""
    if any(operand is not None for _, operand in value.bounds):
        return True
    return bool(value.validators) and not value.kind & kinds.STRUCT


def _has_places(node: Node) -> bool:
    return any(arc.kind == PENDING and is_regular(label) for label, arc in node.arcs.items())


def _constrained(node: Node, value: Any, kind: int, name: str) -> None:
    """A struct or list met a scalar value: fine if that is a constraint which it can meet."""
    if type(value) is Constraint and value.kind & kind:
        node.validators = value.validators
    else:
        _conflict(node, literal(value), name)


def _conflict(node: Node, left: str, right: str) -> None:
    shown = {"struct": "{...}", "list": "[...]"}
    names = {"struct": "struct", "list": "list"}
    value = node.value
    left_kind = names.get(left) or kinds.kind_name(kind_of(value))
    node.fail(
        Bottom(
            FATAL,
            f"conflicting values {shown.get(left, left)} and {shown.get(right, right)} "
            f"(mismatched types {left_kind} and {names.get(right, right)})",
            node.spans(),
        )
    )
