"""What Kustomize cannot say of a plan: anything but the objects themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from velac.backends.lost import lost_gates, lost_order, lost_policies
from velac.compiler.ir.backend import BackendInput, Loss
from velac.compiler.ir.manifest import Identity

_LOCAL_CONFIG: Final = "config.kubernetes.io/local-config"


def lossiness(given: BackendInput) -> Iterator[Loss]:
    """See `BackendSpec.lossiness`."""
    instead = "apply the clusters in the order that `velac plan` shows"
    yield from lost_gates(given, instead)
    yield from lost_order(given, instead)
    yield from lost_policies(given, "apply-once", "garbage-collect", "take-over", "resource-update")
    yield from _refused(given)


def _refused(given: BackendInput) -> Iterator[Loss]:
    """Objects that Kustomize leaves out or does not take twice."""
    owners: dict[Identity, dict[str, str]] = {}
    for app in given.manifests.apps:
        told: set[Identity] = set()
        for group in app.groups:
            for manifest in group.manifests:
                identity = manifest.identity
                if manifest.marks.shared:
                    known = owners.setdefault(identity, {})
                    twice = [
                        c for c in group.clusters if known.setdefault(c, app.label) != app.label
                    ]
                    if twice and identity not in told:
                        told.add(identity)
                        text = f"{identity} of `{known[twice[0]]}` and `{app.label}` is refused: it comes twice in a cluster"
                        yield Loss(text, "error", manifest.origin.span)
                annotations = manifest.object["metadata"].get("annotations") or {}
                if annotations.get(_LOCAL_CONFIG) == "true" and identity not in told:
                    told.add(identity)
                    text = f"`{app.label}`: {identity} is left out because of the annotation `{_LOCAL_CONFIG}`"
                    yield Loss(text, "error", manifest.origin.span)
