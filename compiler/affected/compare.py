"""Two states of a repository, unit by unit: the Applications and clusters that their difference can touch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from velac.compiler.affected.moved import Moved
from velac.compiler.affected.needs import Needs, NeedsOf, Selector, selected
from velac.compiler.affected.settings import PLACES, settings_of
from velac.compiler.affected.tree import Tree
from velac.compiler.affected.units import Key, Reading, Unit, key_text, read_units
from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.load.bundle import Known


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that changed, in words, and the file that says it ("" where no single file does)."""

    what: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class AffectedApplication:
    """An Application that may change, where, and why."""

    namespace: str
    name: str
    clusters: tuple[str, ...]
    causes: tuple[Cause, ...]

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Affected:
    """What a change can touch; everything else is built alike before and after.

    `applications` are sorted; `clusters` are in the order of the inventory, those that are gone last. `everything`
    names what reaches all Applications. `diagnostics` are those of reading the newer state; `count` is the number of
    Applications there.
    """

    applications: tuple[AffectedApplication, ...] = ()
    clusters: tuple[str, ...] = ()
    everything: tuple[Cause, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    count: int = 0

    @property
    def labels(self) -> frozenset[str]:
        """`namespace/name` of all affected Applications."""
        return frozenset(app.label for app in self.applications)

    @property
    def empty(self) -> bool:
        """Whether nothing can change."""
        return not self.applications


def affected(base: Tree, head: Tree, files: Collection[str] | None = None) -> Affected:
    """The Applications and clusters that the way from `base` to `head` can touch.

    With `files` (paths below the roots) only what changed in these counts. Nothing is rendered; problems of the newer
    state are in the result.
    """
    known: Known = {}
    roots = (head.root, base.root)
    after = read_units(head, known, roots)
    before = read_units(base, known, roots)
    return affected_between(before, after, files)


def affected_between(
    before: Reading, after: Reading, files: Collection[str] | None = None
) -> Affected:
    """The same for states that have been read."""
    wanted = None if files is None else frozenset(files)
    return _Comparison(_Sides(before, after, wanted)).result()


def affected_by_all(head: Tree, why: str) -> Affected:
    """All Applications and clusters, where nothing is known about the state before."""
    reading = read_units(head)
    return _Comparison(_Unknown(reading, reading, None), (Cause(why),)).result()


def affected_by_files(head: Tree, files: Collection[str]) -> Affected:
    """The Applications and clusters that what these files say now can touch, whatever in them changes."""
    reading = read_units(head)
    return _Comparison(_Files(reading, reading, frozenset(files))).result()


class _Sides:
    """What differs between two states."""

    __slots__ = ("after", "before", "files")

    def __init__(self, before: Reading, after: Reading, files: frozenset[str] | None) -> None:
        self.before = before
        self.after = after
        moved = files is not None and self._project_file in files and self._places_differ()
        self.files = None if moved else files

    @property
    def _project_file(self) -> str:
        for reading in (self.after, self.before):
            if reading.tree.options.project.file:
                return reading.tree.name_of(reading.tree.options.project.file)
        return ""

    def _places_differ(self) -> bool:
        return any(
            self.before.tree.options.project.values.data.get(name)
            != self.after.tree.options.project.values.data.get(name)
            for name in PLACES
        )

    def of_interest(self, *names: str) -> bool:
        """Whether changes in one of these files count."""
        return self.files is None or any(name in self.files for name in names)

    def units(self) -> Iterator[tuple[Key, Cause]]:
        """The units that differ."""
        old, new = self.before.units, self.after.units
        for key in {**old, **new}:
            one, two = old.get(key), new.get(key)
            files = [file for unit in (two, one) if unit is not None for file in unit.files]
            if self._differ(one, two) and self.of_interest(*files):
                yield key, Cause(key_text(key), files[0] if files else "")

    def _differ(self, one: Unit | None, two: Unit | None) -> bool:
        return one is None or two is None or not _same(one.content, two.content)

    def everything(self) -> Iterator[Cause]:
        """What differs and reaches all Applications."""
        old, new = settings_of(self.before.tree), settings_of(self.after.tree)
        for key in sorted({**old, **new}):
            setting, _, named = key.partition(": ")
            file = named or self._project_file
            if old.get(key) != new.get(key) and self._inside(file):
                yield Cause(f"setting `{setting}`", file)

    def _inside(self, place: str) -> bool:
        """Whether a file, or a file below a directory, is of interest."""
        if self.of_interest(place):
            return True
        return any(file.startswith(f"{place}/") for file in self.files or ())

    def clusters(self) -> Moved:
        """What became of the clusters."""
        before, after = self.before, self.after
        backends = {*before.tree.options.backends, *after.tree.options.backends}
        return Moved(before.inventory, after.inventory, backends, self._cluster_counts)

    def _cluster_counts(self, name: str) -> bool:
        return self.of_interest(*self.cluster_files(name), self._project_file)

    def cluster_files(self, name: str) -> list[str]:
        """The files that list a cluster; none for `local` where nobody does."""
        found = []
        for reading in (self.after, self.before):
            cluster = reading.inventory.clusters.get(name)
            file = "" if cluster is None else reading.file_of(cluster.span)
            found += [file] if file else []
        return found


class _Files(_Sides):
    """All that some files of one state say, as if each of it differed."""

    __slots__ = ()

    def _differ(self, one: Unit | None, two: Unit | None) -> bool:
        return True

    def everything(self) -> Iterator[Cause]:
        """See `_Sides`."""
        if self._project_file and self.of_interest(self._project_file):
            yield Cause("settings", self._project_file)
        for key in settings_of(self.after.tree):
            setting, _, named = key.partition(": ")
            if named and self._inside(named):
                yield Cause(f"setting `{setting}`", named)

    def clusters(self) -> Moved:
        """See `_Sides`."""
        return Moved(self.after.inventory, self.after.inventory, None, self._cluster_counts)


class _Unknown(_Sides):
    """What differs from a state that nobody can read."""

    __slots__ = ()

    def units(self) -> Iterator[tuple[Key, Cause]]:
        """See `_Sides`."""
        return iter(())


class _Comparison:
    """Walks over the Applications of both states."""

    __slots__ = ("_clusters", "_lists", "_new", "_old", "_order", "_sides", "_touched", "_whole")

    def __init__(self, sides: _Sides, whole: tuple[Cause, ...] = ()) -> None:
        self._sides = sides
        self._new, self._old = NeedsOf(sides.after), NeedsOf(sides.before)
        names = (*sides.after.inventory.clusters, *sides.before.inventory.clusters)
        self._order = {name: at for at, name in enumerate(dict.fromkeys(names))}
        self._whole = (*whole, *sides.everything())
        self._clusters = sides.clusters()
        self._touched = dict(sides.units())
        self._lists: dict[frozenset[str], tuple[str, ...]] = {}

    def result(self) -> Affected:
        """See `affected`."""
        after = self._sides.after
        keys = sorted({**after.applications, **self._sides.before.applications})
        found = [app for key in keys if (app := self._application(key)) is not None]
        reached: set[str] = set().union(*{id(app.clusters): app.clusters for app in found}.values())
        problems = tuple(after.bundle.diagnostics)
        count = len(after.applications)
        return Affected(tuple(found), self._in_order(reached), self._whole, problems, count)

    def _application(self, key: Key) -> AffectedApplication | None:
        needs = self._new.of(key)
        if not (self._whole or self._is_touched(needs)):
            return None
        # What an Application needed before differs only where something changed that it needs now.
        both = (needs, self._old.of(key))
        keys = {key}.union(*(side.keys for side in both))
        places = frozenset().union(*(side.places for side in both))
        moved = frozenset().union(*map(self._clusters.of, places))
        causes = {self._touched[k] for k in keys if k in self._touched}
        reach = self._reach(places) if causes or self._whole else moved
        files = {file for name in moved for file in self._sides.cluster_files(name)[:1]}
        causes.update(Cause("the inventory", file) for file in files)
        ordered = sorted(causes, key=lambda cause: (cause.file, cause.what))
        return AffectedApplication(key[1], key[2], self._in_order(reach), tuple(ordered))

    def _is_touched(self, needs: Needs) -> bool:
        if any(key in self._touched for key in needs.keys):
            return True
        return any(map(self._clusters.of, needs.places))

    def _reach(self, places: Iterable[Selector]) -> frozenset[str]:
        sides = (self._sides.before.inventory, self._sides.after.inventory)
        return frozenset().union(*(selected(place, side) for place in places for side in sides))

    def _in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names in the order of the inventory; equal sets give the same tuple."""
        key = frozenset(names)
        found = self._lists.get(key)
        if found is None:
            found = self._lists[key] = tuple(sorted(key, key=self._order.__getitem__))
        return found


def _same(one: Any, two: Any) -> bool:
    """Whether plain data is the same in value, type and order: `1`, `1.0` and `true` are not."""
    return one is two or repr(one) == repr(two)
