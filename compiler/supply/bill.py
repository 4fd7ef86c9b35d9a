"""The images of each cluster as a CycloneDX bill of materials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from velac.compiler.ir.manifest import ManifestSet
from velac.compiler.supply.images import containers_of, parsed_image

Json = dict[str, Any]


def bills(manifests: ManifestSet) -> Iterator[tuple[str, Json]]:
    """A bill (CycloneDX 1.6, without serial number and time) per cluster that runs images, in output order."""
    used: dict[str, dict[str, set[str]]] = {}
    known: dict[int, tuple[str, ...]] = {}
    for app in manifests.apps:
        for group in app.groups:
            images: set[str] = set()
            for manifest in group.manifests:
                if id(manifest) not in known:
                    found = containers_of(manifest.object) if "image:" in manifest.text else ()
                    known[id(manifest)] = tuple(container["image"] for container in found)
                images.update(known[id(manifest)])
            for cluster in group.clusters if images else ():
                of_cluster = used.setdefault(cluster, {})
                for image in images:
                    of_cluster.setdefault(image, set()).add(app.label)
    for cluster in manifests.clusters:
        if cluster in used:
            yield cluster, _bill(cluster, used[cluster])


def _bill(cluster: str, images: dict[str, set[str]]) -> Json:
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "platform", "name": cluster, "bom-ref": cluster}},
        "components": [_component(image, sorted(images[image])) for image in sorted(images)],
    }


def _component(reference: str, apps: list[str]) -> Json:
    image = parsed_image(reference)
    component: Json = {
        "type": "container",
        "bom-ref": reference,
        "name": image.repository,
        "properties": [{"name": "velac:application", "value": app} for app in apps],
    }
    if version := image.digest or image.tag:
        component["version"] = version
    if image.digest:
        name = image.repository.rpartition("/")[2]
        place = quote(image.repository, safe="")
        tag = f"&tag={quote(image.tag, safe='')}" if image.tag else ""
        digest = quote(image.digest, safe="")
        component["purl"] = f"pkg:oci/{name.lower()}@{digest}?repository_url={place}{tag}"
        kind, _, content = image.digest.partition(":")
        if kind == "sha256":
            component["hashes"] = [{"alg": "SHA-256", "content": content}]
    return component
