"""The object of an apply-object step, as the controller sends it (semantics 6.6, 9.1; builtin-definitions 6.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from velac.compiler.render.draft import Object


def applied_object(
    written: Mapping[str, Any], app_namespace: str, app_name: str, labels: Mapping[str, str]
) -> Object | str:
    """The object with its owner's labels and a namespace, which is `default` where none is written; or a complaint.

    Upstream does not fill in the Application's namespace here. Parts that stay as written are shared.
    """
    metadata = written.get("metadata")
    if not isinstance(metadata, dict):
        return "the object to apply has no `metadata`"
    own = metadata.get("labels")
    if own is not None and not isinstance(own, dict):
        return "`metadata.labels` of the object to apply is not a mapping"
    owner = {"app.oam.dev/name": app_name, "app.oam.dev/namespace": app_namespace}
    return {
        **written,
        "metadata": {
            **metadata,
            "namespace": metadata.get("namespace") or "default",
            "labels": {**(own or {}), **labels, **owner},
        },
    }
