"""Override: applies each deploying step's override policies to its components (semantics 5.2).

Takes deployments with the policies their step names, returns them with the components as those policies make
them. Steps with the same overrides share one result, so that a variant is known by its identity later on.
Example: `{name: "f*", properties: {port: 2}}` on component `fe` gives `fe` with port 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from velac.compiler.diagnostics.model import Rejected, Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, ComponentPatch, Override
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import OVERRIDE
from velac.compiler.lower.override_decode import checked_override
from velac.compiler.lower.override_merge import NameIndex, apply_overrides
from velac.compiler.pipeline import PassSpec

Names: TypeAlias = Mapping[str, None]


def override(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    decoded: dict[str, Override] = {}
    for policy in (*app.external_policies, *app.policies):
        if policy.type == OVERRIDE and policy.properties is not None:
            try:
                decoded[policy.name] = checked_override(policy)
            except Rejected as error:
                context.diagnostics += error.diagnostics
    if not decoded:
        return app
    check_reach(app, decoded.values(), context)
    merged: dict[tuple[int, tuple[str, ...]], tuple[Component, ...]] = {}
    deployments = []
    for deployment in app.deployments:
        names = tuple(policy.name for policy in deployment.policies if policy.name in decoded)
        key = (id(deployment.components), names)
        if key not in merged:
            overrides = [decoded[name] for name in names]
            merged[key] = apply_overrides(deployment.components, overrides)
        deployments.append(replace(deployment, components=merged[key]) if names else deployment)
    return replace(app, deployments=tuple(deployments))


# ---------------------------------------------------------------------------------------------------- reach


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
    for item in listed:
        for patch in item.components:
            if patch.name:
                _check_name(item, patch, names, index, context)
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
) -> None:
    hits = index.matching(patch.name)
    if hits:
        return
    place = patch.origin.span(("name",))
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


PASS = PassSpec(
    name="override",
    level="application",
    after=frozenset({"workflow"}),
    run=override,
    title="applies override policies to the components of each deploying step",
)
