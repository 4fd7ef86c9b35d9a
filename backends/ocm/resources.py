"""ManifestWork names resources (`deployments`), not kinds, and there is no cluster to ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from velac.compiler.ir.manifest import Identity, ManifestSet

_UNCOUNTED: Final = frozenset({"endpoints", "podmetrics", "nodemetrics"})


def plurals_of(manifests: ManifestSet, said: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Plurals by group and kind: those of the CustomResourceDefinitions that are delivered, and what a user says."""
    found: dict[tuple[str, str], str] = {}
    for app in manifests.apps:
        for group in app.groups:
            for manifest in group.manifests:
                if manifest.identity.kind == "CustomResourceDefinition":
                    spec = manifest.object.get("spec") or {}
                    names = spec.get("names") or {}
                    if "kind" in names and "plural" in names:
                        found[spec.get("group", ""), names["kind"]] = names["plural"]
    for name, plural in said.items():
        kind, _, group_name = name.partition(".")
        found[group_name, kind] = plural
    return found


def resource_of(identity: Identity, known: Mapping[tuple[str, str], str]) -> str:
    """The resource of a kind: as known, else by the rules that nearly all projects follow."""
    plural = known.get((identity.group, identity.kind))
    if plural is not None:
        return plural
    word = identity.kind.lower()
    if word in _UNCOUNTED:
        return word
    if word.endswith(("s", "x", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + "s"
