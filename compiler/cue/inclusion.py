"""References: unifying what another node is made of into this one, and finding structural cycles on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from velac.compiler.cue.declaring import reserve
from velac.compiler.cue.disjunctions import has_node_arms
from velac.compiler.cue.labels import is_definition_label, label_text
from velac.compiler.cue.parts import (
    ASIDE,
    DONE,
    EXPANDING,
    LIST_VALUE,
    NEW,
    RUNNING,
    STRUCT_VALUE,
    STUCK,
    UNSET,
    Conjunct,
    Env,
    Info,
    RefTrail,
)
from velac.compiler.cue.scheduling import waits_besides
from velac.compiler.cue.scope import Scope
from velac.compiler.cue.values import CYCLE, STRUCTURAL, TOP, Bottom, Disjunction, is_concrete

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def include(here: Node, conjunct: Conjunct, target: Node, is_definition: bool) -> Bottom | None:
    """Unify what `target` is made of into this node; the expression of `conjunct` led to it."""
    node = target.deref()
    if node is here or target is here or here.stands_for(node):
        return None
    # The value of an expression is no field of the struct around it.
    parent = None if target.kind == ASIDE else target.parent
    if parent is not None and parent.state != DONE:
        parent.settle(target.label)
    info = conjunct.info
    expr = conjunct.expr
    cyclic = info.cyclic
    trail = info.trail
    while trail is not None:
        if trail.expr is expr and trail.target is node:
            if trail.node is here:
                return None
            cyclic = True
            break
        trail = trail.up
    if not cyclic:
        above = here.parent
        height = 0
        aside = here.kind == ASIDE
        while above is not None:
            height += 1
            if not aside and (above is node or above.choice is node or above.stands_for(node)):
                if not (info.arm or info.embedded) and _has_alternatives(here):
                    return None  # as cue: beside alternatives, what is around is nothing
                cyclic = True
                break
            if aside and _evaluates_again(here, above, node):
                _take_nothing(here, conjunct)
                return None
            aside = aside or above.kind == ASIDE
            above = above.parent
        here.run.steps -= height >> 2
    plain = not cyclic and not info.embedded
    lone = plain and not here.picks and _is_alone(here, conjunct, node)
    if node.state != EXPANDING and not (
        node.state == NEW
        and len(node.conjuncts) == 1
        and node.conjuncts[0].expr.is_struct
        and not lone
    ):
        node.expand()
        node = node.deref()
        if node is here:
            return None
    if (
        (node.value is UNSET or node.value is TOP)
        and parent is not None
        and node.elems is None
        and not node.arcs
        and waits_besides(parent, target.label, conjunct)
    ):
        return Bottom(CYCLE, f"cyclic reference to field {label_text(target.label)}", (expr.span,))
    most = len(here.conjuncts)
    if lone and node.state != EXPANDING and len(here.tasks) <= most and here.places is None:
        if node.state == STUCK:
            return stuck_reason(node)
        if is_concrete(node.value) and node.errors is None and not node.arcs:
            here.meet(node.value, expr.span, info)
            return None
        here.shared = node
        return None
    value = node.value
    if (
        node.state == DONE
        and value is not UNSET
        and value is not STRUCT_VALUE
        and value is not LIST_VALUE
        and not node.arcs
        and node.errors is None
        and node.choice is None
        and not has_node_arms(value)
    ):
        here.meet(value, expr.span, info)
        return None
    scope = info.scope
    embedded = info.embedded
    if cyclic:
        here.cyclic = True
    if _is_included(here, node, conjunct, cyclic):
        return None
    if is_definition or (type(node.label) is str and is_definition_label(node.label)):
        scope = Scope.definition(scope, embedded)
        embedded = False
    trail = RefTrail(expr, node, here, info.trail)
    # Every reference looks back over those before.
    here.run.steps -= 1 + len(node.conjuncts) + (trail.length >> 3)
    for _, below in node.places or ():
        reserve(here, below)
    # What closes the place where a conjunct comes from is not taken along.
    inner = Info(scope, trail, cyclic, embedded, info.arm)
    taken = list(node.conjuncts)
    if node.state == EXPANDING and _is_temporary(here) and _computes(node, taken):
        return Bottom(CYCLE, f"cycle with field {node.path()}", (expr.span,))
    if parent is not None and parent.state != DONE and parent.tasks and not parent.frozen:
        node.followers = [*(node.followers or ()), (here, inner)]
    for c in taken:
        c.expr.into(here, Conjunct(c.expr, c.env, inner, c.src, c.field))
    return None


def _is_alone(here: Node, conjunct: Conjunct, target: Node) -> bool:
    """Whether a value is made of a reference to `target`, perhaps twice, and of nothing else but itself."""
    conjuncts = here.conjuncts
    if len(conjuncts) == 1:
        return conjuncts[0] is conjunct
    return len(conjuncts) == 2 and all(
        c is conjunct or _leads_to(c, here, target) for c in conjuncts
    )


def _leads_to(conjunct: Conjunct, here: Node, target: Node) -> bool:
    expr: Any = conjunct.expr
    while getattr(expr, "leads", False):
        inner = getattr(expr, "expr", None)
        if inner is None:
            found = conjunct.expr.node(conjunct.env)
            return found is here or (type(found) is type(here) and found.deref() is target)
        expr = inner
    return False


def _has_alternatives(here: Node) -> bool:
    """Whether a disjunction is among what a value is made of."""
    if here.disjunctions or here.arms or here.picks or type(here.value) is Disjunction:
        return True
    return any(_is_disjunction(conjunct.expr) for conjunct in here.conjuncts)


def _is_disjunction(expr: Any) -> bool:
    """Whether an expression is `a | b`, or has one among the operands of `&`."""
    if type(getattr(expr, "value", None)) is Disjunction or hasattr(expr, "arms"):
        return True
    return (
        hasattr(expr, "right")
        and not hasattr(expr, "op")
        and (_is_disjunction(expr.left) or _is_disjunction(expr.right))
    )


def _evaluates_again(here: Node, above: Node, node: Node) -> bool:
    """Whether an expression is being evaluated inside its own evaluation, for the sake of the same node."""
    if above.state != EXPANDING or not above.conjuncts or not here.conjuncts:
        return False
    if above.conjuncts[0].expr is not here.conjuncts[0].expr:
        return False
    return any(key[0] is node for key in above.included or ())


def _take_nothing(here: Node, conjunct: Conjunct) -> None:
    """As cue: inside itself an `a & b` is wrong, and a literal lacks what it is made of."""
    if not conjunct.info.embedded and here.kind == ASIDE:
        here.fail(Bottom(STRUCTURAL, "structural cycle", (conjunct.expr.span,)))


def leads_around(item: Node, env: Env) -> bool:
    """Whether a part of a literal is nothing but a reference to what stands around the literal."""
    if len(item.conjuncts) != 1 or not item.conjuncts[0].expr.leads:
        return False
    found = item.conjuncts[0].expr.node(item.conjuncts[0].env)
    return type(found) is type(item) and env.node.is_within(found)


def _is_included(here: Node, node: Node, conjunct: Conjunct, cyclic: bool) -> bool:
    """Whether all that another node is made of has been taken already, on the same terms; noted for the next time."""
    info = conjunct.info
    trail = info.trail
    outermost = conjunct.expr if trail is None else trail.outermost
    # A literal that embeds one value twice has all of it once.
    place = info.scope.literal if info.embedded and info.scope.literal is not None else info.scope
    key = (node, place, info.embedded, info.arm, cyclic, len(node.conjuncts))
    included = here.included
    if included is None:
        here.included = {key: [outermost]}
        return False
    known = included.get(key)
    if known is None:
        included[key] = [outermost]
        return False
    known.append(outermost)  # the order of fields asks for the last of them
    here.run.steps -= 1
    return True


def follow(here: Node, conjunct: Conjunct, info: Info) -> None:
    """Take a conjunct that a node has got whose conjuncts have been taken."""
    expr, env = conjunct.expr, conjunct.env
    if not any(c.expr is expr and c.env is env for c in here.conjuncts):
        here.add(Conjunct(expr, env, info, conjunct.src, conjunct.field))


def _is_temporary(here: Node) -> bool:
    """Whether this holds the value of an expression on the way to something else."""
    node: Node | None = here
    while node is not None and node.parent is not None:
        if node.label == "":
            return True
        node = node.parent
    return False


def _computes(node: Node, conjuncts: list[Conjunct]) -> bool:
    """Whether one of the conjuncts is being computed right now."""
    if node.disjunctions is not None and not node.tasks:
        return True
    running = [task.conjunct for task in node.tasks if task.state == RUNNING]
    return any(c is r for r in running for c in conjuncts)


def stuck_reason(node: Node) -> Bottom:
    """What a node waits for that cannot go on."""
    for task in node.tasks:
        if task.reason is not None and task.reason.code == CYCLE:
            return task.reason
    return Bottom(CYCLE, "cyclic reference", node.spans())
