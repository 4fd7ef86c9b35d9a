"""The definitions that come with velac and with packages that extend it.

An entry point of the group `velac.definitions` names a package whose folders `component`, `trait`, `policy` and
`workflowstep` hold one `<name>.cue` per definition; folders of that kind below `addon/<addon>` hold what an addon brings.
Folders are listed, files are read on demand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.entry_points import entry_points
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, Definition
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.load.definition_yaml import syntax_diagnostics
from velac.compiler.load.parsed import NO_STORE, parsed, shipped
from velac.compiler.load.resolution import Entry, Level
from velac.compiler.store.store import Store
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.source import SourceFile

GROUP: Final = "velac.definitions"
FOLDERS: Final = {"component": COMPONENT, "trait": TRAIT, "policy": POLICY, "workflowstep": STEP}


def builtin_entries(*, addons: bool = False, store: Store = NO_STORE) -> Iterator[Entry]:
    """One entry per definition file of every installed package, ours first; with `addons` those of addons, too."""
    points = sorted(entry_points(GROUP), key=lambda point: point[0] != "velac")
    for package in dict.fromkeys(value for _, value in points):
        for place in _places_of(package):
            label = package.partition(".")[0]
            yield from _entries_in(place, label, Level.BUILTIN, store)
            for name in _names_in(f"{place}/addon") if addons else ():
                folder = f"{place}/addon/{name}"
                yield from _entries_in(folder, f"{label}/addon/{name}", Level.ADDON, store)


def _places_of(package: str) -> list[str]:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Rejected(Diagnostic("V902", f"the definitions package `{package}` cannot be found"))
    return [*spec.submodule_search_locations]


def _names_in(folder: str) -> list[str]:
    """What is in a folder, sorted; nothing where there is none."""
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _entries_in(place: str, prefix: str, level: Level, store: Store) -> Iterator[Entry]:
    first, _, rest = prefix.partition("/")
    for folder, type_ in FOLDERS.items():
        for name in _names_in(f"{place}/{folder}"):
            stem, suffix = os.path.splitext(name)
            if suffix == ".cue":
                label = "/".join(part for part in (f"<{first}>", rest, folder, name) if part)
                read = partial(_read_file, f"{place}/{folder}/{name}", label, store)
                yield Entry(type_, stem, level, read)


def _read_file(path: str, label: str, store: Store) -> Definition:
    with open(path, encoding="utf-8") as file:
        source = SourceFile(label, file.read())
    return _definition(lambda: shipped(path, source, store))


def read_definition(source: SourceFile) -> Definition:
    """The definition of a single-file CUE text; raises Rejected."""
    return _definition(lambda: parsed(source))


def _definition(read: Callable[[], ast.File]) -> Definition:
    try:
        file = read()
    except CueSyntaxError as error:
        raise Rejected(*syntax_diagnostics(error)) from None
    return definition_of_file(file)
