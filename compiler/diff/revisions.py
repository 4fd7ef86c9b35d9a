"""Labels that only say which revision of its Application an object is of: told once for the Application.

In a project that keeps revisions every edit gives every object of the Application another label. Shown at each object
it would hide what else changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from velac.compiler.diff.change import CHANGE, REVISE, Change
from velac.compiler.diff.delivery import GROUP
from velac.compiler.diff.fields import ABSENT, FieldChange
from velac.compiler.ir.manifest import Identity, Manifest, Origin, Plain
from velac.compiler.ir.values import Path
from velac.compiler.render.contract import APP_REVISION
from velac.grammar.yaml_writer import emit

_LABEL: Final[Path] = ("metadata", "labels", APP_REVISION)
"""Of the object itself: the same label of a pod would start new pods, and is shown."""


def folded(changes: Iterable[Change]) -> list[Change]:
    """The changes, without those that are nothing but another revision; for these one of each Application."""
    kept: list[Change] = []
    found: dict[tuple[str, Any, Any], list[Change]] = {}
    for change in changes:
        label = _label(change)
        if label is None:
            kept.append(change)
            continue
        found.setdefault((change.app, label.before, label.after), []).append(change)
        change.fields = tuple(f for f in change.fields if f is not label)
        if change.fields:
            kept.append(change)
    for (app, _, _), about in found.items():
        kept.append(_revised(app, about))
    return kept if not found else sorted(kept, key=lambda change: change.app)


def _label(change: Change) -> FieldChange | None:
    if change.verb != CHANGE:
        return None
    return next((f for f in change.fields if f.at == _LABEL and f.after is not ABSENT), None)


def _revised(app: str, about: list[Change]) -> Change:
    """All objects that go from one revision to another, alone or with what else changes in them."""
    namespace, _, name = app.partition("/")
    identity = Identity(GROUP, "Revision", namespace, name)
    names = [str(change.identity) for change in about]
    before, after = (_side(identity, one, names) for one in (about[0].before, about[0].after))
    clusters = list(dict.fromkeys(cluster for change in about for cluster in change.clusters))
    was, becomes = (side.object.get(APP_REVISION, ABSENT) for side in (before, after))
    return Change(
        app,
        REVISE,
        identity,
        before,
        after,
        clusters,
        (FieldChange(APP_REVISION, was, becomes),),
        application_clusters=about[0].application_clusters,
        parts=tuple(change for change in about if not change.fields),
    )


def _side(identity: Identity, manifest: Manifest | None, names: list[str]) -> Manifest:
    labels = (manifest.object["metadata"].get("labels") or {}) if manifest is not None else {}
    data: dict[str, Any] = {APP_REVISION: labels.get(APP_REVISION), "objects": names}
    data = {key: value for key, value in data.items() if value is not None}
    return Manifest(Plain(data), identity, emit(data), Origin("velac", "revision"))
