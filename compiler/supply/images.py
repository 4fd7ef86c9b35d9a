"""Images in rendered objects: finding them, their parts, and pinning them to digests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.ir.manifest import (
    AppManifests,
    ClusterManifests,
    Manifest,
    ManifestSet,
    Plain,
)
from velac.compiler.load.documents import read_documents
from velac.grammar.source import SourceFile
from velac.grammar.yaml_writer import emit

_LISTS: Final = frozenset({"containers", "initContainers", "ephemeralContainers"})
DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


class Image(NamedTuple):
    """The parts of a reference; `tag` and `digest` may be empty."""

    repository: str
    tag: str
    digest: str


def parsed_image(reference: str) -> Image:
    """The parts of `registry:5000/path/name:tag@sha256:…`."""
    name, _, digest = reference.partition("@")
    head, colon, tag = name.rpartition(":")
    if colon and "/" not in tag:
        return Image(head, tag, digest)
    return Image(name, "", digest)


def containers_of(obj: Any) -> Iterator[dict[str, Any]]:
    """All containers with an image, wherever a kind keeps its pods, in the order of the object."""
    stack = [obj]
    while stack:
        here = stack.pop()
        if isinstance(here, dict):
            for key, value in here.items():
                if key in _LISTS and isinstance(value, list):
                    for item in value:
                        if isinstance(item, dict) and isinstance(item.get("image"), str):
                            yield item
            stack.extend(reversed(here.values()))
        elif isinstance(here, list):
            stack.extend(reversed(here))


def pin_images(
    manifests: ManifestSet, digests: Mapping[str, str]
) -> tuple[ManifestSet, list[Diagnostic]]:
    """The manifests with every image of `digests` pinned; a warning (V814) for each image that nothing pins."""
    pinned: dict[int, Manifest] = {}
    missing: dict[str, Diagnostic] = {}
    for app in manifests.apps:
        for group in app.groups:
            for manifest in group.manifests:
                if id(manifest) not in pinned:
                    pinned[id(manifest)] = _pinned(manifest, digests, app.label, missing)
    apps = tuple(
        AppManifests(
            app.namespace,
            app.name,
            tuple(
                ClusterManifests(
                    group.clusters, tuple(pinned[id(m)] for m in group.manifests), group.required
                )
                for group in app.groups
            ),
            app.span,
        )
        for app in manifests.apps
    )
    return ManifestSet(apps, manifests.clusters), list(missing.values())


def _pinned(
    manifest: Manifest, digests: Mapping[str, str], app: str, missing: dict[str, Diagnostic]
) -> Manifest:
    changed = False
    # Most objects run nothing; building their data would be for nothing too.
    if "image:" not in manifest.text:
        return manifest
    obj = _copy(manifest.object)
    for container in containers_of(obj):
        reference = container["image"]
        if "@" in reference:
            continue
        digest = digests.get(reference)
        if digest is not None:
            container["image"] = f"{reference}@{digest}"
            changed = True
        elif reference not in missing:
            text = f"`{app}` runs `{reference}`, which has no digest in the file of `imageDigests`"
            label = Label(manifest.origin.span)
            missing[reference] = Diagnostic("V814", text, (label,), Severity.WARNING)
    if not changed:
        return manifest
    return Manifest(Plain(obj), manifest.identity, emit(obj), manifest.origin, manifest.marks)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def read_digests(path: str) -> dict[str, str]:
    """A file of `reference: sha256:…`, YAML or JSON. Raises Rejected (V813 and those of reading)."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise Rejected(Diagnostic("V813", f"cannot read `{path}`: {error}")) from None
    problems: list[Diagnostic] = []
    digests: dict[str, str] = {}
    for document in read_documents(SourceFile(path, text), problems):
        if not isinstance(document.data, dict):
            label = Label(document.span())
            problems.append(Diagnostic("V813", "this is no mapping of images to digests", (label,)))
            continue
        for name, digest in document.data.items():
            if not (isinstance(digest, str) and DIGEST.fullmatch(digest)):
                text = f"the digest of `{name}` is not `sha256:` and 64 hexadecimal digits"
                problems.append(Diagnostic("V813", text, (Label(document.span((name,))),)))
        digests |= document.data
    if problems:
        raise Rejected(*problems)
    return digests
