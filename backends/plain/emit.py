"""The three named layouts of plain manifests.

    app      <cluster>/<namespace>/<app>/manifest.yaml
    object   <cluster>/<namespace>/<app>/<kind>-<name>.yaml
    cluster  <cluster>/manifest.yaml

`namespace` is the Application's, also where a topology forces another one on its objects. Bytes are made once per
class of clusters; for a cluster there is only its path left to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from velac.compiler.ir.manifest import Manifest, ManifestSet

_NOT_PLAIN: Final = re.compile(r"[^a-z0-9.-]")
_LONGEST: Final = 200


def manifest_files(manifests: ManifestSet, layout: str) -> Iterator[tuple[str, bytes]]:
    """The files of a layout; other backends lay their manifests out in the same way."""
    if layout == "cluster":
        return _by_cluster(manifests)
    return _by_object(manifests) if layout == "object" else _by_app(manifests)


def _by_app(manifests: ManifestSet) -> Iterator[tuple[str, bytes]]:
    for app in manifests.apps:
        tail = f"/{app.namespace}/{app.name}/manifest.yaml"
        for group in app.groups:
            content = _joined(group.manifests).encode()
            for cluster in group.clusters:
                yield cluster + tail, content


def _by_object(manifests: ManifestSet) -> Iterator[tuple[str, bytes]]:
    for app in manifests.apps:
        for group in app.groups:
            names = object_names(group.manifests)
            files = [
                (f"/{app.namespace}/{app.name}/{name}.yaml", manifest.text.encode())
                for name, manifest in zip(names, group.manifests, strict=True)
            ]
            for cluster in group.clusters:
                for tail, content in files:
                    yield cluster + tail, content


def _by_cluster(manifests: ManifestSet) -> Iterator[tuple[str, bytes]]:
    parts: dict[str, list[str]] = {}
    for app in manifests.apps:
        for group in app.groups:
            text = _joined(group.manifests)
            for cluster in group.clusters:
                parts.setdefault(cluster, []).append(text)
    for cluster in manifests.clusters:
        if cluster in parts:
            yield f"{cluster}/manifest.yaml", "---\n".join(parts[cluster]).encode()


def _joined(manifests: tuple[Manifest, ...]) -> str:
    return "---\n".join(manifest.text for manifest in manifests)


def object_names(manifests: tuple[Manifest, ...]) -> list[str]:
    """A file name per object: `<kind>-<name>`, told apart by a hash of the identity where that is not enough."""
    wanted = [_file_name(m) for m in manifests]
    counts: dict[str, int] = {}
    for name in wanted:
        counts[name] = counts.get(name, 0) + 1
    return [
        name if counts[name] == 1 else f"{name}-{_hash(m)}"
        for name, m in zip(wanted, manifests, strict=True)
    ]


def _file_name(manifest: Manifest) -> str:
    identity = manifest.identity
    name = f"{identity.kind}-{identity.name}".lower()
    plain = _NOT_PLAIN.sub("_", name)
    if plain != name or len(plain) > _LONGEST:
        # Names such as `system:reader` do not make file names everywhere.
        return f"{plain[:_LONGEST]}-{_hash(manifest)}"
    return plain


def _hash(manifest: Manifest) -> str:
    return sha256("\0".join(manifest.identity).encode()).hexdigest()[:8]
