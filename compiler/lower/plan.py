"""An Application after its passes to its plan over the fleet: classes of clusters and what each receives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from velac.compiler.ir.app import AppIR
from velac.compiler.ir.clusters import Inventory
from velac.compiler.ir.context import Context
from velac.compiler.ir.plan import AppPlan, ClusterClass, Slot
from velac.compiler.ir.policies import BUILTIN_POLICIES, DEFAULT_STAGE

Reach: TypeAlias = tuple[tuple[str, ...], ...]
Groups: TypeAlias = tuple[tuple[tuple[str, ...], str, tuple[int, ...]], ...]


def lower_plan(app: AppIR, context: Context) -> AppPlan:
    """The plan of an Application whose deployments have targets.

    The grouping of clusters depends only on which clusters the steps reach, and most Applications of a fleet reach
    the same ones, so groupings are kept in `context.memo`.
    """
    pairs = [
        (deployment, target) for deployment in app.deployments for target in deployment.targets
    ]
    slots = [Slot(deployment, target.namespace, deployment.wave) for deployment, target in pairs]
    reach = tuple(target.clusters for _, target in pairs)
    groups = context.memo.get(("plan", reach))
    if groups is None:
        groups = context.memo["plan", reach] = _groups(reach, context.inventory)
    classes = tuple(
        ClusterClass(clusters, version, tuple(slots[index] for index in indices))
        for clusters, version, indices in groups
    )
    custom = tuple(policy for policy in app.policies if policy.type not in BUILTIN_POLICIES)
    return AppPlan(app, classes, custom, dict(_stages(app, context)))


def _stages(app: AppIR, context: Context) -> Iterator[tuple[str, str]]:
    """The traits of an Application that have a stage of their own."""
    groups = {id(d.components): d.components for d in app.deployments}.values()
    for type_ in {trait.type: None for group in groups for c in group for trait in c.traits}:
        key = ("stage", type_)
        if key not in context.memo:
            context.memo[key] = context.stage_of(type_)
        if context.memo[key] != DEFAULT_STAGE:
            yield type_, context.memo[key]


def _groups(reach: Reach, inventory: Inventory) -> Groups:
    """Clusters grouped by version and by the indices of the tuples that hold them, in inventory order."""
    hits: dict[str, list[int]] = {}
    for index, clusters in enumerate(reach):
        for name in clusters:
            hits.setdefault(name, []).append(index)
    groups: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for name in inventory.in_order(hits):
        key = (inventory.version_of(name), tuple(hits[name]))
        groups.setdefault(key, []).append(name)
    return tuple((tuple(names), *key) for key, names in groups.items())
