"""Topology: which clusters and namespaces each deploying step reaches (semantics 5.3).

Takes deployments with the policies their step names, returns them with targets: the union over the step's
topologies, each cluster once per namespace, in order of first appearance. A step without a topology reaches
`local`. Example: `{clusters: [eu-1], namespace: shop}` gives `Target("shop", ("eu-1",))`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Policy, Target
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import DEPLOY, TOPOLOGY
from velac.compiler.ir.shape import (
    BOOL,
    LABELS,
    STRING,
    STRINGS,
    Object,
    name_problem,
    report_shape,
)
from velac.compiler.ir.values import Values
from velac.compiler.pipeline import PassSpec
from velac.grammar.node import changed

SHAPE: Final = Object(
    {
        "clusters": STRINGS,
        "clusterLabelSelector": LABELS,
        "clusterSelector": LABELS,
        "allowEmpty": BOOL,
        "namespace": STRING,
    },
    what="a topology policy",
)


def topology(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    targets: dict[str, Target] = {}
    for policy in (*app.external_policies, *app.policies):
        values = policy.properties if policy.type == TOPOLOGY else None
        if values is not None and report_shape(values, SHAPE, context.diagnostics):
            targets[policy.name] = _target(policy, values, context)
    deployments = []
    for deployment in app.deployments:
        if deployment.step.type == DEPLOY:
            chosen = [p for p in deployment.policies if p.type == TOPOLOGY]
            union = _union([targets[p.name] for p in chosen if p.name in targets])
            here = (Target("", (LOCAL,)),)
            deployment = changed(deployment, targets=union if chosen else here)
        deployments.append(deployment)
    return changed(app, deployments=tuple(deployments))


def _target(policy: Policy, values: Values, context: Context) -> Target:
    data = values.data
    namespace = data.get("namespace") or ""
    if namespace and (complaint := name_problem(namespace)):
        context.error("V305", f"the namespace {complaint}", values.span(("namespace",)))
    if data.get("clusterSelector") is not None:
        context.error(
            "V304",
            f"topology `{policy.name}` uses `clusterSelector`, which is ignored by default",
            values.key_span(("clusterSelector",)),
            help="use `clusterLabelSelector`",
        )
    clusters, labels = data.get("clusters"), data.get("clusterLabelSelector")
    if clusters is not None:
        return Target(namespace, _named(policy, values, clusters, context))
    if labels is not None:
        return Target(namespace, _selected(policy, values, labels, context))
    return Target(namespace, (LOCAL,))


def _named(
    policy: Policy, values: Values, clusters: Sequence[str], context: Context
) -> tuple[str, ...]:
    known = context.inventory.clusters
    if not clusters:
        text = f"topology `{policy.name}` places nothing, because `clusters` is empty"
        context.warn("V503", text, values.span(("clusters",)))
    for index, name in enumerate(clusters):
        if name not in known:
            context.error(
                "V501",
                f"cluster `{name}` is not in the inventory",
                values.span(("clusters", index)),
                help=context.inventory.hint or did_you_mean(name, known, known="clusters"),
            )
    names = tuple(dict.fromkeys(name for name in clusters if name in known))
    # One object for equal lists: later stages group clusters by identity of these tuples.
    shared: tuple[str, ...] = context.memo.setdefault(("topology", names), names)
    return shared


def _selected(
    policy: Policy, values: Values, labels: dict[str, str], context: Context
) -> tuple[str, ...]:
    names = context.inventory.select(labels)
    if not names and not values.data.get("allowEmpty"):
        wanted = ", ".join(f"{key}={value}" for key, value in labels.items())
        context.error(
            "V502",
            f"no cluster matches topology `{policy.name}` ({wanted})",
            values.span(("clusterLabelSelector",)),
            help=context.inventory.hint or _label_hint(labels, context),
        )
    return names


def _label_hint(labels: dict[str, str], context: Context) -> str:
    """The nearest label of the fleet for the first one that no cluster has."""
    for key, value in labels.items():
        if context.inventory.select({key: value}):
            continue
        have: dict[str, None] = {}
        keys: dict[str, None] = {}
        for cluster in context.inventory.clusters.values():
            keys |= dict.fromkeys(cluster.labels)
            if key in cluster.labels:
                have[cluster.labels[key]] = None
        if have:
            return did_you_mean(value, have, known=f"values of `{key}`")
        return did_you_mean(key, keys, known="labels")
    return "each label is on some cluster, but no cluster has all of them"


def _union(targets: list[Target]) -> tuple[Target, ...]:
    if len(targets) == 1:
        return tuple(targets)
    seen: dict[str, set[str]] = {}
    union = []
    for target in targets:
        taken = seen.setdefault(target.namespace, set())
        fresh = tuple(name for name in target.clusters if name not in taken)
        taken.update(fresh)
        if fresh:
            union.append(
                target if len(fresh) == len(target.clusters) else changed(target, clusters=fresh)
            )
    return tuple(union)


PASS = PassSpec(
    name="topology",
    level="application",
    after=frozenset({"workflow"}),
    run=topology,
    title="finds the clusters and namespaces that each deploying step reaches",
)
