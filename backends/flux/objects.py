"""The Flux objects of a plan: sources, a Kustomization per wave, one per cluster below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from velac.backends.annotate import json_pointer
from velac.backends.delivery import AppDelivery, Delivery, namespace_shared, object_name
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.rules import ON_APP_UPDATE

KUSTOMIZE: Final = "kustomize.toolkit.fluxcd.io"
_SOURCE: Final = "source.toolkit.fluxcd.io/v1"
GATE: Final = "velac.dev/gate"
_WORKLOADS: Final = frozenset(
    {("apps", "Deployment"), ("apps", "StatefulSet"), ("apps", "DaemonSet")}
)
Settings = Mapping[str, Any]
Object = dict[str, Any]


def in_repository(settings: Settings, path: str) -> str:
    """The place of an output path in the repository, as Flux writes paths."""
    above = settings["path"].strip("/")
    return f"./{above}/{path}" if above and above != "." else f"./{path}"


def source_kind(settings: Settings) -> str:
    """The kind of the source objects."""
    return "OCIRepository" if settings["source"] == "oci" else "GitRepository"


def source_name(settings: Settings, cluster: str) -> str:
    """The source that holds the manifests of a cluster: one for all, or an artifact of its own."""
    name = str(settings["sourceName"])
    if settings["source"] == "oci" and settings["artifact"] == "cluster":
        return object_name(name, cluster)
    return name


def source_object(settings: Settings, name: str, tag: str) -> Object:
    """A GitRepository of the branch, or an OCIRepository of a tag."""
    oci = settings["source"] == "oci"
    return {
        "apiVersion": _SOURCE,
        "kind": source_kind(settings),
        "metadata": {"name": name, "namespace": settings["namespace"]},
        "spec": {
            "interval": settings["interval"],
            "url": settings["url"],
            "ref": {"tag": tag} if oci else {"branch": settings["branch"]},
        },
    }


def kustomization(settings: Settings, name: str, path: str, more: Object, source: str) -> Object:
    """A Kustomization with what all of ours have."""
    return {
        "apiVersion": f"{KUSTOMIZE}/v1",
        "kind": "Kustomization",
        "metadata": {"name": name, "namespace": settings["namespace"]},
        "spec": {
            "interval": settings["interval"],
            "timeout": settings["timeout"],
            "path": in_repository(settings, path),
            "prune": settings["prune"],
            "sourceRef": {"kind": source_kind(settings), "name": source},
            **more,
        },
    }


def wave_object(settings: Settings, app: AppDelivery, wave: int) -> Object:
    """The Kustomization whose objects are the Kustomizations of a wave; ready when they all are.

    Through it a wave waits for the one before with one edge, however many clusters they have.
    """
    more: Object = {"wait": True}
    if wave:
        more["dependsOn"] = [{"name": wave_name(app, wave - 1)}]
    path = f"flux/apps/{app.namespace}/{app.name}/wave-{wave}"
    return kustomization(settings, wave_name(app, wave), path, more, settings["sourceName"])


def wave_name(app: AppDelivery, wave: int) -> str:
    """The name of the Kustomization of a wave; with four parts it is no cluster's."""
    return object_name(app.namespace, app.name, "wave", str(wave))


def cluster_object(settings: Settings, app: AppDelivery, delivery: Delivery) -> Object:
    """The Kustomization that delivers an Application to a cluster."""
    cluster = delivery.cluster
    path = f"manifests/{cluster}/{app.namespace}/{app.name}"
    name = object_name(app.namespace, app.name, cluster)
    obj = kustomization(
        settings, name, path, _more(settings, app, delivery), source_name(settings, cluster)
    )
    labels = {
        "app.oam.dev/name": app.name,
        "app.oam.dev/namespace": app.namespace,
        "app.oam.dev/cluster": cluster,
    }
    obj["metadata"]["labels"] = {k: v for k, v in labels.items() if len(v) <= 63}
    if delivery.gate:
        obj["metadata"]["annotations"] = {GATE: delivery.gate}
    return obj


def _more(settings: Settings, app: AppDelivery, delivery: Delivery) -> Object:
    manifests = delivery.group.manifests
    more: Object = {}
    if settings["wait"]:
        more["wait"] = True
    elif checks := health_checks(manifests):
        more["healthChecks"] = checks
    if is_closed(settings, app, delivery):
        more["suspend"] = True
    namespace = namespace_shared(manifests)
    if settings["targetNamespace"] and namespace:
        more["targetNamespace"] = namespace
    if delivery.cluster != LOCAL:
        secret = settings["kubeConfigSecret"].replace("{cluster}", object_name(delivery.cluster))
        more["kubeConfig"] = {"secretRef": {"name": secret}}
    if settings["serviceAccount"]:
        more["serviceAccountName"] = settings["serviceAccount"]
    if kept_whole(app, manifests):
        more |= {"prune": False, "deletionPolicy": "Delete"}
    if ignored := ignore_rules(manifests):
        more["ignore"] = ignored
    return more


def is_closed(settings: Settings, app: AppDelivery, delivery: Delivery) -> bool:
    """Whether a delivery waits behind a gate that nobody has approved."""
    return bool(delivery.gate) and f"{app.label}/{delivery.gate}" not in settings["approved"]


def kept_whole(app: AppDelivery, manifests: Iterable[Manifest]) -> bool:
    """Whether an update deletes no object at all, and the end of the Application all of them."""
    return app.app.rules.keep_legacy or all(m.marks.collect == "onAppDelete" for m in manifests)


def health_checks(manifests: Iterable[Manifest]) -> list[Object]:
    """The workloads among the objects."""
    return [
        {
            "apiVersion": manifest.object["apiVersion"],
            "kind": manifest.identity.kind,
            "name": manifest.identity.name,
            "namespace": manifest.identity.namespace,
        }
        for manifest in manifests
        if (manifest.identity.group, manifest.identity.kind) in _WORKLOADS
    ]


def ignore_rules(manifests: Iterable[Manifest]) -> list[Object]:
    """The fields that apply-once leaves to the cluster, per object; whole objects cannot be told (see losses)."""
    rules = []
    for manifest in manifests:
        paths = [json_pointer(path) for path in manifest.marks.drift_paths if path != "*"]
        if paths:
            identity = manifest.identity
            target = {"kind": identity.kind, "name": identity.name, "group": identity.group}
            target["namespace"] = identity.namespace
            target = {key: value for key, value in target.items() if value}
            rules.append({"paths": paths, "target": target})
    return rules


def object_annotations(whole: bool, manifest: Manifest) -> dict[str, str]:
    """What an object says to Flux; `whole` when its Kustomization keeps everything anyway."""
    wanted = {}
    marks = manifest.marks
    if marks.collect != ON_APP_UPDATE and not whole:
        wanted[f"{KUSTOMIZE}/prune"] = "disabled"
    if marks.recreate_fields:
        wanted[f"{KUSTOMIZE}/force"] = "enabled"
    if "${" in manifest.text:
        # Somebody may patch `postBuild` into a Kustomization; scripts of ours are not templates.
        wanted[f"{KUSTOMIZE}/substitute"] = "disabled"
    return wanted
