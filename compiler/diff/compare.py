"""Two compiled fleets to the changes between them, each once with all clusters it happens in.

Work grows with pairs of classes, not with clusters: the clusters of an Application are grouped by which class they are
in before and after, and each pair of classes is compared once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from velac.compiler.diff.causes import Causes
from velac.compiler.diff.change import ADD, CHANGE, DELETE, ORDER, PLAN, RENAME, Change, Difference
from velac.compiler.diff.defaults import without_defaults
from velac.compiler.diff.delivery import clusters_of, delivery_of
from velac.compiler.diff.fields import field_changes, pattern_of
from velac.compiler.diff.masks import masked
from velac.compiler.diff.revisions import folded
from velac.compiler.diff.risk import risks_of
from velac.compiler.ir.manifest import AppManifests, Identity, Manifest, ManifestSet
from velac.compiler.ir.plan import Plan


def compare(
    base: ManifestSet,
    head: ManifestSet,
    roots: tuple[str, str] = ("", ""),
    plans: tuple[Plan, Plan] | None = None,
    *,
    ignore_defaults: bool = False,
    ignored: Sequence[str] = (),
) -> Difference:
    """The changes from one fleet to another; `roots` are taken off the names of files in causes.

    With plans the delivery of Applications (order, gates, targets) is compared, too. `ignore_defaults` drops fields
    that come or go with the value that Kubernetes assumes, `ignored` fields by patterns of their paths, and both drop
    changes that are nothing else.
    """
    found: dict[object, Change] = {}
    before = {app.label: app for app in base.apps}
    after = {app.label: app for app in head.apps}
    order = {name: at for at, name in enumerate(dict.fromkeys((*base.clusters, *head.clusters)))}
    delivered = _deliveries(*plans) if plans is not None else {}
    for label in sorted({*before, *after}):
        place = _clusters_of(before.get(label)) | _clusters_of(after.get(label))
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
                known.application_clusters = place
        if label in delivered:
            found[label] = delivered[label]
            found[label].clusters += place
    changes = list(found.values())
    pattern = pattern_of(ignored)
    causes = Causes(roots, plans[1] if plans is not None else None)
    for change in changes:
        change.clusters.sort(key=lambda name: order[name])
        _describe(change, causes, ignore_defaults=ignore_defaults, ignored=pattern)
    if ignore_defaults or ignored:
        changes = [c for c in changes if c.verb != CHANGE or c.fields]
    changes = folded(changes)
    touched = {name for c in changes if c.verb != PLAN for name in c.clusters}
    return Difference(changes, tuple(sorted(touched, key=order.__getitem__)))


def _deliveries(base: Plan, head: Plan) -> dict[str, Change]:
    """The Applications of both sides that are delivered in another way."""
    before = {plan.app.label: plan for plan in base.apps}
    found = {}
    for plan in head.apps:
        known = before.get(plan.app.label)
        if known is not None:
            both = clusters_of(known) & clusters_of(plan)
            old, new = delivery_of(known, both), delivery_of(plan, both)
            if old.text != new.text:
                label = plan.app.label
                found[label] = Change(label, PLAN, new.identity, old, new)
    return found


def _clusters_of(app: AppManifests | None) -> frozenset[str]:
    return frozenset(n for group in app.groups for n in group.clusters) if app else frozenset()


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
    old, new = _numbered(before), _numbered(after)
    gone = [m for key, m in old.items() if key not in new]
    came = [m for key, m in new.items() if key not in old]
    renamed = _renames(gone, came)
    taken = {id(m) for pair in renamed for m in pair}
    for one, two in renamed:
        yield Change(app, RENAME, two.identity, one, two)
    for manifest in gone:
        if id(manifest) not in taken:
            yield Change(app, DELETE, manifest.identity, manifest, None)
    for key, two in new.items():
        known = old.get(key)
        if known is None:
            if id(two) not in taken:
                yield Change(app, ADD, two.identity, None, two)
        elif known.text != two.text:
            yield Change(app, CHANGE, two.identity, known, two)
    for one, two in zip(
        (m for key, m in old.items() if key in new),
        (m for key, m in new.items() if key in old),
        strict=True,
    ):
        if one.identity != two.identity:
            # The first one that is elsewhere stands for the order of all.
            yield Change(app, ORDER, two.identity, two, two)
            return


def _numbered(manifests: Sequence[Manifest]) -> dict[tuple[Identity, int], Manifest]:
    """Objects by identity; those that share one (which a build refuses) by their number, too."""
    found: dict[tuple[Identity, int], Manifest] = {}
    counts: dict[Identity, int] = {}
    for manifest in manifests:
        number = counts[manifest.identity] = counts.get(manifest.identity, -1) + 1
        found[manifest.identity, number] = manifest
    return found


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


def _describe(
    change: Change, causes: Causes, *, ignore_defaults: bool, ignored: re.Pattern[str] | None
) -> None:
    unmasked = change.before, change.after
    change.before, change.after = masked(change.before, change.after)
    if change.before is not None and change.after is not None:
        change.fields = tuple(field_changes(change.before.object, change.after.object))
        if ignored is not None:
            change.fields = tuple(f for f in change.fields if not ignored.fullmatch(f.path))
        if ignore_defaults:
            change.fields = without_defaults(change.identity.kind, change.fields)
    change.risks = tuple(
        risks_of(change.verb, change.before, change.after, change.fields, change.clusters)
    )
    change.causes = causes.of(change.app, unmasked[0], unmasked[1], change.fields)
