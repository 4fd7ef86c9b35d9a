"""What a state of a repository says, in units: each Application, definition, standalone Policy and Workflow.

A unit has a key that does not depend on where it is written, its content, and the file it comes from. Two states of
a repository are compared unit by unit; what Applications need is said in keys.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import file_digest
from typing import Any, Final, TypeAlias

from velac.compiler.affected.tree import Tree
from velac.compiler.ir.clusters import Inventory
from velac.compiler.ir.values import Values
from velac.compiler.load.bundle import Bundle, Known, load
from velac.compiler.load.definition import POLICY as POLICY_TYPE
from velac.compiler.load.resolution import Entry
from velac.compiler.lower.resolve import Resolver
from velac.compiler.project import MODULE_SUFFIXES
from velac.compiler.render.scoped import is_scoped
from velac.grammar.source import NO_SPAN, Span

Key: TypeAlias = tuple[str, ...]

APPLICATION: Final = "Application"
POLICY: Final = "Policy"
WORKFLOW: Final = "Workflow"
DEFINITION: Final = "definition"
REVISIONS: Final = "revisions"
NAMED: Final = "objects named"
HISTORY: Final = "history"
PACKAGES: Final[Key] = ("CUE packages",)
OBJECTS: Final[Key] = ("objects",)
"""All objects that components may refer to: what those need that choose by labels."""
CHARTS: Final[Key] = ("Helm charts",)
"""All charts that `helmchart` components may be rendered from."""
MODULE: Final = "Terraform module"
GLOBALS: Final[Key] = ("global policies",)
"""Which policy definitions apply to every Application: what all of them need."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that files say, mostly one; `content` is plain data or text."""

    content: Any
    files: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The first of the files; "" for what is built in."""
        return self.files[0] if self.files else ""


@dataclass(slots=True)
class Reading:
    """A state of a repository as units, with the documents of its Applications by key."""

    tree: Tree
    bundle: Bundle
    resolver: Resolver
    roots: tuple[str, ...]
    units: dict[Key, Unit] = field(default_factory=dict)
    applications: dict[Key, Values] = field(default_factory=dict)
    entries: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    """All definitions that a kind and a name without version may mean, in any namespace."""

    @property
    def inventory(self) -> Inventory:
        """The clusters of this state."""
        return self.bundle.inventory

    def file_of(self, place: Span) -> str:
        """The file of a place as it is called in all states; "" for what no file of the repository says."""
        name = place.file.name
        if place is NO_SPAN or name.startswith("<"):
            return ""
        # What two states have in common was read once, below either root.
        path = os.path.abspath(name)
        for root in self.roots:
            if path.startswith(root):
                return path[len(root) :].replace(os.sep, "/")
        return name


def read_units(
    tree: Tree, known: Known | None = None, roots: Iterable[str] | None = None
) -> Reading:
    """The units of a state. Problems stay in the bundle.

    `known` is shared by the readings of several states, whose roots are in `roots`.
    """
    options = tree.options
    bundle = load(
        options.paths,
        definitions=options.definitions,
        clusters=options.clusters,
        kubernetes_version=options.kubernetes_version,
        known=known,
    )
    bundle.definitions.modules = options.project.modules
    places = sorted({os.path.join(os.path.abspath(root), "") for root in roots or (tree.root,)})
    # The innermost root comes first.
    ordered = tuple(sorted(places, key=len, reverse=True))
    reading = Reading(tree, bundle, Resolver(bundle.definitions, []), ordered)
    for kind, documents in (
        (APPLICATION, bundle.applications),
        (POLICY, bundle.policies),
        (WORKFLOW, bundle.workflows),
    ):
        for document in documents:
            key = object_key(kind, document.data)
            # Of two objects of one name none is built: which of them counts does not matter.
            reading.units[key] = Unit(document.data, _files([reading.file_of(document.span())]))
            if kind == APPLICATION:
                reading.applications[key] = document
    _read_definitions(reading)
    _read_objects(reading)
    _read_histories(reading)
    _read_trees(reading)
    return reading


def object_key(kind: str, data: Mapping[str, Any]) -> Key:
    """The key of an Application, Policy or Workflow, whatever state its metadata is in."""
    metadata = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    return named_key(kind, metadata.get("namespace"), metadata.get("name"))


def named_key(kind: str, namespace: Any, name: Any) -> Key:
    """The key of an Application, Policy or Workflow by its name."""
    return (kind, str(namespace or "default"), str(name or ""))


def definition_keys(kind: str, name: str) -> Iterator[Key]:
    """The keys of what `type: name` may mean: the definition, and its revisions."""
    plain = name.partition("@")[0]
    yield DEFINITION, kind, plain
    yield REVISIONS, kind, plain
    yield HISTORY, kind, plain


def key_text(key: Key) -> str:
    """A key in words."""
    kind = key[0]
    if kind == DEFINITION:
        return f"{key[1]} `{key[2]}`"
    if kind == REVISIONS:
        return f"revisions of {key[1]} `{key[2]}`"
    if kind == HISTORY:
        return f"recorded revisions of {key[1]} `{'/'.join(key[2:])}`"
    if kind in (NAMED, MODULE):
        return f"{kind} `{key[1]}`"
    if len(key) == 3:
        return f"{kind} {key[1]}/{key[2]}"
    return kind


def _read_definitions(reading: Reading) -> None:
    revisions: dict[Key, dict[str, Any]] = {}
    places: dict[Key, list[str]] = {}
    definitions: dict[Key, list[Entry]] = {}
    for entry in reading.bundle.definitions.entries():
        plain = entry.name.rpartition("-v")[0] if entry.revision else entry.name
        reading.entries.setdefault((entry.type, plain), []).append(entry)
        if entry.revision:
            key: Key = (REVISIONS, entry.type, plain)
            revisions.setdefault(key, {})[f"{entry.namespace}/{entry.name}"] = _content(entry)
            places.setdefault(key, []).append(reading.file_of(entry.span))
        else:
            definitions.setdefault((DEFINITION, entry.type, entry.name), []).append(entry)
    for key, entries in definitions.items():
        # One name may be in several namespaces, and have several versions.
        content: Any = [[e.namespace, e.version, _content(e)] for e in entries]
        content = content if len(entries) > 1 else _content(entries[0])
        reading.units[key] = Unit(content, _files([reading.file_of(e.span) for e in entries]))
    for key, found in revisions.items():
        content = {name: found[name] for name in sorted(found)}
        reading.units[key] = Unit(content, _files(places[key]))
    applied = [d for d in reading.resolver.own_policies() if is_scoped(d) and d.spec.get("global")]
    if applied:
        names = [d.name for d in applied]
        own = [reading.units[DEFINITION, POLICY_TYPE, name].file for name in names]
        reading.units[GLOBALS] = Unit(names, _files(own))


def _read_objects(reading: Reading) -> None:
    """Objects of other kinds: by name, whatever they are, and all of them."""
    groups: dict[Key, list[Values]] = {}
    for document in reading.bundle.objects:
        metadata = document.data.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        groups.setdefault((NAMED, str(name)), []).append(document)
        groups.setdefault(OBJECTS, []).append(document)
        if document.data.get("kind") == "Package":
            groups.setdefault(PACKAGES, []).append(document)
    for key, found in groups.items():
        files = _files(reading.file_of(document.span()) for document in found)
        reading.units[key] = Unit([document.data for document in found], files)


def _read_histories(reading: Reading) -> None:
    """The files of a revision store that lies in the repository: one of each Application and definition."""
    project = reading.tree.options.project
    directory = project.revisions.get("directory")
    if not isinstance(directory, str) or not directory:
        return
    root = os.path.normpath(os.path.join(project.root, directory))
    found: dict[Key, list[tuple[str, bytes]]] = {}
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            parts = os.path.relpath(path, root).removesuffix(".json").split(os.sep)
            key = history_key(*parts[1:]) if parts[0] == "applications" else ()
            key = key or (HISTORY, *parts[1:2], parts[-1])
            try:
                with open(path, "rb") as file:
                    found.setdefault(key, []).append((path, file.read()))
            except OSError:
                continue  # the build says so
    for key, items in found.items():
        files = _files(reading.tree.name_of(path) for path, _ in items)
        reading.units[key] = Unit([content for _, content in items], files)


def _read_trees(reading: Reading) -> None:
    """What only components of some types read: charts as a whole, and Terraform modules by their directory."""
    project = reading.tree.options.project
    if project.charts:
        charts = list(_files_below(project.charts))
        names = _files(reading.tree.name_of(path) for path, _ in charts)
        reading.units[CHARTS] = Unit([reading.tree.name_of(p) + d for p, d in charts], names)
    found: dict[Key, list[tuple[str, str]]] = {}
    for root in sorted(set(project.modules.values())):
        for path, digest in _files_below(root, MODULE_SUFFIXES):
            key = module_key(reading.tree, os.path.dirname(path))
            found.setdefault(key, []).append((reading.tree.name_of(path), digest))
    for key, files in found.items():
        reading.units[key] = Unit(sorted(files), _files(name for name, _ in sorted(files)))


def _files_below(root: str, suffixes: tuple[str, ...] = ("",)) -> Iterator[tuple[str, str]]:
    """The files below a directory, with the digests of what is in them. Links are followed, each directory once."""
    seen: set[str] = set()
    for folder, folders, names in os.walk(root, followlinks=True):
        if (real := os.path.realpath(folder)) in seen:
            folders.clear()
            continue
        seen.add(real)
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(suffixes) and os.path.isfile(path):
                try:
                    with open(path, "rb") as file:
                        yield path, file_digest(file, "sha256").hexdigest()
                except OSError:
                    continue  # the build says so


def module_key(tree: Tree, directory: str) -> Key:
    """The key of the Terraform module in a directory."""
    top = os.path.realpath(tree.root or ".")
    return MODULE, os.path.relpath(os.path.realpath(directory), top).replace(os.sep, "/")


def history_key(*parts: str) -> Key:
    """The key of what is recorded of an Application, by namespace and name."""
    return (HISTORY, APPLICATION, *parts)


def _files(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def _content(entry: Entry) -> Any:
    if entry.document is not None:
        return entry.document.data
    return entry.span.file.text or f"<{entry.type}/{entry.name}>"
