"""What is wrong with an evaluated node or below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velac.compiler.cue import kinds
from velac.compiler.cue.labels import HIDDEN, label_text
from velac.compiler.cue.parts import CHECKED, DONE, EXPANDING, MEMBER, REQUIRED, STRUCT_VALUE, STUCK
from velac.compiler.cue.scheduling import being_added
from velac.compiler.cue.values import (
    CLOSED,
    FATAL,
    INCOMPLETE,
    STRUCTURAL,
    Bottom,
    Constraint,
    Disjunction,
    default_of,
    is_concrete,
    kind_of,
    literal,
)
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def deep_error(here: Node) -> Bottom | None:
    """The first fatal error in this node or below, or None."""
    node = here
    node.expand()
    if node.deep is not None and (node.walked or not node.run.finishing):
        return node.deep if type(node.deep) is Bottom else None
    if node.errors is not None:
        for error in node.errors:
            if error.code >= FATAL and not (error.code == CLOSED and node.tasks):
                if node.state == DONE:
                    node.deep = error
                return error
    if node.run.testing and node.state in (EXPANDING, STUCK):
        _note_circle(node)
    if node.onstack == CHECKED:
        if node.state != EXPANDING:
            return Bottom(STRUCTURAL, "structural cycle", node.spans())
        return None
    found = check_validators(node)  # which looks for errors in the value, too
    before, node.onstack = node.onstack, CHECKED
    try:
        if found is not None:
            pass
        elif node.shared is not None:
            found = deep_error(node.shared)
        elif node.choice is not None:
            found = deep_error(node.choice)
        elif node.elems is not None:
            for elem in node.elems:
                found = deep_error(elem)
                if found is not None:
                    break
        elif node.arcs:
            for arc in list(node.arcs.values()):
                if arc.kind <= REQUIRED:
                    found = deep_error(arc)
                    if found is not None:
                        break
    finally:
        node.onstack = before
    if node.state == DONE:
        node.deep = found if found is not None else True
        node.walked = node.walked or node.run.finishing
    return found


def lacks(here: Node) -> bool:
    """Whether something in this value is missing or waits for what is not known."""
    here.expand()
    node = here.final()
    if node.errors or here.errors or node.tasks:
        return True
    if node.onstack:
        return False
    before, node.onstack = node.onstack, CHECKED
    try:
        if node.elems is not None:
            return any(lacks(elem) for elem in node.elems)
        return any(
            arc.kind == REQUIRED or (arc.kind == MEMBER and lacks(arc))
            for arc in list(node.arcs.values())
        )
    finally:
        node.onstack = before


def _note_circle(here: Node) -> None:
    """Mark the latest test for presence if this node, a part of what it tests, waits for the place of the test."""
    run = here.run
    test = next(reversed(run.testing))
    expanding = here.state == EXPANDING
    for conjunct in here.conjuncts:
        if not conjunct.expr.leads:
            circle = expanding
        else:
            run.missed = None
            target = conjunct.expr.node(conjunct.env)
            if type(target) is type(here):
                circle = test[2].is_within(target.deref())
                circle = circle or any(c.expr is test[0] for c in target.conjuncts)
            else:
                circle = expanding or (run.missed is not None and being_added(*run.missed))
        if circle:
            run.testing[test] = True
            return


def finish(node: Node) -> Bottom | None:
    """The same, and the value counts as evaluated from now on."""
    run = node.run
    before, run.finishing = run.finishing, True
    try:
        return deep_error(node)
    finally:
        run.finishing = before


def known_problem(here: Node) -> Bottom | None:
    """What is wrong with this value, if all of it has been evaluated already.

    As cue: whoever reads a struct while it is being evaluated sees the fields it has; later on it is an error
    if it has one of its own, or a fatal one inside.
    """
    node = here.final()
    if not node.walked:
        return None
    if node.errors is not None:
        return max(node.errors, key=lambda e: e.code)
    return deep_error(node)


def own_problem(here: Node) -> Bottom | None:
    """What a struct or list itself waits for, or what is wrong with it; not what is inside."""
    node = here.final()
    if node.errors is not None:
        return max(node.errors, key=lambda e: e.code)
    return None


def take_over(here: Node, around: Node, span: Span) -> None:
    """What a condition in a list has found out about the struct around it is wrong of the list."""
    if around.errors is None or around is here:
        return
    taken = [e for e in around.errors if e.spans and span.start <= e.spans[0].start < span.end]
    for error in taken:
        here.fail(error)
    if taken:
        around.errors = [error for error in around.errors if error not in taken] or None


def hidden_by(node: Node, label: str, span: Span) -> Bottom | None:
    """Why the fields of a conflicting value cannot be selected: it is a scalar as well, or no alternative is left."""
    if is_concrete(node.value):
        return not_a_struct(node, label, span)
    if type(node.value) is Disjunction or (node.reasons and node.choice is None):
        problem = own_problem(node)
        return problem if problem is not None and problem.code >= FATAL else None
    return None


def asks_itself(node: Node) -> bool:
    """Whether a required field is asked while it is being evaluated: as cue, a list in it may be anything still."""
    return node.state == EXPANDING and node.kind == REQUIRED


def among_waiting(here: Node) -> bool:
    """Whether a list is inside a value all alternatives of which wait: as cue, nobody knows its length."""
    node = here.parent
    while node is not None:
        if node.reasons and node.choice is None and node.errors is not None:
            return all(error.code == INCOMPLETE for error in node.errors)
        node = node.parent
    return False


def check_validators(node: Node, final: bool = False) -> Bottom | None:
    """The first validator that this struct or list does not meet; with `final`, or not yet."""
    validators, node.validators = node.validators, ()  # a check reads this very value
    try:
        for validator in validators:
            outcome = validator.check(node)
            if type(outcome) is Bottom:
                return outcome if final or outcome.code >= FATAL else None
            if not outcome:
                return Bottom(
                    FATAL,
                    f"invalid value {literal(node)} (does not satisfy {validator.text})",
                    node.spans(),
                )
    finally:
        node.validators = validators
    return None


def nearest_field(node: Node, label: str) -> str:
    """What to say to somebody who looked for a field that a struct does not have."""
    from velac.compiler.diagnostics.suggest import nearest

    known = {label_text(arc) for arc in node.arcs if type(arc) is str}
    near = nearest(label_text(label), known)
    return f"did you mean `{near}`?" if near else ""


def not_a_struct(node: Node, label: str, span: Span) -> Bottom | None:
    value = node.value
    if value is STRUCT_VALUE:
        return None
    if node.errors is not None:
        for error in node.errors:
            if error.code >= FATAL:
                return error
    if node.elems is not None and label[:1] != HIDDEN:
        code = INCOMPLETE if asks_itself(node) else FATAL
        return Bottom(code, f"invalid selector {label_text(label)} for a list", (span,))
    if type(value) is Disjunction:
        if any(type(a) is type(node) for a in value.arms):
            return Bottom(INCOMPLETE, "unresolved disjunction", (span,))
        value = default_of(value)
    scalar = is_concrete(value) or (type(value) is Constraint and not value.kind & kinds.STRUCT)
    if scalar and label[:1] != HIDDEN:
        return Bottom(
            FATAL,
            f"invalid operand {literal(value)} (found {kinds.kind_name(kind_of(value))}, want struct) "
            f"for selector {label_text(label)}",
            (span,),
        )
    return None
