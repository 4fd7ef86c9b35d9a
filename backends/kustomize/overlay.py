"""What the classes of an Application share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from velac.backends.difference import Operation, difference
from velac.compiler.ir.manifest import AppManifests, ClusterManifests, Identity, Manifest


@dataclass(frozen=True, slots=True)
class Patch:
    """How a class has an object of the base."""

    target: Manifest
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Overlay:
    """One class of clusters: objects of its own, and patches of the base."""

    clusters: tuple[str, ...]
    own: tuple[Manifest, ...]
    patches: tuple[Patch, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """An Application as a base and overlays; with a single class everything is in the base."""

    base: tuple[Manifest, ...]
    overlays: tuple[Overlay, ...]


_Key: TypeAlias = tuple[str, ...]


def split(app: AppManifests) -> Split:
    """The objects that all classes have make the base, as the largest class has them."""
    groups = [group for group in app.groups if group.manifests]
    if len(groups) == 1:
        return Split(groups[0].manifests, ())
    ambiguous = _ambiguous(groups)
    tables = [_by_key(group, ambiguous) for group in groups]
    largest = max(range(len(groups)), key=lambda i: (len(groups[i].clusters), -i), default=0)
    shared = set(tables[0]).intersection(*tables[1:]) if tables else set()
    base = {key: m for key, m in tables[largest].items() if key in shared} if tables else {}
    overlays = tuple(
        _overlay(group.clusters, table, base) for group, table in zip(groups, tables, strict=True)
    )
    return Split(tuple(base.values()), overlays)


def _overlay(
    clusters: tuple[str, ...], table: dict[_Key, Manifest], base: dict[_Key, Manifest]
) -> Overlay:
    patches = []
    for key, shared in base.items():
        own = table[key]
        if own is not shared and own.text != shared.text:
            patches.append(Patch(shared, tuple(difference(shared.object, own.object))))
    return Overlay(clusters, tuple(m for k, m in table.items() if k not in base), tuple(patches))


def _by_key(group: ClusterManifests, ambiguous: set[_Key]) -> dict[_Key, Manifest]:
    """Objects by what they are. The namespace counts only where a class has two that differ in nothing else: a
    topology often moves an Application as a whole."""
    table = {}
    for manifest in group.manifests:
        key = _short(manifest.identity)
        table[(*key, manifest.identity.namespace) if key in ambiguous else key] = manifest
    return table


def _short(identity: Identity) -> _Key:
    return (identity.group, identity.kind, identity.name)


def _ambiguous(groups: Iterable[ClusterManifests]) -> set[_Key]:
    found: set[_Key] = set()
    for group in groups:
        seen: set[_Key] = set()
        for manifest in group.manifests:
            key = _short(manifest.identity)
            (found if key in seen else seen).add(key)
    return found
