"""All files for Flux.

flux/root.yaml                                       applied once by a person: the source, and what brings the rest
flux/root/<namespace>/<app>.yaml                     a Kustomization per wave, each after the one before
flux/apps/<namespace>/<app>/wave-<n>/<cluster>.yaml  a Kustomization per cluster
manifests/<cluster>/<namespace>/<app>/…              as the backend `plain` lays them out
oci/…                                                an OCI layout directory with artifacts of all that
"""

from __future__ import annotations

from velac.backends.annotate import annotated
from velac.backends.delivery import AppDelivery, app_deliveries
from velac.backends.flux.objects import (
    Object,
    Settings,
    cluster_object,
    kept_whole,
    kustomization,
    object_annotations,
    source_name,
    source_object,
    wave_object,
)
from velac.backends.plain.emit import manifest_files
from velac.backends.yamlout import emit_documents
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.backend import BackendInput, Files
from velac.compiler.ir.manifest import Manifest, ManifestSet


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    if given.settings["artifact"] == "none":
        yield from _tree(given)
        return
    from velac.backends.flux.artifact import image_layout

    files = list(_tree(given))
    yield from files
    for path, content in image_layout(_artifacts(given.settings, files)):
        yield f"oci/{path}", content


def _tree(given: BackendInput) -> Files:
    settings = given.settings
    apps = list(app_deliveries(given))
    yield _file("flux/root.yaml", _root(settings, apps))
    for app in apps:
        waves = app.waves
        objects = [wave_object(settings, app, wave) for wave in range(len(waves))]
        yield _file(f"flux/root/{app.namespace}/{app.name}.yaml", objects)
        for wave, deliveries in enumerate(waves):
            folder = f"flux/apps/{app.namespace}/{app.name}/wave-{wave}"
            for delivery in deliveries:
                obj = cluster_object(settings, app, delivery)
                yield _file(f"{folder}/{delivery.cluster}.yaml", [obj])
    for path, content in manifest_files(_manifests(given, apps), given.layout):
        yield f"manifests/{path}", content


def _file(path: str, objects: list[Object]) -> tuple[str, bytes]:
    return path, emit_documents(objects).encode()


def _root(settings: Settings, apps: list[AppDelivery]) -> list[Object]:
    """The sources, and the Kustomization of everything."""
    name = str(settings["sourceName"])
    sources = {name: source_object(settings, name, settings["tag"])}
    for app in apps:
        for delivery in app.deliveries:
            own = source_name(settings, delivery.cluster)
            if own not in sources:
                sources[own] = source_object(settings, own, artifact_tag(delivery.cluster))
    return [*sources.values(), kustomization(settings, name, "flux/root", {}, name)]


def _manifests(given: BackendInput, apps: list[AppDelivery]) -> ManifestSet:
    whole = {
        id(manifest)
        for app in apps
        for group in app.groups
        if kept_whole(app, group.manifests)
        for manifest in group.manifests
    }

    def wanted(app: AppIR, manifest: Manifest) -> dict[str, str]:
        return object_annotations(id(manifest) in whole, manifest)

    return annotated(given.manifests, given.plan, wanted)


# --------------------------------------------------------------------------------------------------- artifacts


def artifact_tag(cluster: str) -> str:
    """The tag of a cluster's artifact; names of clusters are valid tags but for their length."""
    return cluster[:128]


def _artifacts(
    settings: Settings, files: list[tuple[str, bytes]]
) -> list[tuple[str, list[tuple[str, bytes]]]]:
    """The artifacts by tag, with their files."""
    if settings["artifact"] == "fleet":
        return [(settings["tag"], _placed(settings, files))]
    found: dict[str, list[tuple[str, bytes]]] = {settings["tag"]: []}
    for path, content in files:
        top, _, rest = path.partition("/")
        cluster = artifact_tag(rest.partition("/")[0]) if top == "manifests" else settings["tag"]
        found.setdefault(cluster, []).append((path, content))
    return [(tag, _placed(settings, some)) for tag, some in found.items()]


def _placed(settings: Settings, files: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The files at the paths that the Kustomizations look for."""
    above = settings["path"].strip("/")
    return [(f"{above}/{path}" if above and above != "." else path, data) for path, data in files]
