"""Replication: copies components once per key in deploy steps that name a replication policy (semantics 5.4).

The selected components leave their place and come again at the end, one copy per key; templates tell the copies
apart by `context.replicaKey`. Example: keys [a, b] on `web` gives `web` (a) and `web` (b).
"""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, Deployment, Policy
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import REPLICATION
from velac.compiler.ir.shape import STRINGS, Object, report_shape
from velac.compiler.pipeline import PassSpec
from velac.grammar.node import changed

SHAPE: Final = Object(
    {"keys": STRINGS, "selector": STRINGS}, frozenset({"keys"}), "a replication policy"
)


def replication(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    usable: dict[str, Policy] = {}
    for policy in (*app.external_policies, *app.policies):
        values = policy.properties if policy.type == REPLICATION else None
        if values is not None and report_shape(values, SHAPE, context.diagnostics):
            usable[policy.name] = policy
    if not usable:
        return app
    deployments = []
    for deployment in app.deployments:
        policies = [usable[p.name] for p in deployment.policies if p.name in usable]
        deployments.append(_replicated(deployment, policies, context) if policies else deployment)
    return changed(app, deployments=tuple(deployments))


def _replicated(deployment: Deployment, policies: list[Policy], context: Context) -> Deployment:
    names = {component.name for component in deployment.components}
    keys: dict[str, dict[str, None]] = {}
    for policy in policies:
        values = policy.properties
        if values is None:
            continue
        selector = values.data.get("selector") or ()
        if not selector:
            text = f"replication `{policy.name}` selects no component"
            context.error("V504", text, values.span(("selector",)), help="add a `selector`")
        for index, name in enumerate(selector):
            if name not in names:
                context.error(
                    "V504",
                    f"replication `{policy.name}` selects the unknown component `{name}`",
                    values.span(("selector", index)),
                    help=did_you_mean(name, names, known="components"),
                )
            keys.setdefault(name, {}).update(dict.fromkeys(values.data.get("keys") or ()))
    kept = [c for c in deployment.components if c.name not in keys]
    copies: list[Component] = [
        changed(c, replica_key=key) for c in deployment.components for key in keys.get(c.name, ())
    ]
    return changed(deployment, components=(*kept, *copies))


PASS = PassSpec(
    name="replication",
    level="application",
    after=frozenset({"override"}),
    run=replication,
    title="copies components once per key of a replication policy",
)
