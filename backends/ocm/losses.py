"""What ManifestWork cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from velac.backends.delivery import plan_losses
from velac.backends.lost import lost_gates, lost_order, lost_policies
from velac.backends.ocm.emit import hub_name
from velac.compiler.ir.backend import BackendInput, Loss
from velac.compiler.ir.shape import name_problem

_LARGEST: Final = 500 * 1024
"""The hub refuses a ManifestWork with more bytes of manifests than this."""


def losses(given: BackendInput) -> Iterator[Loss]:
    """All of it, Application by Application, and names that the hub would refuse."""
    yield from plan_losses(given, "Open Cluster Management")
    yield from lost_gates(given, "deliver its clusters from a branch of their own, or use `argocd`")
    yield from lost_order(given)
    yield from lost_policies(
        given, "garbage-collect onAppDelete", "garbage-collect propagation", "resource-update"
    )
    used = {name for app in given.manifests.apps for group in app.groups for name in group.clusters}
    for cluster in sorted(used):
        name = hub_name(cluster, given)
        if name_problem(name) or "." in name or len(name) > 63:
            yield Loss(f"`{name}` cannot be a ManagedCluster, whose name is a namespace", "error")
    for app in given.manifests.apps:
        for manifest in {m.identity: m for g in app.groups for m in g.manifests}.values():
            if len(manifest.text) > _LARGEST:
                text = f"{manifest.identity} of `{app.label}` is too large for a ManifestWork"
                yield Loss(text, "error", manifest.origin.span)
