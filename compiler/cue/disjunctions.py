"""Disjunctions whose arms are structs or lists: each combination of arms is tried as a node of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue.errors import BudgetExceeded
from velac.compiler.cue.faults import deep_error
from velac.compiler.cue.labels import label_text
from velac.compiler.cue.parts import (
    EXPANDING,
    LIST_VALUE,
    PENDING,
    REQUIRED,
    STRUCT_VALUE,
    UNSET,
    Conjunct,
)
from velac.compiler.cue.scheduling import being_added
from velac.compiler.cue.unify import combined_flags, make_disjunction, meet_flags, unify_values
from velac.compiler.cue.values import (
    CYCLE,
    FATAL,
    INCOMPLETE,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    is_concrete,
)

if TYPE_CHECKING:
    from velac.compiler.cue.expr import DisjunctionExpr, Expr
    from velac.compiler.cue.node import Node

_MOST_SEARCHED: Final = 200
"""So many nodes of an arm are searched for the place of its error."""


def add_disjunction(here: Node, conjunct: Conjunct) -> None:
    """Queue a disjunction; the node of an alternative takes its picked arm instead."""
    if conjunct.info.arm:
        if here.arms is None:
            here.arms = []
        queue, picks = here.arms, here.arm_picks
    else:
        if here.disjunctions is None:
            here.disjunctions = []
        queue, picks = here.disjunctions, here.picks
    at = len(queue)
    queue.append(conjunct)
    if at < len(picks):
        arm = picks[at]
        arm.into(
            here,
            Conjunct(arm, conjunct.env, conjunct.info.as_arm(), conjunct.src, conjunct.field),
        )


def awaits(here: Node) -> bool:
    """Whether the condition that is being evaluated adds to this disjunction, and it is written here.

    Then cue does not decide it (but takes one that a reference leads to as it is).
    """
    return (
        type(here.value) is Disjunction
        and here.parent is not None
        and being_added(here.parent, here.label)
        and all(hasattr(c.expr, "arms") or hasattr(c.expr, "value") for c in here.conjuncts)
    )


def add_assumed(here: Node, conjunct: Conjunct) -> bool:
    """Add to a node what a condition adds that has tested its presence; False if that is as always.

    As cue: a disjunction is tested arm by arm, and only the arms that pass are met with what is added; a struct
    comes too late for a `_`.
    """
    assumed, here.assumed = here.assumed, False
    value = here.value
    if assumed is TOP:
        if conjunct.expr.is_struct and not getattr(conjunct.expr, "decls", ()):
            here.fail(Bottom(INCOMPLETE, "incomplete value struct", here.spans()))
            return True
        return False
    kept, constant = assumed
    added = conjunct.expr.ev(conjunct.env)
    if type(value) is not Disjunction or not (is_concrete(added) or type(added) is Constraint):
        return False
    arms: list[Any] = []
    flags: list[str] = []
    for at, (arm, flag) in enumerate(zip(value.arms, value.flags, strict=True)):
        met = arm if at in kept else unify_values(arm, added, here.run.trace)
        if type(met) is not Bottom:
            arms.append(met)
            flags.append(flag)
    here._clear()
    result = make_disjunction(arms, flags, here.run.trace)
    here.conjuncts = [Conjunct(constant(conjunct.expr.span, result), conjunct.env, conjunct.info)]
    return True


def resolve_disjunctions(here: Node) -> None:
    own = (here.disjunctions or [])[len(here.picks) :]
    nested = (here.arms or [])[len(here.arm_picks) :]
    if here.picks and own:
        return  # an alternative in the middle of a product: the other disjunctions are still to be picked
    pending = own or nested
    if not pending or _resolve_scalars(here, pending):
        return
    arms: list[Any] = []
    flags: list[str] = []
    for node, flag, inner_flag in _alternatives(here, pending, bool(own)):
        inner = node.final() if node.choice is not None or node.shared is not None else node
        value = inner.value
        if type(value) is Disjunction:
            for arm, arm_flag in zip(value.arms, value.flags, strict=True):
                arms.append(arm)
                flags.append(_nest(inner_flag, arm_flag))
        else:
            structured = (
                value is STRUCT_VALUE
                or value is LIST_VALUE
                or inner.tasks
                or any(arc.kind != PENDING for arc in inner.arcs.values())
            )
            arms.append(inner if structured or value is UNSET else value)
            flags.append(flag)
    if not arms:
        _all_failed(here, pending)
        return
    if "D" in flags:
        flags = ["N" if f == "M" else f for f in flags]
    result = make_disjunction(arms, flags, here.run.trace)
    if type(result) is type(here):
        here.choice = result
    else:
        here.value = result
        here.is_struct = here.maybe_struct = False
        here.elems = None
        here.arcs = {}


def _all_failed(node: Node, pending: list[Conjunct]) -> None:
    spans = tuple(c.expr.span for c in pending) + node.spans()
    failed = node.reasons or []
    reasons = [reason for reason, _ in failed]
    if len(reasons) == 1:
        node.fail(reasons[0].at(*spans))
        return
    incomplete = any(r.code < FATAL for r in reasons)
    detail = "; ".join(dict.fromkeys(_placed(reason, arm) for reason, arm in failed))
    node.fail(
        Bottom(
            INCOMPLETE if incomplete else FATAL,
            f"{len(reasons)} errors in empty disjunction: {detail}",
            tuple(dict.fromkeys(spans + tuple(s for r in reasons for s in r.spans))),
        )
    )


def _placed(reason: Bottom, arm: Node) -> str:
    """The message of an arm's error, with the path inside the arm where it is."""
    waiting: list[tuple[Node, str]] = [(arm, "")]
    for _ in range(_MOST_SEARCHED):
        if not waiting:
            break
        node, path = waiting.pop()
        final = node.final()
        if any(error is reason for error in (*(node.errors or ()), *(final.errors or ()))):
            return f"{path}: {reason.message}" if path else reason.message
        below: list[Node] = final.elems or [a for a in final.arcs.values() if a.kind <= REQUIRED]
        prefix = f"{path}." if path else ""
        waiting += [(one, prefix + label_text(one.label)) for one in below]
    return reason.message


def _resolve_scalars(node: Node, pending: list[Conjunct]) -> bool:
    """The common case: all arms are scalars. True if that settled it."""
    if node.is_struct or node.elems is not None or node.arcs:
        return False
    values = []
    for conjunct in pending:
        value = conjunct.expr.scalar_value(conjunct.env)  # type: ignore[attr-defined]
        if value is None:
            return False
        values.append((value, conjunct))
    for value, conjunct in values:
        node.meet(value, conjunct.expr.span, conjunct.info)
    return True


def _alternatives(here: Node, pending: list[Conjunct], own: bool) -> list[tuple[Node, str, str]]:
    """The surviving combinations of arms, each as a node of its own, with its default flag.

    The second flag is for the arms of a disjunction inside the last arm: the default arms of the last
    disjunction count there even if they are gone.
    """
    candidates: list[tuple[tuple[Expr, ...], str, str, Node]] = [((), "M", "M", here)]
    for conjunct in pending:
        disjunction: DisjunctionExpr = conjunct.expr  # type: ignore[assignment]
        found: list[tuple[tuple[Expr, ...], Node]] = []
        pairs: list[tuple[str, str]] = []
        reasons: list[tuple[Bottom, Node]] = []
        for picks, flag, _, _ in candidates:
            for arm, is_default in disjunction.arms:
                arm_flag = ("D" if is_default else "N") if disjunction.marked else "M"
                node, reason = _alternative(here, (*picks, arm), own)
                if reason is None:
                    found.append(((*picks, arm), node))
                    pairs.append((flag, arm_flag))
                else:
                    reasons.append((reason, node))
        left_drops = not any(left == "D" for left, _ in pairs)
        candidates = [
            (picks, flag, meet_flags("M" if left_drops else left, right), node)
            for (picks, node), flag, (left, right) in zip(
                found, combined_flags(pairs), pairs, strict=True
            )
        ]
        here.reasons = reasons
    return [(node, flag, nested) for _, flag, nested, node in candidates]


def _alternative(here: Node, picks: tuple[Expr, ...], own: bool) -> tuple[Node, Bottom | None]:
    """This node with one arm of each disjunction, and why that cannot be, if it cannot."""
    run = here.run
    run.arms += 1
    run.spend(16 + 4 * len(here.conjuncts))
    if run.arms > run.budget.arms:
        raise BudgetExceeded(f"disjunctions need more than {run.budget.arms:,} alternatives")
    node = type(here)(run, here.parent, here.label, here.kind)
    node.origin = here
    node.conjuncts = list(here.conjuncts)
    node.places = here.places
    node.picks = picks if own else here.picks
    node.arm_picks = () if own else (*here.arm_picks, *picks)
    outer, here.trying = here.trying, node
    try:
        node.expand()
        return node, failure(node)
    finally:
        here.trying = outer


def failure(here: Node) -> Bottom | None:
    """Why an alternative cannot be: a fatal error anywhere, or any error of its own or of a field or element.

    As cue: what is not known yet two levels down is no reason.
    """
    fatal = deep_error(here)
    if fatal is not None:
        return fatal
    for error in here.errors or here.final().errors or ():
        if error.code != CYCLE:
            return error
    return _unfinished(here)


def _unfinished(here: Node) -> Bottom | None:
    """The first error of a field or element that is not final, or None."""
    node = here.final()
    if node.state == EXPANDING:
        return None
    for arc in list(node.arcs.values()) if node.elems is None else node.elems:
        if arc.kind <= REQUIRED:
            arc.expand()
            for error in arc.errors or arc.final().errors or ():
                if error.code != CYCLE:
                    return error
    return None


def _nest(outer: str, inner: str) -> str:
    """The flag of an arm of an inner disjunction that is an arm flagged `outer`."""
    if outer == "N":
        return "N"
    if outer == "D":
        return "N" if inner == "N" else "D"
    return inner


def has_node_arms(value: Any) -> bool:
    """Whether a value is a disjunction with a struct or list among its arms."""
    return type(value) is Disjunction and not all(
        is_concrete(arm) or type(arm) is Constraint for arm in value.arms
    )
