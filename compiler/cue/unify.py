"""The meet of values that are neither structs nor lists, and their disjunctions with default flags."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import kinds
from velac.compiler.cue.errors import BudgetExceeded
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.values import (
    _KIND_OF,
    CYCLE,
    FATAL,
    NO_TRACE,
    TOP,
    Bottom,
    Constraint,
    Decisions,
    Disjunction,
    Edges,
    Validator,
    bound_kind,
    compare,
    is_concrete,
    kind_of,
    literal,
    plain,
    same_scalar,
)


def holds(op: str, value: Any, operand: Any, trace: Decisions) -> bool | Bottom:
    """Whether the concrete `value` meets the bound `op operand`; kinds have been checked."""
    leafy = type(value) is Leaf or type(operand) is Leaf
    left: Any = value.value if type(value) is Leaf else value
    right: Any = operand.value if type(operand) is Leaf else operand
    if op in ("=~", "!~"):
        from velac.compiler.cue import regex

        if type(left) is bytes:
            return Bottom(FATAL, f"cannot use {literal(left)} (type bytes) as type string in {op}")
        found = regex.search(right, left)
        outcome = found if op == "=~" else not found
    elif (
        op == "!="
        and _KIND_OF[type(left)] != _KIND_OF[type(right)]
        and (not _KIND_OF[type(left)] & _KIND_OF[type(right)] & kinds.NUMBER)
    ):
        outcome = not (
            type(left) in (int, Decimal) and type(right) in (int, Decimal) and left == right
        )
    else:
        outcome = compare(op, left, right)
    if leafy:
        trace.decide(op, (value, operand), outcome)
    return outcome


def check(value: Any, constraint: Constraint, trace: Decisions) -> Bottom | None:
    """Why the concrete `value` is outside `constraint`, or None."""
    kind = kind_of(value)
    if not kind & constraint.kind:
        return Bottom(
            FATAL,
            f"conflicting values {literal(value)} and {constraint.text()} "
            f"(mismatched types {kinds.kind_name(kind)} and {kinds.kind_name(constraint.kind)})",
        )
    for op, operand in constraint.bounds:
        outcome = holds(op, value, operand, trace)
        if type(outcome) is Bottom:
            return outcome
        if not outcome:
            return Bottom(
                FATAL, f"invalid value {literal(value)} (out of bound {op}{literal(operand)})"
            )
    for validator in constraint.validators:
        outcome = validator.check(value)
        if type(outcome) is Bottom:
            return outcome
        if not outcome:
            return Bottom(
                FATAL, f"invalid value {literal(value)} (does not satisfy {validator.text})"
            )
    return None


def unify_values(a: Any, b: Any, trace: Decisions = NO_TRACE) -> Any:
    """The meet of two values none of which is a struct or list; a `Bottom` when there is none."""
    if a is TOP or a is b:
        return b
    if b is TOP:
        return a
    if type(a) is Bottom:
        return a
    if type(b) is Bottom:
        return b
    if type(a) is Disjunction:
        return _meet_disjunction(a, b, trace)
    if type(b) is Disjunction:
        return _meet_disjunction(b, a, trace)
    if type(a) is Constraint:
        if type(b) is Constraint:
            return _meet_constraints(a, b, trace)
        return (check(b, a, trace) or b) if is_concrete(b) else _meet_node(b, a)
    if type(b) is Constraint:
        return (check(a, b, trace) or a) if is_concrete(a) else _meet_node(a, b)
    if not (is_concrete(a) and is_concrete(b)):
        return Bottom(
            FATAL, f"conflicting values {literal(a)} and {literal(b)} {_mismatch(a, b)}".rstrip()
        )
    if same_scalar(a, b, trace):
        # Keep the plain one: the trace has been told that they are equal.
        if trace.keeps_leaves:
            return a if type(a) is Leaf else b
        return b if type(a) is Leaf else a
    return Bottom(
        FATAL, f"conflicting values {literal(b)} and {literal(a)} {_mismatch(b, a)}".rstrip()
    )


def _meet_node(node: Any, constraint: Constraint) -> Any:
    """A struct or list, or a node that is not known to be one, met with a constraint."""
    kind = kind_of(node)
    if not kind & constraint.kind:
        shown = f"conflicting values {literal(node)} and {constraint.text()} {_mismatch(node, constraint)}"
        return Bottom(FATAL, shown.rstrip())
    if kind == kinds.TOP and constraint.bounds:
        return Bottom(CYCLE, f"value of {constraint.text()} is not known yet")
    return node


def _mismatch(a: Any, b: Any) -> str:
    left, right = kind_of(a), kind_of(b)
    if left & right:
        return ""
    return f"(mismatched types {kinds.kind_name(left)} and {kinds.kind_name(right)})"


def _meet_constraints(a: Constraint, b: Constraint, trace: Decisions) -> Any:
    kind = a.kind & b.kind
    if not kind:
        return Bottom(
            FATAL,
            f"conflicting values {a.text()} and {b.text()} "
            f"(mismatched types {kinds.kind_name(a.kind)} and {kinds.kind_name(b.kind)})",
        )
    if kind == kinds.FUNC and a.kind == b.kind and _function(a) != _function(b):
        return Bottom(FATAL, f"conflicting values {b.text()} and {a.text()}")
    if kind == a.kind and not b.bounds and not b.validators:
        return a
    if kind == b.kind and not a.bounds and not a.validators:
        return b
    if len(a.bounds) + len(a.validators) > _MANY:
        return _narrow(kind, a, b, trace)
    bounds = list(a.bounds)
    for bound in b.bounds:
        if bound not in bounds:
            bounds.append(bound)
    for op, operand in bounds:
        # a bound on numbers does not make a float of an int constraint
        kind &= bound_kind(op, operand)
    if not kind:
        return Bottom(FATAL, f"conflicting values {a.text()} and {b.text()}")
    conflict = _excluding(_edges(bounds, trace), kind, trace)
    if conflict:
        return Bottom(FATAL, f"conflicting bounds {conflict}")
    validators = list(a.validators)
    for v in b.validators:
        if not any(v.text == w.text and _same_args(v, w) for w in validators):
            validators.append(v)
    return Constraint(kind, tuple(bounds), tuple(validators))


def _function(value: Constraint) -> Any:
    """What two functions have in common if they are one; as cue, those without a package are one at a time."""
    return value.name if "." in value.name else value.call


_MANY: Final = 16
_MOST: Final = 4_000


def _narrow(kind: int, a: Constraint, b: Constraint, trace: Decisions) -> Any:
    """The meet of a constraint of very many parts with another: what they have in common is looked at once."""
    if len(a.bounds) + len(a.validators) > _MOST:
        raise BudgetExceeded(f"a value has more than {_MOST:,} bounds")
    known = frozenset(a.bounds)
    bounds = [bound for bound in b.bounds if bound not in known]
    for op, operand in bounds:
        kind &= bound_kind(op, operand)
    if not kind:
        return Bottom(FATAL, f"conflicting values {a.text()} and {b.text()}")
    tightest = a.edges if a.edges is not None else _edges(a.bounds, trace)
    edges = _edges([edge for edge in tightest if edge is not None] + bounds, trace)
    conflict = _excluding(edges, kind, trace)
    if conflict:
        return Bottom(FATAL, f"conflicting bounds {conflict}")
    texts = {v.text for v in a.validators}
    validators = [
        v
        for v in b.validators
        if v.text not in texts
        or not any(v.text == w.text and _same_args(v, w) for w in a.validators)
    ]
    made = Constraint(kind, a.bounds + tuple(bounds), a.validators + tuple(validators))
    made.edges = edges
    return made


def _same_args(a: Validator, b: Validator) -> bool:
    """Whether two validators of one text stay the same for other leaves."""
    left, right = a.args, b.args
    if not (isinstance(left, tuple) and isinstance(right, tuple)):
        return left is right or type(left) is not Leaf
    return not any(
        x is not y and Leaf in (type(x), type(y)) for x, y in zip(left, right, strict=True)
    )


def _edges(bounds: Iterable[tuple[str, Any]], trace: Decisions) -> Edges:
    """The tightest bounds below and above."""
    low = high = None
    for op, operand in bounds:
        if op in (">", ">="):
            low = _tighter(low, (op, operand), ">", trace)
        elif op in ("<", "<="):
            high = _tighter(high, (op, operand), "<", trace)
    return low, high


def _excluding(edges: Edges, kind: int, trace: Decisions) -> str:
    """The text of two bounds that exclude each other, or ''. Bounds stay symbolic otherwise."""
    low, high = edges
    if low is None or high is None:
        return ""
    left, right = plain(low[1], trace), plain(high[1], trace)
    if type(left) is not type(right) and not {type(left), type(right)} <= {int, Decimal}:
        return ""
    strict = low[0] == ">" or high[0] == "<"
    empty = compare(">=" if strict else ">", left, right)
    if (
        not empty
        and kind == kinds.INT
        and type(left) is int
        and type(right) is int
        and low[0] == ">"
        and high[0] == "<"
    ):
        empty = right - left <= 1
    return f"{low[0]}{literal(low[1])} and {high[0]}{literal(high[1])}" if empty else ""


def _tighter(
    best: tuple[str, Any] | None, new: tuple[str, Any], direction: str, trace: Decisions
) -> tuple[str, Any]:
    if best is None:
        return new
    a, b = plain(best[1], trace), plain(new[1], trace)
    if type(a) is not type(b) and not {type(a), type(b)} <= {int, Decimal}:
        return best
    if a == b:
        return new if new[0] == direction else best
    return new if compare(direction, b, a) else best


def meet_flags(a: str, b: str) -> str:
    """The default flag of an arm met from two: default only where every marked side says so."""
    if a == "N" or b == "N":
        return "N"
    return "D" if "D" in (a, b) else "M"


def make_disjunction(arms: list[Any], flags: list[str], trace: Decisions = NO_TRACE) -> Any:
    """Arms merged where equal; one arm left is that arm, none a bottom."""
    if len(arms) > 1:
        arms, flags = _merge_equal(arms, flags, trace)
    if not arms:
        return Bottom(FATAL, "empty disjunction")
    if len(arms) == 1:
        return arms[0]
    return Disjunction(tuple(arms), "".join(flags))


def _merge_equal(
    arms: list[Any], flags: list[str], trace: Decisions
) -> tuple[list[Any], list[str]]:
    seen: dict[Any, int] = {}
    if any(type(arm) is Leaf for arm in arms):
        _tell_equal([arm for arm in arms if is_concrete(arm)], trace)
    out: list[Any] = []
    marks: list[str] = []
    for arm, flag in zip(arms, flags, strict=True):
        key = _key(arm)
        at = seen.get(key)
        if at is None:
            seen[key] = len(out)
            out.append(arm)
            marks.append(flag)
        elif flag == "D" or marks[at] == "N":
            marks[at] = flag
    return out, marks


def _tell_equal(scalars: list[Any], trace: Decisions) -> None:
    """Tell the trace which scalars with leaves among them are equal."""
    for at, one in enumerate(scalars):
        for other in scalars[:at]:
            if type(one) is Leaf or type(other) is Leaf:
                same_scalar(one, other, trace)


def _key(arm: Any) -> Any:
    if type(arm) is Constraint:
        if arm.kind == kinds.FUNC:
            return (Constraint, _function(arm))
        return (Constraint, arm.kind, arm.bounds, tuple(v.text for v in arm.validators))
    if type(arm) is Leaf:
        return (type(arm.value), arm.value)
    if is_concrete(arm):
        return (type(arm), arm)
    structural = getattr(arm, "equality_key", None)
    return structural() if structural else id(arm)


def _meet_disjunction(disjunction: Disjunction, other: Any, trace: Decisions) -> Any:
    arms: list[Any] = []
    pairs: list[tuple[str, str]] = []
    first: Bottom | None = None
    scalar = is_concrete(other)  # its form is kept: `(1.50 | 2) & 1.5` is 1.5
    lefts = list(zip(disjunction.arms, disjunction.flags, strict=True))
    rights = [(other, "M")]
    among = None
    if type(other) is Disjunction:
        rights = list(zip(other.arms, other.flags, strict=True))
        among = _Candidates(rights, disjunction)
    for left, left_flag in lefts:
        for right, right_flag in rights if among is None else among.of(left):
            met = unify_values(right, left, trace) if scalar else unify_values(left, right, trace)
            if type(met) is Bottom:
                first = first or met
                continue
            arms.append(met)
            pairs.append((left_flag, right_flag))
    if not arms:
        return Bottom(FATAL, _no_arm(disjunction, other, first), first.spans if first else ())
    return make_disjunction(arms, combined_flags(pairs), trace)


_PRODUCT_LIMIT: Final = 200_000
_CONSTRAINT: Final = 4
"""Two constraints take as long to meet as so many pairs of values."""


class _Candidates:
    """Which arms of one disjunction may meet an arm of another: of scalars only the equal one and the types."""

    __slots__ = ("all", "equal", "types")

    def __init__(self, arms: list[tuple[Any, str]], other: Disjunction) -> None:
        self.all = arms
        plain = all(type(arm) is not Leaf for arm, _ in arms)
        plain = plain and all(type(arm) is not Leaf for arm in other.arms)
        scalars = [(arm, flag) for arm, flag in arms if plain and is_concrete(arm)]
        self.equal = {_key(arm): (arm, flag) for arm, flag in scalars}
        self.types = [(arm, flag) for arm, flag in arms if not (plain and is_concrete(arm))]
        simple = sum(map(is_concrete, other.arms)) if plain else 0
        pairs = simple * (len(self.types) + 1)
        pairs += _CONSTRAINT * (len(other.arms) - simple) * len(arms)
        if pairs > _PRODUCT_LIMIT:
            raise BudgetExceeded(f"disjunctions need more than {_PRODUCT_LIMIT:,} combinations")

    def of(self, arm: Any) -> list[tuple[Any, str]]:
        """The arms to try with one of the other side."""
        if not self.equal or not is_concrete(arm):
            return self.all
        found = self.equal.get(_key(arm))
        return self.types if found is None else [found, *self.types]


_MOST_SHOWN: Final = 8


def _no_arm(disjunction: Disjunction, other: Any, first: Bottom | None) -> str:
    """Why no arm fits: for a value among values, the values that would."""
    arms = disjunction.arms
    if is_concrete(other) and all(map(is_concrete, arms)):
        shown = ", ".join(map(literal, arms[:_MOST_SHOWN]))
        more = len(arms) - _MOST_SHOWN
        return f"{literal(other)} is not one of {shown}" + (f" and {more} more" if more > 0 else "")
    if first is None or len(arms) == 1:
        return first.message if first else "empty disjunction"
    return f"{len(arms)} errors in empty disjunction: {first.message}"


def combined_flags(pairs: list[tuple[str, str]]) -> list[str]:
    """The flags of arms met from two sides. A side whose default arms are all gone counts as one without marks."""
    left_drops = not any(left == "D" for left, _ in pairs)
    right_drops = not any(right == "D" for _, right in pairs)
    return [
        meet_flags("M" if left_drops else left, "M" if right_drops else right)
        for left, right in pairs
    ]
