"""Which definition a type means: by kind, name, version and namespace, and by where it comes from.

An Application sees the definitions of its own namespace before those that have none or are in `vela-system`, and no
others (vela pkg/oam/util/helper.go). Among those of one place `-d` wins over the project, addons and built-in ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.ir.values import Values
from velac.compiler.load.definition import Definition
from velac.compiler.load.modules import with_module
from velac.compiler.load.version import newest, precedence
from velac.grammar.source import NO_SPAN, Span

SYSTEM: Final = "vela-system"
SHARED: Final = ""
AUTO_UPDATE: Final = "app.oam.dev/autoUpdate"


class Level(IntEnum):
    """Where a definition comes from; lower levels win."""

    GIVEN = 0
    PROJECT = 1
    ADDON = 2
    BUILTIN = 3
    RECORDED = 4
    """A revision that only the revision store has."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A definition that has not been read yet. `revision` marks a DefinitionRevision, whose name is `name-vN`.

    `version` is the one that a definition has, such as `v1.2.3`; empty where that is not known. It is `declared`
    when the definition says so itself, and not a cluster that has numbered it.
    """

    type: str
    name: str
    level: Level
    read: Callable[[], Definition]
    span: Span = NO_SPAN
    revision: bool = False
    document: Values | None = None
    """What an object says; None for a definition in CUE."""
    namespace: str = SHARED
    version: str = ""
    declared: bool = False


@final
class _Place:
    """The definitions of one namespace, or those that all share."""

    __slots__ = ("entries", "revisions", "versions")

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        self.revisions: dict[tuple[str, str], Entry] = {}
        self.versions: dict[tuple[str, str], dict[str, Entry]] = {}

    def enter_revision(self, type_: str, name: str, entry: Entry) -> Entry:
        """Enter a revision `name-vN` and return the one that holds: that of the better level, else the first."""
        first = self.revisions.get((type_, name))
        if first is not None and first.level <= entry.level:
            return first
        self.revisions[type_, name] = entry
        plain, _, version = name.rpartition("-v")
        self.versions.setdefault((type_, plain), {})[f"v{version}"] = entry
        return entry


class DefinitionIndex:
    """All definitions by kind and name, each read when it is first asked for."""

    __slots__ = ("_found", "_places", "_views", "duplicates", "modules")

    def __init__(self) -> None:
        self.modules: Mapping[str, str] = {}
        """Directories of the repository by the address of the Terraform module that they hold."""
        self._places: dict[str, _Place] = {SHARED: _Place()}
        self._found: dict[Entry, Definition | Rejected] = {}
        self._views: dict[tuple[str, bool], DefinitionView] = {}
        self.duplicates: Final[list[Diagnostic]] = []

    def add(self, entry: Entry) -> None:
        """Enter a definition.

        One of a better level hides it. Two of one level are a duplicate, unless they say that they are different
        versions: then both can be asked for, and the name alone means the newer one.
        """
        where = SHARED if entry.namespace == SYSTEM else entry.namespace
        place = self._places.setdefault(where, _Place())
        if entry.revision:
            first = place.enter_revision(entry.type, entry.name, entry)
            if first is not entry and first.level == entry.level and first.revision:
                self.duplicates.append(_duplicate(entry, first))
            return
        if entry.version:
            place.enter_revision(entry.type, f"{entry.name}-{entry.version}", entry)
        key = (entry.type, entry.name)
        other = place.entries.get(key)
        if other is None or entry.level < other.level:
            place.entries[key] = entry
        elif entry.level == other.level:
            if not (entry.declared and other.declared and entry.version != other.version):
                self.duplicates.append(_duplicate(entry, other))
            elif newest((entry.version, other.version)) == entry.version:
                place.entries[key] = entry

    def number(self, entry: Entry, version: str, definition: Definition) -> None:
        """Say which version a definition is, which has been read and does not say so itself."""
        place = self._places[SHARED if entry.namespace == SYSTEM else entry.namespace]
        numbered = replace(entry, version=version, read=lambda: definition)
        if place.entries.get((entry.type, entry.name)) is entry:
            place.entries[entry.type, entry.name] = numbered
        place.enter_revision(entry.type, f"{entry.name}-{version}", numbered)

    def view(self, namespace: str, auto_update: bool = False) -> DefinitionView:
        """The definitions as Applications of a namespace see them."""
        key = (namespace if namespace in self._places else SHARED, auto_update)
        found = self._views.get(key)
        if found is None:
            found = self._views[key] = DefinitionView(self, *key)
        return found

    def find(self, type_: str, name: str) -> Definition | None:
        """The definition that all Applications share; see `DefinitionView.find`."""
        return self.view(SHARED).find(type_, name)

    def names(self, type_: str) -> list[str]:
        """The names of all shared definitions of one kind, sorted."""
        return self.view(SHARED).names(type_)

    def entries(self) -> Iterable[Entry]:
        """All entries that can be found, unread."""
        places = self._places.values()
        found = [e for p in places for e in (*p.entries.values(), *p.revisions.values())]
        return tuple({id(entry): entry for entry in found}.values())

    def namespaces_of(self, type_: str, name: str) -> list[str]:
        """The namespaces that have a definition of this name for themselves, sorted."""
        return sorted(n for n, p in self._places.items() if n and (type_, name) in p.entries)

    def places_for(self, namespace: str) -> list[_Place]:
        """Where an Application's types are looked up, in order."""
        own = [self._places[namespace]] if namespace in self._places and namespace else []
        return [*own, self._places[SHARED]]

    def read(self, entry: Entry) -> Definition:
        """The definition of an entry. Raises Rejected, each time, when it cannot be read."""
        found = self._found.get(entry)
        if found is None:
            try:
                found = with_module(entry.read(), self.modules)
            except Rejected as error:
                found = error
            self._found[entry] = found
        if isinstance(found, Rejected):
            raise found
        return found


@final
@dataclass(frozen=True, slots=True, eq=False)
class DefinitionView:
    """The definitions as Applications of one namespace see them.

    `auto_update` stands for the annotation `app.oam.dev/autoUpdate`: `name@v1` then means the newest 1.x.y.
    """

    index: DefinitionIndex
    namespace: str = SHARED
    auto_update: bool = False
    pins: Mapping[tuple[str, str], Definition] = field(default_factory=dict)
    """Definitions that a revision has fixed, by kind and type as written."""
    _entries: dict[tuple[str, str], Entry | None] = field(default_factory=dict)
    _read: dict[tuple[str, str], Definition] = field(default_factory=dict)

    def find(self, type_: str, name: str) -> Definition | None:
        """The definition that `type: name` or `type: name@v1` means; None when there is none.

        Raises Rejected, each time, when the definition cannot be read.
        """
        key = (type_, name)
        if key in self.pins:
            return self.pins[key]
        found = self._read.get(key)
        if found is not None:
            return found
        if key not in self._entries:
            self._entries[key] = self._versioned(*key) if "@" in name else self._plain(*key)
        entry = self._entries[key]
        if entry is None:
            return None
        found = self._read[key] = self.index.read(entry)
        return found

    def names(self, type_: str) -> list[str]:
        """The names of all definitions of one kind, sorted."""
        places = self.index.places_for(self.namespace)
        return sorted({name for p in places for kind, name in p.entries if kind == type_})

    def versions(self, type_: str, name: str) -> list[str]:
        """The versions by which a definition can be asked for, oldest first."""
        return sorted(self._choices(type_, name), key=precedence)

    def elsewhere(self, type_: str, name: str) -> list[str]:
        """Other namespaces that have a definition of this name for themselves."""
        return [n for n in self.index.namespaces_of(type_, name) if n != self.namespace]

    def namespace_of(self, type_: str, name: str) -> str:
        """The namespace that has the definition for itself; "" for one that all share."""
        entry = self._plain(type_, name)
        return entry.namespace if entry is not None and entry.namespace != SYSTEM else SHARED

    def _plain(self, type_: str, name: str) -> Entry | None:
        for place in self.index.places_for(self.namespace):
            if (type_, name) in place.entries:
                return place.entries[type_, name]
        return None

    def _versioned(self, type_: str, name: str) -> Entry | None:
        """`name@v1`: the revision `name-v1`, given as such or as the definition itself."""
        plain, _, version = name.partition("@")
        if not version.startswith("v"):
            return None
        choices = self._choices(type_, plain)
        if self.auto_update:
            fitting = [v for v in choices if v == version or v.startswith(f"{version}.")]
            version = newest(fitting) if fitting else version
        if version in choices:
            return choices[version]
        for place in self.index.places_for(self.namespace):
            if (type_, f"{plain}-{version}") in place.revisions:
                return place.revisions[type_, f"{plain}-{version}"]
        return None

    def _choices(self, type_: str, name: str) -> dict[str, Entry]:
        """All versions of a definition; those of the namespace win. One without any counts as the first."""
        found: dict[str, Entry] = {}
        for place in reversed(self.index.places_for(self.namespace)):
            entry = place.entries.get((type_, name))
            if entry is not None and not entry.version:
                found["v1"] = entry
            found |= place.versions.get((type_, name), {})
        return found


def _duplicate(entry: Entry, other: Entry) -> Diagnostic:
    labels = [Label(entry.span, "again here"), Label(other.span, "first here")]
    where = f" in namespace `{entry.namespace}`" if entry.namespace else ""
    return Diagnostic(
        "V311",
        f"the {entry.type} definition `{entry.name}` is given twice{where}",
        tuple(label for label in labels if label.span is not NO_SPAN),
    )
