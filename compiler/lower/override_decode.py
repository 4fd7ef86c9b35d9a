"""The properties of an override policy as an `Override` (semantics 5.2); used by the override pass and by dry-run."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import ComponentPatch, Override, Policy, TraitPatch
from velac.compiler.ir.context import Context
from velac.compiler.ir.shape import BOOL, MAPPING, STRING, STRINGS, ListOf, Object, check_shape
from velac.compiler.ir.values import Values

_TRAIT: Final = Object(
    {"type": STRING, "properties": MAPPING, "disable": BOOL}, frozenset({"type"}), "a trait patch"
)
_PATCH: Final = Object(
    {
        "name": STRING,
        "type": STRING,
        "properties": MAPPING,
        "traits": ListOf(_TRAIT),
        "externalRevision": STRING,
    },
    what="a component patch",
)
PATCHES: Final = ListOf(_PATCH)
SHAPE: Final = Object({"components": PATCHES, "selector": STRINGS}, what="an override policy")


def checked_override(policy: Policy) -> Override:
    """An override policy decoded strictly, as upstream does. Raises Rejected."""
    problems = check_shape(policy.properties or Values({}), SHAPE)
    if problems:
        raise Rejected(*problems)
    return decode_override(policy)


def decoded_override(policy: Policy, context: Context) -> Override:
    """The same, decoded once for all passes. Raises Rejected, each time."""
    key = ("override", id(policy))
    known = context.memo.get(key)
    if known is None:
        # The policy is kept alive, so that no other takes its id.
        known = context.memo[key] = (policy, checked_override(policy))
    found: Override = known[1]
    return found


def decode_override(policy: Policy) -> Override:
    """An override policy whose properties have the right shape, as an `Override`."""
    values = policy.properties or Values({})
    selector = values.data.get("selector")
    return Override(
        policy.name,
        tuple(_patch(item) for item in values.items_at("components")),
        None if selector is None else tuple(selector),
        values,
    )


def _patch(values: Values) -> ComponentPatch:
    data = values.data
    return ComponentPatch(
        data.get("name") or "",
        data.get("type") or "",
        _properties(values),
        tuple(
            TraitPatch(t.data["type"], _properties(t), bool(t.data.get("disable")), t)
            for t in values.items_at("traits")
        ),
        data.get("externalRevision") or "",
        values,
    )


def _properties(values: Values) -> Values | None:
    return values.at("properties") if values.data.get("properties") is not None else None
