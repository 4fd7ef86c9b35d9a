"""Rules: decodes the policies that say how objects are collected, applied, shared or read (semantics 5.5).

Takes an Application with its policies, returns it with `rules`, in which several policies of one type are merged:
rules one after the other, switches OR-ed, of other settings the first. Example: two garbage-collect policies with a
rule each are one list of two rules, of which the first that selects an object counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from velac.compiler.ir.app import AppIR, Policy
from velac.compiler.ir.context import Context
from velac.compiler.ir.rules import Rule, RuleSet, Selector
from velac.compiler.ir.shape import BOOL, INT, STRINGS, ListOf, Object, one_of, report_shape
from velac.compiler.ir.values import Values
from velac.compiler.pipeline import PassSpec

_SELECTOR: Final = Object(
    dict.fromkeys(("componentNames", "componentTypes", "oamTypes", "traitTypes", "resourceTypes", "resourceNames"), STRINGS),
    what="a selector",
)  # fmt: skip


def _policy(what: str, rule: dict[str, Any], **settings: Any) -> Object:
    fields = {"selector": _SELECTOR, **rule}
    return Object(
        {"rules": ListOf(Object(fields, frozenset({"selector"}), f"a rule of {what}")), **settings},
        what=what,
    )


_SHAPES: Final = {
    "garbage-collect": _policy(
        "a garbage-collect policy",
        {
            "strategy": one_of("onAppUpdate", "onAppDelete", "never"),
            "propagation": one_of("orphan", "cascading"),
        },
        applicationRevisionLimit=INT,
        keepLegacyResource=BOOL,
        continueOnFailure=BOOL,
        order=one_of("dependency"),
    ),
    "apply-once": _policy(
        "an apply-once policy",
        {
            "strategy": Object(
                {"path": STRINGS, "affect": one_of("onUpdate", "onStateKeep", "always", "")},
                what="a strategy",
            )
        },
        enable=BOOL,
    ),
    "shared-resource": _policy("a shared-resource policy", {}),
    "take-over": _policy("a take-over policy", {}),
    "read-only": _policy("a read-only policy", {}),
    "resource-update": _policy(
        "a resource-update policy",
        {
            "strategy": Object(
                {"op": one_of("patch", "replace"), "recreateFields": STRINGS}, what="a strategy"
            )
        },
    ),
}


def rules(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    found = app.rules
    for policy in (*app.policies, *app.external_policies):
        shape = _SHAPES.get(policy.type)
        values = policy.properties
        if shape is None or values is None:
            continue
        if report_shape(values, shape, context.diagnostics):
            found = _merged(found, policy, values)
            _warn_of_empty_selectors(policy, values, context)
    return app if found is app.rules else replace(app, rules=found)


def _merged(known: RuleSet, policy: Policy, values: Values) -> RuleSet:
    data = values.data
    added = tuple(_rules(data))
    match policy.type:
        case "garbage-collect":
            return replace(
                known,
                collect=known.collect + added,
                keep_legacy=known.keep_legacy or data.get("keepLegacyResource") is True,
                continue_on_failure=known.continue_on_failure
                or data.get("continueOnFailure") is True,
                ordered=known.ordered or data.get("order") == "dependency",
                revision_limit=data.get("applicationRevisionLimit")
                if known.revision_limit is None
                else known.revision_limit,
            )
        case "apply-once":
            return replace(
                known,
                apply_once=known.apply_once + added,
                apply_once_enabled=known.apply_once_enabled or data.get("enable") is True,
            )
        case "shared-resource":
            return replace(known, shared=known.shared + added)
        case "take-over":
            return replace(known, take_over=known.take_over + added)
        case "read-only":
            return replace(known, read_only=known.read_only + added)
    return replace(known, update=known.update + added)


def _rules(data: dict[str, Any]) -> Iterator[Rule]:
    for item in data.get("rules") or ():
        strategy = item.get("strategy")
        detail = strategy if isinstance(strategy, dict) else {}
        yield Rule(
            _selector(item.get("selector") or {}),
            strategy if isinstance(strategy, str) else detail.get("op") or "",
            item.get("propagation") or "",
            detail.get("affect") or "",
            tuple(detail.get("path") or detail.get("recreateFields") or ()),
        )


def _selector(data: dict[str, Any]) -> Selector:
    def names(key: str) -> tuple[str, ...]:
        return tuple(data.get(key) or ())

    return Selector(
        names("componentNames"),
        names("componentTypes"),
        names("oamTypes"),
        names("traitTypes"),
        names("resourceTypes"),
        names("resourceNames"),
    )


def _warn_of_empty_selectors(policy: Policy, values: Values, context: Context) -> None:
    for index, item in enumerate(values.data.get("rules") or ()):
        if not any((item.get("selector") or {}).values()):
            context.warn(
                "V507",
                f"a rule of policy `{policy.name}` selects nothing",
                values.span(("rules", index, "selector")),
                help="an empty selector matches no object; name at least one condition",
            )


PASS = PassSpec(
    name="rules",
    level="application",
    after=frozenset({"workflow"}),
    run=rules,
    title="decodes how objects are collected, applied, shared or only read",
)
