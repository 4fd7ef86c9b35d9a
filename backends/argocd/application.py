"""One Argo CD Application: where from, where to, how it is synced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from velac.backends.annotate import kept_pointers
from velac.backends.delivery import AppDelivery, Delivery, object_name
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.rules import NEVER, ON_APP_UPDATE

API: Final = "argoproj.io/v1alpha1"
GATE: Final = "velac.dev/gate"
WAVE: Final = "velac.dev/wave"
SYNC_WAVE: Final = "argocd.argoproj.io/sync-wave"
HOOK: Final = "argocd.argoproj.io/hook"
HOOK_DELETE_POLICY: Final = "argocd.argoproj.io/hook-delete-policy"
SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"
IN_CLUSTER: Final = "in-cluster"
Settings = Mapping[str, Any]


def destination_name(settings: Settings, cluster: str) -> str:
    """The name by which Argo CD knows a cluster."""
    default = IN_CLUSTER if cluster == LOCAL else cluster
    return str(settings["clusters"].get(cluster, default))


def in_repository(settings: Settings, path: str) -> str:
    """The place of an output path in the repository."""
    above = settings["path"].strip("/")
    return f"{above}/{path}" if above and above != "." else path


def source(settings: Settings, path: str) -> dict[str, Any]:
    """The directory of the output that an Application syncs."""
    return {
        "repoURL": settings["repoURL"],
        "targetRevision": settings["revision"],
        "path": in_repository(settings, path),
    }


def manifests_path(app: AppDelivery, cluster: str) -> str:
    """The directory of an Application's manifests for a cluster."""
    return f"manifests/{cluster}/{app.namespace}/{app.name}"


def project_name(settings: Settings, app: AppDelivery) -> str:
    """The project of an Application."""
    return str(settings["project"] or object_name(app.namespace))


def application(settings: Settings, app: AppDelivery, delivery: Delivery) -> dict[str, Any]:
    """The Application for one cluster; behind a gate it has no automated sync."""
    cluster = delivery.cluster
    annotations = {SYNC_WAVE: str(delivery.wave)}
    if delivery.gate:
        annotations[GATE] = delivery.gate
    return {
        "apiVersion": API,
        "kind": "Application",
        "metadata": {
            "name": object_name(app.namespace, app.name, cluster),
            "namespace": settings["namespace"],
            "annotations": annotations,
            "labels": _labels(app, delivery),
        },
        "spec": {
            "project": project_name(settings, app),
            "source": source(settings, manifests_path(app, cluster)),
            "destination": {
                "name": destination_name(settings, cluster),
                "namespace": delivery.namespace,
            },
            **sync(settings, delivery.group.manifests, gated=bool(delivery.gate), app=app.app),
        },
    }


def _labels(app: AppDelivery, delivery: Delivery) -> dict[str, str]:
    labels = {
        "app.oam.dev/name": app.name,
        "app.oam.dev/namespace": app.namespace,
        "app.oam.dev/cluster": delivery.cluster,
        WAVE: str(delivery.wave),
    }
    if delivery.gate:
        labels[GATE] = delivery.gate
    # What is too long for a label is in the path all the same.
    return {name: value for name, value in labels.items() if len(value) <= 63}


def sync(
    settings: Settings, manifests: Iterable[Manifest], *, gated: bool, app: AppIR
) -> dict[str, Any]:
    """`syncPolicy` and `ignoreDifferences` for a group of objects."""
    manifests = tuple(manifests)
    ignored = ignore_differences(manifests)
    whole = bool(manifests) and all(m.marks.drift_paths == ("*",) for m in manifests)
    options = list(settings["syncOptions"])
    if any(m.marks.affect != "onStateKeep" for m in manifests if m.marks.drift_paths) and not whole:
        options.append("RespectIgnoreDifferences=true")
    policy: dict[str, Any] = {"syncOptions": options} if options else {}
    if settings["automated"] and not gated:
        policy["automated"] = {
            "prune": settings["prune"] and not app.rules.keep_legacy,
            # apply-once for everything: a new version is applied, drift is left alone.
            "selfHeal": settings["selfHeal"] and not whole,
        }
    result: dict[str, Any] = {"syncPolicy": policy} if policy else {}
    if ignored and not whole:
        result["ignoreDifferences"] = ignored
    return result


def ignore_differences(manifests: Iterable[Manifest]) -> list[dict[str, Any]]:
    """The fields that apply-once leaves to the cluster, per object."""
    found = {}
    for manifest in manifests:
        pointers = kept_pointers(manifest)
        if pointers:
            identity = manifest.identity
            entry: dict[str, Any] = {"kind": identity.kind, "name": identity.name}
            if identity.group:
                entry["group"] = identity.group
            if identity.namespace:
                entry["namespace"] = identity.namespace
            found[identity] = {**entry, "jsonPointers": pointers}
    return list(found.values())


def object_annotations(settings: Settings, level: int, manifest: Manifest) -> dict[str, str]:
    """What an object says to Argo CD: its wave within the cluster, and whether it is ever deleted."""
    wanted = {}
    if level and settings["syncWaves"]:
        wanted[SYNC_WAVE] = str(level)
    origin = manifest.origin
    phase = settings["hooks"].get(origin.definition) if origin.role == "workload" else None
    if phase is not None:
        wanted[HOOK] = phase
        if phase != "Skip":
            # A Job cannot be changed: the one of the sync before makes way.
            wanted[HOOK_DELETE_POLICY] = "BeforeHookCreation"
    options = []
    collect = manifest.marks.collect
    if collect != ON_APP_UPDATE:
        options.append("Prune=false")
    if collect == NEVER:
        options.append("Delete=false")
    if manifest.marks.update == "replace":
        options.append("Replace=true")
    if options:
        wanted[SYNC_OPTIONS] = ",".join(options)
    return wanted
