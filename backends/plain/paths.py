"""Layouts that the user writes: a path with fields, such as `{cluster}/{namespace}/{app}/{kind}-{name}.yaml`.

Objects whose paths agree share a file, in their usual order. Paths that differ in upper and lower case only agree, too:
on many file systems they are the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from velac.compiler.ir.manifest import AppManifests, Manifest, ManifestSet

FIELDS: Final = ("cluster", "namespace", "app", "component", "kind", "name", "place")
_FIELD: Final = re.compile(r"\{(\w+)\}")
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9._-]")
_OWNER: Final = re.compile(r"component `(.*)`")
_CLUSTER: Final = "{cluster}"


def templated_files(manifests: ManifestSet, layout: str) -> Iterator[tuple[str, bytes]]:
    """The files of a layout with fields, which has been checked to have `{cluster}`.

    Where `{namespace}` and `{app}` keep Applications apart their files are made one Application at a time.
    """
    apart = "{namespace}" in layout and "{app}" in layout
    for apps in [(app,) for app in manifests.apps] if apart else [manifests.apps]:
        yield from _files(_parts(apps, layout))


def _parts(apps: tuple[AppManifests, ...], layout: str) -> Iterator[tuple[str, str, str]]:
    """Cluster, path and text of each object."""
    for app in apps:
        for group in app.groups:
            paths = [_path(layout, app, manifest) for manifest in group.manifests]
            for cluster in group.clusters:
                for path, manifest in zip(paths, group.manifests, strict=True):
                    yield cluster, path, manifest.text


def _files(parts: Iterator[tuple[str, str, str]]) -> Iterator[tuple[str, bytes]]:
    files: dict[str, tuple[str, list[str]]] = {}
    for cluster, path, text in parts:
        full = path.replace(_CLUSTER, cluster)
        files.setdefault(full.casefold(), (full, []))[1].append(text)
    for full, texts in files.values():
        yield full, "---\n".join(texts).encode()


def _path(layout: str, app: AppManifests, manifest: Manifest) -> str:
    """The path of an object, `{cluster}` still in it."""
    identity = manifest.identity
    owner = _OWNER.fullmatch(manifest.origin.owner)
    values = {
        "namespace": app.namespace,
        "app": app.name,
        "component": owner[1] if owner else "_",
        "kind": identity.kind.lower(),
        "name": identity.name,
        "place": identity.namespace or "_",
    }
    return _FIELD.sub(
        lambda m: m[0] if m[1] == "cluster" else _NOT_PLAIN.sub("_", values[m[1]]), layout
    )
