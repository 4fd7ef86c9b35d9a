"""Whether patches and selectors of overrides hit anything; a separate look, so that merging stays a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from velac.compiler.diagnostics.model import Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, ComponentPatch, Override
from velac.compiler.ir.context import Context
from velac.compiler.lower.override_merge import NameIndex, is_plain_name
from velac.grammar.source import Span

Names: TypeAlias = Mapping[str, None]
_SHOWN = 3


def check_reach(app: AppIR, overrides: Iterable[Override], context: Context) -> None:
    """Patches and selectors that hit nothing, seen from all components that any override may add."""
    listed = list(overrides)
    names = {component.name: None for component in app.components}
    types = {component.type for component in app.components}
    for patch in (patch for item in listed for patch in item.components):
        if patch.name and patch.type:
            names[patch.name] = None
            types.add(patch.type)
    index = NameIndex(names)
    exact: set[str] = set()
    for item in listed:
        for patch in item.components:
            if patch.name:
                if patch.name not in exact and _check_name(item, patch, names, index, context):
                    exact.add(patch.name)
            elif patch.type and patch.type not in types:
                _report_type(item, patch, types, app, context)
        _check_selector(item, names, context)


def _report_type(
    item: Override, patch: ComponentPatch, types: set[str], app: AppIR, context: Context
) -> None:
    text = f"override `{item.name}` matches no component of type `{patch.type}`"
    hint = did_you_mean(patch.type, types, known="types")
    # A policy that stands alone is written for several Applications; not all of them have every type.
    shared = any(policy.name == item.name for policy in app.external_policies)
    severity = Severity.NOTE if shared else Severity.WARNING
    context.report(severity, "V602", text, patch.origin.span(("type",)), help=hint)


def _check_name(
    item: Override, patch: ComponentPatch, names: Names, index: NameIndex, context: Context
) -> bool:
    """Whether a patch names exactly one component; anything else is reported where it can hardly be meant."""
    hits = index.matching(patch.name)
    if hits and len(hits) == 1 and hits[0] == patch.name:
        return True
    place = patch.origin.span(("name",))
    if hits:
        others = [name for name in hits if name != patch.name]
        if others and is_plain_name(patch.name):
            _report_others(item, patch.name, others, len(others) == len(hits), place, context)
        return False
    if hits is None:
        context.error("V603", f"`{patch.name}` is not a valid pattern", place)
    else:
        # With a type it would be a new component and so among the names.
        context.error(
            "V601",
            f"override `{item.name}` matches no component with `{patch.name}`",
            place,
            help=did_you_mean(patch.name, names, known="components"),
        )
    return False


def _report_others(
    item: Override, name: str, others: list[str], part: bool, place: Span, context: Context
) -> None:
    """A patch that was hardly meant as a pattern hits components of other names."""
    listed = ", ".join(f"`{other}`" for other in others[:_SHOWN])
    more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
    if part:
        text = f"`{name}` of override `{item.name}` is no component; it changes {listed}{more}"
        hint = f"a name is found anywhere in a component's name; write `*{name}*` if that is meant"
        context.report(Severity.NOTE, "V606", text, place, help=hint)
        return
    text = f"the pattern `{name}` of override `{item.name}` also changes {listed}{more}"
    hint = f"write `^{name}$` to mean one component, or `{name}*` where all of them are meant"
    context.warn("V606", text, place, help=hint)


def _check_selector(item: Override, names: Names, context: Context) -> None:
    if item.selector is None:
        return
    if not item.selector:
        text = f"override `{item.name}` keeps no component, because its selector is empty"
        context.warn("V604", text, item.origin.span(("selector",)))
    for index, name in enumerate(item.selector):
        if name not in names:
            context.warn(
                "V602",
                f"override `{item.name}` selects the unknown component `{name}`",
                item.origin.span(("selector", index)),
                help=did_you_mean(name, names, known="components"),
            )
