"""All files for Kustomize.

apps/<namespace>/<app>/base/                what all clusters of the Application share
apps/<namespace>/<app>/overlays/<cluster>/  what a class differs in, named after its first cluster
clusters/<cluster>/kustomization.yaml       everything that the cluster gets: `kustomize build clusters/<cluster>`
"""

from __future__ import annotations

from typing import Any

from velac.backends.kustomize.overlay import Overlay, Patch, split
from velac.backends.plain.emit import object_names
from velac.backends.yamlout import emit as yaml_text
from velac.compiler.ir.backend import BackendInput, Files
from velac.compiler.ir.manifest import AppManifests, Manifest


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    wanted: dict[str, list[str]] = {}
    for app in given.manifests.apps:
        yield from _app(app, wanted)
    for cluster in given.manifests.clusters:
        if cluster in wanted:
            resources = [f"../../{path}" for path in wanted[cluster]]
            yield f"clusters/{cluster}/kustomization.yaml", _kustomization(resources)


def _app(app: AppManifests, wanted: dict[str, list[str]]) -> Files:
    """The files of an Application; enters what each cluster builds into `wanted`."""
    folder = f"apps/{app.namespace}/{app.name}"
    parts = split(app)
    if parts.base:
        yield f"{folder}/base/kustomization.yaml", _kustomization(["manifest.yaml"])
        yield f"{folder}/base/manifest.yaml", _joined(parts.base)
    if not parts.overlays:
        for group in app.groups:
            for cluster in group.clusters if group.manifests else ():
                wanted.setdefault(cluster, []).append(f"{folder}/base")
    for overlay in parts.overlays:
        path = f"{folder}/overlays/{overlay.clusters[0]}"
        yield from _overlay(path, overlay, based=bool(parts.base))
        for cluster in overlay.clusters:
            wanted.setdefault(cluster, []).append(path)


def _overlay(path: str, overlay: Overlay, *, based: bool) -> Files:
    resources = ["../../base"] if based else []
    resources += ["manifest.yaml"] if overlay.own else []
    names = object_names(tuple(patch.target for patch in overlay.patches))
    patches = [
        {"path": f"{name}.patch.yaml", "target": _target(patch.target)}
        for name, patch in zip(names, overlay.patches, strict=True)
    ]
    yield f"{path}/kustomization.yaml", _kustomization(resources, patches)
    if overlay.own:
        yield f"{path}/manifest.yaml", _joined(overlay.own)
    for name, patch in zip(names, overlay.patches, strict=True):
        yield f"{path}/{name}.patch.yaml", yaml_text(_operations(patch)).encode()


def _operations(patch: Patch) -> list[dict[str, Any]]:
    return [
        {"op": one.operator, "path": one.path}
        | ({} if one.operator == "remove" else {"value": one.value})
        for one in patch.operations
    ]


def _target(manifest: Manifest) -> dict[str, str]:
    """Names of targets are regular expressions in Kustomize, anchored at both ends."""
    identity = manifest.identity
    version = manifest.object["apiVersion"].rpartition("/")[2]
    target = {
        "group": identity.group,
        "version": version,
        "kind": identity.kind,
        "name": identity.name.replace(".", "\\."),
        "namespace": identity.namespace.replace(".", "\\."),
    }
    return {key: value for key, value in target.items() if value}


def _joined(manifests: tuple[Manifest, ...]) -> bytes:
    return "---\n".join(manifest.text for manifest in manifests).encode()


def _kustomization(resources: list[str], patches: list[dict[str, Any]] | None = None) -> bytes:
    obj: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": resources,
    }
    if patches:
        obj["patches"] = patches
    return yaml_text(obj).encode()
