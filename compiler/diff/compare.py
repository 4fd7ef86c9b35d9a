"""Two compiled fleets to the changes between them, each once with all clusters it happens in.

Work grows with pairs of classes, not with clusters: the clusters of an Application are grouped by which class they are
in before and after, and each pair of classes is compared once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from velac.compiler.diff.fields import FieldChange, field_changes
from velac.compiler.diff.risk import Risk, risks_of
from velac.compiler.ir.manifest import AppManifests, Identity, Manifest, ManifestSet
from velac.compiler.ir.values import Json, Path
from velac.grammar.source import Span

ADD: Final = "add"
DELETE: Final = "delete"
CHANGE: Final = "change"
RENAME: Final = "rename"


@dataclass(slots=True)
class Change:
    """What happens to one object, alike in all of `clusters`."""

    app: str
    verb: str
    identity: Identity
    before: Manifest | None
    after: Manifest | None
    clusters: list[str] = field(default_factory=list)
    fields: tuple[FieldChange, ...] = ()
    risks: tuple[Risk, ...] = ()
    causes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """`change Deployment prod/web`; a rename names both."""
        if self.verb == RENAME and self.before is not None:
            return f"rename {self.before.identity} to {self.identity.name}"
        return f"{self.verb} {self.identity}"

    @property
    def risk(self) -> str:
        """The worst risk: `high`, `medium`, `low` or "" for none."""
        for level in ("high", "medium", "low"):
            if any(risk.level == level for risk in self.risks):
                return level
        return ""


@dataclass(slots=True)
class Difference:
    """All changes, by Application and object; `clusters` are all clusters in which anything changes."""

    changes: list[Change]
    clusters: tuple[str, ...]

    def count(self, verb: str) -> int:
        """How many changes of a verb, clusters counted once."""
        return sum(change.verb == verb for change in self.changes)


def compare(base: ManifestSet, head: ManifestSet, roots: tuple[str, str] = ("", "")) -> Difference:
    """The changes from one fleet to another; `roots` are taken off the names of files in causes."""
    found: dict[object, Change] = {}
    before = {app.label: app for app in base.apps}
    after = {app.label: app for app in head.apps}
    order = {name: at for at, name in enumerate(dict.fromkeys((*base.clusters, *head.clusters)))}
    for label in sorted({*before, *after}):
        for clusters, old, new in _pairs(before.get(label), after.get(label)):
            for change in _object_changes(label, old, new):
                key = (
                    label,
                    change.verb,
                    change.identity,
                    change.before.text if change.before else None,
                    change.after.text if change.after else None,
                )
                known = found.setdefault(key, change)
                known.clusters += clusters
    changes = list(found.values())
    for change in changes:
        change.clusters.sort(key=lambda name: order[name])
        _describe(change, roots)
    touched = {name for change in changes for name in change.clusters}
    return Difference(changes, tuple(sorted(touched, key=order.__getitem__)))


def _pairs(
    before: AppManifests | None, after: AppManifests | None
) -> Iterator[tuple[list[str], Sequence[Manifest], Sequence[Manifest]]]:
    """The clusters of an Application by what they have before and after."""
    old, new = _group_of(before), _group_of(after)
    pairs: dict[tuple[int, int], list[str]] = {}
    for cluster in dict.fromkeys((*old, *new)):
        pairs.setdefault((old.get(cluster, -1), new.get(cluster, -1)), []).append(cluster)
    for (one, two), clusters in pairs.items():
        yield (
            clusters,
            before.groups[one].manifests if before is not None and one >= 0 else (),
            after.groups[two].manifests if after is not None and two >= 0 else (),
        )


def _group_of(app: AppManifests | None) -> dict[str, int]:
    if app is None:
        return {}
    return {cluster: at for at, group in enumerate(app.groups) for cluster in group.clusters}


def _object_changes(
    app: str, before: Sequence[Manifest], after: Sequence[Manifest]
) -> Iterator[Change]:
    old = {m.identity: m for m in before}
    new = {m.identity: m for m in after}
    gone = [m for identity, m in old.items() if identity not in new]
    came = [m for identity, m in new.items() if identity not in old]
    renamed = _renames(gone, came)
    taken = {id(m) for pair in renamed for m in pair}
    for one, two in renamed:
        yield Change(app, RENAME, two.identity, one, two)
    for manifest in gone:
        if id(manifest) not in taken:
            yield Change(app, DELETE, manifest.identity, manifest, None)
    for identity, two in new.items():
        known = old.get(identity)
        if known is None:
            if id(two) not in taken:
                yield Change(app, ADD, identity, None, two)
        elif known.text != two.text:
            yield Change(app, CHANGE, identity, known, two)


def _renames(gone: Iterable[Manifest], came: Iterable[Manifest]) -> list[tuple[Manifest, Manifest]]:
    """Objects that one output of one owner made under another (generated) name."""

    def made_by(m: Manifest) -> tuple[str, ...]:
        return (
            m.identity.group, m.identity.kind, m.identity.namespace,
            m.origin.owner, m.origin.role, m.origin.resource,
        )  # fmt: skip

    old: dict[tuple[str, ...], list[Manifest]] = {}
    for manifest in gone:
        old.setdefault(made_by(manifest), []).append(manifest)
    out = []
    for manifest in came:
        candidates = old.get(made_by(manifest))
        if candidates and manifest.origin.resource:
            out.append((candidates.pop(0), manifest))
    return out


def _describe(change: Change, roots: tuple[str, str]) -> None:
    if change.before is not None and change.after is not None:
        change.fields = tuple(field_changes(change.before.object, change.after.object))
    change.risks = tuple(
        risks_of(change.verb, change.before, change.after, change.fields, change.clusters)
    )
    change.causes = tuple(causes(change, roots))


def causes(change: Change, roots: tuple[str, str]) -> Iterator[str]:
    """The lines that made the change: properties written differently, else where the object's maker is written."""
    before, after = change.before, change.after
    if before is not None and after is not None:
        written = list(_differing((), before.origin.place.data, after.origin.place.data))
        for path in written[:_CAUSES]:
            yield f"{_relative(after.origin.place.span(path), roots[1])} ({after.origin.owner})"
        if written:
            return
    manifest, root = (after, roots[1]) if after is not None else (before, roots[0])
    assert manifest is not None
    yield f"{_relative(manifest.origin.span, root)} ({manifest.origin.owner})"


_CAUSES: Final = 5


def _relative(span: Span, root: str) -> str:
    text = str(span)
    prefix = root.rstrip("/") + "/"
    return text[len(prefix) :] if root and text.startswith(prefix) else text


def _differing(path: Path, before: Json, after: Json) -> Iterator[Path]:
    """Paths of what is written differently, down to scalars; what is gone counts for its parent."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in after:
            yield from _differing((*path, key), before.get(key), after[key])
        if before.keys() - after.keys():
            yield path
    elif isinstance(before, list) and isinstance(after, list):
        for index, item in enumerate(after):
            old = before[index] if index < len(before) else None
            yield from _differing((*path, index), old, item)
        if len(before) > len(after):
            yield path
    elif before != after:
        yield path
