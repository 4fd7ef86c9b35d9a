"""Override: applies each deploying step's override policies to its components (semantics 5.2).

Takes deployments with the policies their step names, returns them with the components as those policies make
them. Steps with the same overrides share one result, so that a variant is known by its identity later on.
Example: `{name: "f*", properties: {port: 2}}` on component `fe` gives `fe` with port 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR, Component, Override
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import OVERRIDE
from velac.compiler.lower.override_decode import decoded_override
from velac.compiler.lower.override_merge import NameIndex, apply_overrides
from velac.compiler.lower.override_reach import check_reach
from velac.compiler.pipeline import PassSpec
from velac.grammar.node import changed

Names: TypeAlias = Mapping[str, None]


def override(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    decoded: dict[str, Override] = {}
    for policy in (*app.external_policies, *app.policies):
        if policy.type == OVERRIDE and policy.properties is not None:
            try:
                decoded[policy.name] = decoded_override(policy, context)
            except Rejected as error:
                context.diagnostics += error.diagnostics
    if not decoded:
        return app
    check_reach(app, decoded.values(), context)
    merged: dict[tuple[int, tuple[str, ...]], tuple[Component, ...]] = {}
    indices: dict[int, NameIndex] = {}
    deployments = []
    for deployment in app.deployments:
        names = tuple(policy.name for policy in deployment.policies if policy.name in decoded)
        key = (id(deployment.components), names)
        if key not in merged:
            overrides = [decoded[name] for name in names]
            components = deployment.components
            index = indices.get(id(components))
            if index is None:
                index = indices[id(components)] = NameIndex(c.name for c in components)
            merged[key] = apply_overrides(components, overrides, index)
        deployments.append(changed(deployment, components=merged[key]) if names else deployment)
    return changed(app, deployments=tuple(deployments))


PASS = PassSpec(
    name="override",
    level="application",
    after=frozenset({"workflow"}),
    run=override,
    title="applies override policies to the components of each deploying step",
)
