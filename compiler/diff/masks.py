"""Values of Secrets never stand in a difference: what is equal is hidden, what differs is hidden and says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from velac.compiler.ir.manifest import Manifest, Plain
from velac.grammar.yaml_writer import emit

HIDDEN: Final = "(hidden)"
_SIDES: Final = ("(hidden, before)", "(hidden, after)")
_FIELDS: Final = ("data", "stringData")


def is_secret(manifest: Manifest | None) -> bool:
    """Whether it is a Secret of Kubernetes itself."""
    return (
        manifest is not None and manifest.identity.kind == "Secret" and not manifest.identity.group
    )


def masked(
    before: Manifest | None, after: Manifest | None
) -> tuple[Manifest | None, Manifest | None]:
    """Both sides of a change, without the values of a Secret; keys stay, and which of them change."""
    if not is_secret(before) and not is_secret(after):
        return before, after
    return _without(before, after, _SIDES[0]), _without(after, before, _SIDES[1])


def _without(manifest: Manifest | None, other: Manifest | None, mark: str) -> Manifest | None:
    if manifest is None:
        return None
    data = dict(manifest.object)
    known: Mapping[str, Any] = other.object if other is not None else {}
    for field in _FIELDS:
        values, others = data.get(field), known.get(field)
        if isinstance(values, dict):
            there = others if isinstance(others, dict) else {}
            data[field] = {
                key: mark if key in there and there[key] != value else HIDDEN
                for key, value in values.items()
            }
    annotations = (data.get("metadata") or {}).get("annotations")
    if isinstance(annotations, dict) and _APPLIED in annotations:
        # kubectl keeps the whole object here, values included.
        kept = {**annotations, _APPLIED: HIDDEN}
        data["metadata"] = {**data["metadata"], "annotations": kept}
    return Manifest(Plain(data), manifest.identity, emit(data), manifest.origin, manifest.marks)


_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
