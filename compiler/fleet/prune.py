"""Garbage collection: what of the previous inventory has to go, stays, or changes hands (semantics 9.3).

`collect` compares an inventory with the summaries of a build. It decides about objects that the inventory lists and
about no others, and never about one that another Application makes in that cluster.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final, final

from velac.compiler.fleet.data import Clusters
from velac.compiler.fleet.inventory import Inventory, Record, Sharing
from velac.compiler.fleet.reasons import Current, reason_of
from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.rules import NEVER, ON_APP_UPDATE
from velac.compiler.ir.summary import AppSummary, ClassSummary, ObjectSummary
from velac.grammar.record import record

_ORPHAN: Final = "orphan"


class Fate(StrEnum):
    """What becomes of an object that its Application no longer makes."""

    DELETE = "delete"
    KEEP = "keep"
    """It stays and is still tracked."""
    RELEASE = "release"
    """It stays; the labels that say whose it is are removed."""
    HAND_OVER = "hand over"
    """Another Application makes it, or goes on sharing it."""
    FORGET = "forget"
    """Its cluster is no longer in the fleet."""


@final
@record
class Obsolete:
    """One object in some clusters, its fate, why it is obsolete and what decided."""

    label: str
    item: ObjectSummary
    clusters: Clusters
    fate: Fate
    reason: str
    rule: str = ""
    to: str = ""
    """The Application that has it from now on."""
    wave: int = 0
    """Of deletions in order of dependency: lower ones go first."""


@final
@record
class Collected:
    """What is obsolete, and the inventory once the build has been delivered."""

    obsolete: tuple[Obsolete, ...]
    inventory: Inventory

    @property
    def deleted(self) -> Iterator[Obsolete]:
        """What will be deleted."""
        return (one for one in self.obsolete if one.fate is Fate.DELETE)


def collect(
    previous: Inventory, fleet: Sequence[AppSummary], clusters: Collection[str]
) -> Collected:
    """Compare the inventory with what Applications make now; `clusters` are all of the fleet."""
    current = {summary.label: summary for summary in fleet}
    gone: list[_Gone] = []
    for label, entry in previous.records.items():
        gone += _gone(label, entry, current.get(label))
    judge = _Judge(_makers({one.item.identity for one in gone}, fleet), clusters)
    found: list[Obsolete] = []
    kept: dict[str, list[tuple[Clusters, ObjectSummary]]] = {}
    now: dict[str, Current] = {}
    for one in gone:
        before = previous.records[one.label].summary
        own = now.setdefault(one.label, Current(current.get(one.label), before))
        for fate in judge.fates(one, own, orphan=before.orphan):
            if fate.fate is Fate.KEEP:
                kept.setdefault(one.label, []).append((fate.clusters, one.item))
            if not (one.was_kept and fate.fate is Fate.KEEP):
                found.append(fate)
    found = _in_waves(found, previous, current)
    records = {
        summary.label: Record(summary, _grouped(kept.get(summary.label, ()))) for summary in fleet
    }
    inventory = Inventory(records, _sharing(previous, fleet))
    return Collected(tuple(_passed_on(found, previous, inventory)), inventory)


# ------------------------------------------------------------------------------------- what is no longer made


@final
@record
class _Gone:
    """An object that its Application made in these clusters and makes there no longer."""

    label: str
    item: ObjectSummary
    clusters: Clusters
    number: int | None
    """The class of the Application that these clusters are in now; None where it has nothing there."""
    was_kept: bool


def _gone(label: str, entry: Record, now: AppSummary | None) -> Iterator[_Gone]:
    places = _Places(now.classes if now is not None else ())
    for was_kept, groups in ((False, entry.summary.classes), (True, entry.kept)):
        for group in groups:
            for number, part in places.of(group.clusters):
                if places.has_all(number, group.objects):
                    continue
                here = places.identities(number)
                for item in group.objects:
                    if item.identity not in here:
                        yield _Gone(label, item, part, number, was_kept)


class _Places:
    """The classes that an Application has now, and what it makes in each; made in one walk, as far as it is asked for."""

    __slots__ = ("_classes", "_exact", "_identities", "_numbers")

    def __init__(self, classes: Sequence[ClassSummary]) -> None:
        self._classes = classes
        self._exact = {group.clusters: number for number, group in enumerate(classes)}
        self._numbers: dict[str, int] | None = None
        self._identities: dict[int | None, frozenset[Identity]] = {None: frozenset()}

    def of(self, clusters: Clusters) -> Iterable[tuple[int | None, Clusters]]:
        """Clusters split by the class that they are in now."""
        number = self._exact.get(clusters)
        if number is not None:
            return ((number, clusters),)
        if self._numbers is None:
            self._numbers = {
                name: number
                for number, group in enumerate(self._classes)
                for name in group.clusters
            }
        parts: dict[int | None, list[str]] = {}
        for name in clusters:
            parts.setdefault(self._numbers.get(name), []).append(name)
        return [(found, tuple(names)) for found, names in parts.items()]

    def has_all(self, number: int | None, objects: tuple[ObjectSummary, ...]) -> bool:
        """Whether a class is certain to have all of these objects: it has just the same."""
        return number is not None and self._classes[number].objects == objects

    def identities(self, number: int | None) -> frozenset[Identity]:
        """The objects of a class."""
        found = self._identities.get(number)
        if found is None:
            assert number is not None
            objects = self._classes[number].objects
            found = self._identities[number] = frozenset(item.identity for item in objects)
        return found


_Makers = Mapping[Identity, Sequence[tuple[str, Clusters]]]
"""By object which Applications make it now, and where."""


def _makers(wanted: Collection[Identity], fleet: Sequence[AppSummary]) -> _Makers:
    makers: dict[Identity, list[tuple[str, Clusters]]] = {}
    if not wanted:
        return makers
    for summary in fleet:
        for group in summary.classes:
            for item in group.objects:
                if item.identity in wanted:
                    makers.setdefault(item.identity, []).append((summary.label, group.clusters))
    return makers


# --------------------------------------------------------------------------------------------------- decisions


@final
class _Judge:
    """Decides what becomes of objects."""

    __slots__ = ("_fleet", "_left", "_makers")

    def __init__(self, makers: _Makers, clusters: Collection[str]) -> None:
        self._makers = makers
        self._fleet = frozenset(clusters)
        self._left: dict[Clusters, bool] = {}

    def fates(self, gone: _Gone, own: Current, *, orphan: bool) -> Iterator[Obsolete]:
        """What becomes of an object; its clusters may differ in that."""
        item = gone.item
        for (fate, to), part in self._parts(gone).items():
            if fate is Fate.FORGET:
                yield Obsolete(gone.label, item, part, fate, "the cluster has left the fleet")
                continue
            reason = reason_of(own, item, gone.number, was_kept=gone.was_kept)
            rule = "another Application makes it"
            if fate is Fate.DELETE:
                fate, rule = _by_rules(item, own.summary, orphan=orphan)
                if own.reads(item.identity, gone.number):
                    fate, rule = Fate.KEEP, "a read-only policy selects it"
            yield Obsolete(gone.label, item, part, fate, reason, rule, to)

    def _parts(self, gone: _Gone) -> dict[tuple[Fate, str], Clusters]:
        """Clusters by what is certain about them: left the fleet, or another's; of the rest the rules decide."""
        others = [m for m in self._makers.get(gone.item.identity, ()) if m[0] != gone.label]
        if not others and not self._some_left(gone.clusters):
            return {(Fate.DELETE, ""): gone.clusters}
        takers: dict[str, str] = {}
        for label, clusters in others:
            for name in clusters:
                takers.setdefault(name, label)
        parts: dict[tuple[Fate, str], list[str]] = {}
        for name in gone.clusters:
            to = takers.get(name, "")
            fate = Fate.HAND_OVER if to else Fate.DELETE
            key = (fate, to) if name in self._fleet else (Fate.FORGET, "")
            parts.setdefault(key, []).append(name)
        return {key: tuple(names) for key, names in parts.items()}

    def _some_left(self, clusters: Clusters) -> bool:
        found = self._left.get(clusters)
        if found is None:
            found = self._left[clusters] = not self._fleet.issuperset(clusters)
        return found


def _by_rules(item: ObjectSummary, now: AppSummary | None, *, orphan: bool) -> tuple[Fate, str]:
    """Fate and rule. The strategy is that of the time when the object was made: it says which tracker lists it."""
    if now is None:
        if orphan:
            return Fate.RELEASE, "the finalizer `app.oam.dev/orphan-resource`"
        if item.collect == NEVER:
            return Fate.RELEASE, "garbage-collect strategy `never`"
    elif item.collect != ON_APP_UPDATE:
        return Fate.KEEP, f"garbage-collect strategy `{item.collect}`"
    elif now.keep_legacy:
        return Fate.KEEP, "keepLegacyResource"
    if item.propagation == _ORPHAN:
        return Fate.RELEASE, "garbage-collect propagation `orphan`"
    return Fate.DELETE, "propagation `cascading`" if item.propagation else ""


# ------------------------------------------------------------------------------------------------------- order


def _in_waves(
    found: Sequence[Obsolete], previous: Inventory, current: Mapping[str, AppSummary]
) -> list[Obsolete]:
    """Deletions of Applications with `order: dependency` in waves: what depends on a component goes before it."""
    deleted: dict[str, set[str]] = {}
    for one in found:
        if one.fate is Fate.DELETE:
            deleted.setdefault(one.label, set()).add(one.item.component)
    waves: dict[str, dict[str, int]] = {}
    for label, components in deleted.items():
        now, before = current.get(label), previous.records[label].summary
        if (now or before).ordered:
            edges = dict.fromkeys((*before.edges, *(now.edges if now else ())))
            waves[label] = _waves(components, [e for e in edges if components.issuperset(e)])
    if not waves:
        return list(found)
    placed = [
        replace(one, wave=waves[one.label].get(one.item.component, 0))
        if one.fate is Fate.DELETE and one.label in waves
        else one
        for one in found
    ]
    return sorted(placed, key=lambda one: (one.label, one.wave))


def _waves(components: Collection[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The wave of each component: after all that depend on it. What waits in a circle goes last, together."""
    waiting = dict.fromkeys(components, 0)
    frees: dict[str, list[str]] = {}
    for before, after in edges:
        waiting[before] += 1
        frees.setdefault(after, []).append(before)
    waves: dict[str, int] = {}
    ready = [name for name in sorted(components) if not waiting[name]]
    number = 0
    while ready:
        waves |= dict.fromkeys(ready, number)
        number += 1
        freed = []
        for name in ready:
            for before in frees.get(name, ()):
                waiting[before] -= 1
                if not waiting[before]:
                    freed.append(before)
        ready = sorted(freed)
    return {name: waves.get(name, number) for name in components}


# ----------------------------------------------------------------------------------------------------- sharing


def _sharing(previous: Inventory, fleet: Sequence[AppSummary]) -> tuple[Sharing, ...]:
    """The objects that several Applications own together; who shared one before stays in front of newcomers."""
    first: dict[Identity, str] = {}
    several: dict[Identity, dict[str, list[str]]] = {}
    for summary in fleet:
        for group in summary.classes:
            for item in group.objects:
                if item.shared and first.setdefault(item.identity, summary.label) != summary.label:
                    several[item.identity] = {}
    if not several:
        return ()
    for summary in fleet:
        for group in summary.classes:
            for item in group.objects:
                if item.shared and item.identity in several:
                    for name in group.clusters:
                        several[item.identity].setdefault(name, []).append(summary.label)
    order = _order_before(previous, several)
    return tuple(
        Sharing(identity, tuple(names), sharers)
        for identity in sorted(several)
        for sharers, names in _by_sharers(several[identity], order.get(identity, {})).items()
    )


def _order_before(
    previous: Inventory, wanted: Collection[Identity]
) -> dict[Identity, dict[str, tuple[str, ...]]]:
    """Who had an object in each cluster before, in their order: several sharers, or the one owner."""
    order: dict[Identity, dict[str, tuple[str, ...]]] = {}
    for label, entry in previous.records.items():
        for group in entry.summary.classes:
            for item in group.objects:
                if item.identity in wanted:
                    for name in group.clusters:
                        order.setdefault(item.identity, {}).setdefault(name, (label,))
    for sharing in previous.sharing:
        if sharing.identity in wanted:
            for name in sharing.clusters:
                order.setdefault(sharing.identity, {})[name] = sharing.sharers
    return order


def _by_sharers(
    places: Mapping[str, Sequence[str]], before: Mapping[str, tuple[str, ...]]
) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for name, labels in places.items():
        stayed = [label for label in before.get(name, ()) if label in labels]
        sharers = (*stayed, *(label for label in labels if label not in stayed))
        if len(sharers) > 1:
            found.setdefault(sharers, []).append(name)
    return found


def _passed_on(
    found: Sequence[Obsolete], previous: Inventory, after: Inventory
) -> Iterator[Obsolete]:
    """The same; a shared object passes on to the sharer that is next, whoever that is."""
    shared = {(s.identity, name): s.sharers for s in previous.sharing for name in s.clusters}
    holders = {(s.identity, name): s.sharers for s in after.sharing for name in s.clusters}
    for one in found:
        if one.fate is not Fate.HAND_OVER:
            yield one
            continue
        for sharers, clusters in _by_place(one, shared).items():
            if len(sharers) < 2:
                yield replace(one, clusters=clusters)
                continue
            left = [label for label in sharers if label != one.label]
            now = holders.get((one.item.identity, clusters[0]))
            to = now[0] if now else one.to
            rule = "ownership passes on" if sharers[0] == one.label else "its name leaves shared-by"
            shown = ",".join(now or left)
            yield replace(one, clusters=clusters, to=to, rule=f"{rule}: shared by {shown}")


def _by_place(
    one: Obsolete, shared: Mapping[tuple[Identity, str], tuple[str, ...]]
) -> dict[tuple[str, ...], Clusters]:
    parts: dict[tuple[str, ...], list[str]] = {}
    for name in one.clusters:
        parts.setdefault(shared.get((one.item.identity, name), ()), []).append(name)
    return {sharers: tuple(names) for sharers, names in parts.items()}


def _grouped(kept: Sequence[tuple[Clusters, ObjectSummary]]) -> tuple[ClassSummary, ...]:
    """Kept objects by the clusters where they stay."""
    groups: dict[Clusters, list[ObjectSummary]] = {}
    for clusters, item in kept:
        groups.setdefault(clusters, []).append(item)
    return tuple(ClassSummary(names, tuple(items)) for names, items in sorted(groups.items()))
