"""An object as somebody could have written it: without what the server and KubeVela's controllers add."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.load.definition_yaml import REVISION_FIELDS

Object = dict[str, Any]

_METADATA: Final = ("name", "namespace", "labels", "annotations")
"""The metadata that an author writes; everything else is the server's."""
_ANNOTATIONS: Final = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "app.oam.dev/last-applied-configuration",
        "app.oam.dev/last-applied-time",
        "oam.dev/kubevela-version",
        "meta.helm.sh/release-name",
        "meta.helm.sh/release-namespace",
    }
)
_LABELS: Final = frozenset({"app.oam.dev/shard-id", "app.oam.dev/scheduled-shard-id"})
"""What controllers, kubectl and Helm note on objects."""
_NOT_WRITTEN: Final = frozenset({"status", "metadata", "apiVersion", "kind"})


def tidy(obj: Object, api_version: str, kind: str) -> Object:
    """The object without status and the metadata of the server; the given one is not changed."""
    rest = {key: value for key, value in obj.items() if key not in _NOT_WRITTEN}
    if kind == "DefinitionRevision" and isinstance(rest.get("spec"), dict):
        rest["spec"] = {
            key: _inner(value) if key in REVISION_FIELDS and isinstance(value, dict) else value
            for key, value in rest["spec"].items()
        }
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": _tidy_metadata(obj.get("metadata")),
        **rest,
    }


def _inner(obj: Object) -> Object:
    """The definition inside a revision, which need not say its kind."""
    kept = {key: value for key, value in obj.items() if key not in ("status", "metadata")}
    return {**kept, "metadata": _tidy_metadata(obj.get("metadata"))}


def _tidy_metadata(metadata: Any) -> Object:
    if not isinstance(metadata, dict):
        return {}
    kept = {key: metadata[key] for key in _METADATA if metadata.get(key)}
    for key, dropped in (("annotations", _ANNOTATIONS), ("labels", _LABELS)):
        if isinstance(kept.get(key), dict):
            kept[key] = {k: v for k, v in kept[key].items() if k not in dropped}
            if not kept[key]:
                del kept[key]
    return kept
