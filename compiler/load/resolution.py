"""Which definition a type means: by kind and name, `-d` before the project before the built-in ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.definition import Definition
from velac.grammar.source import NO_SPAN, Span


class Level(IntEnum):
    """Where a definition comes from; lower levels win."""

    GIVEN = 0
    PROJECT = 1
    BUILTIN = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A definition that has not been read yet. `revision` marks a DefinitionRevision, whose name is `name-vN`."""

    type: str
    name: str
    level: Level
    read: Callable[[], Definition]
    span: Span = NO_SPAN
    revision: bool = False


class DefinitionIndex:
    """All definitions by kind and name, each read when it is first asked for."""

    __slots__ = ("_entries", "_found", "_revisions", "duplicates")

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        self._revisions: dict[tuple[str, str], Entry] = {}
        self._found: dict[tuple[str, str], Definition | Rejected | None] = {}
        self.duplicates: Final[list[Diagnostic]] = []

    def add(self, entry: Entry) -> None:
        """Enter a definition; one of a better level hides it, one of the same level is a duplicate."""
        table = self._revisions if entry.revision else self._entries
        key = (entry.type, entry.name)
        other = table.get(key)
        if other is not None and other.level == entry.level:
            self.duplicates.append(_duplicate(entry, other))
        elif other is None or entry.level < other.level:
            table[key] = entry

    def find(self, type_: str, name: str) -> Definition | None:
        """The definition that `type: name` or `type: name@v1` means; None when there is none.

        Raises Rejected, each time, when the definition cannot be read.
        """
        key = (type_, name)
        if key not in self._found:
            try:
                self._found[key] = self._versioned(*key) if "@" in name else self._plain(*key)
            except Rejected as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, Rejected):
            raise found
        return found

    def names(self, type_: str) -> list[str]:
        """The names of all definitions of one kind, sorted."""
        return sorted(name for kind, name in self._entries if kind == type_)

    def entries(self) -> Iterable[Entry]:
        """All entries that can be found, unread."""
        return (*self._entries.values(), *self._revisions.values())

    def _plain(self, type_: str, name: str) -> Definition | None:
        entry = self._entries.get((type_, name))
        return entry.read() if entry is not None else None

    def _versioned(self, type_: str, name: str) -> Definition | None:
        """`name@v1`: the revision `name-v1` (vela pkg/oam/util/helper.go), given as such or as the definition itself."""
        plain, _, version = name.partition("@")
        revision = self._revisions.get((type_, f"{plain}-{version}"))
        if revision is not None:
            return revision.read()
        definition = self._plain(type_, plain)
        if definition is None or not version.startswith("v"):
            return None
        return definition if version in _versions(definition) else None


def _versions(definition: Definition) -> set[str]:
    """The versions a lone definition goes by: its own, or the first one."""
    named = definition.annotations.get("definitionrevision.oam.dev/name")
    number = definition.spec.get("version")
    own = {f"v{text}" for text in (named, number) if isinstance(text, str) and text}
    return own or {"v1"}


def _duplicate(entry: Entry, other: Entry) -> Diagnostic:
    labels = [Label(entry.span, "again here"), Label(other.span, "first here")]
    return Diagnostic(
        "V311",
        f"the {entry.type} definition `{entry.name}` is given twice",
        tuple(label for label in labels if label.span is not NO_SPAN),
    )
