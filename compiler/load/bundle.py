"""Everything a build reads, sorted by what it is: `load` makes a `Bundle` out of paths."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.ir.clusters import INVENTORY_FILE, NEWEST_KUBERNETES, Inventory
from velac.compiler.ir.values import Values
from velac.compiler.load.ahead import Ahead
from velac.compiler.load.builtin import builtin_entries
from velac.compiler.load.definition import TYPES, Definition
from velac.compiler.load.definition_cue import definition_of_file, looks_like_definition
from velac.compiler.load.definition_yaml import (
    REVISION_FIELDS,
    REVISION_KIND,
    definition_of_object,
    syntax_diagnostics,
)
from velac.compiler.load.documents import read_documents, unpacked
from velac.compiler.load.files import Files, InputFile
from velac.compiler.load.inventory import read_inventory
from velac.compiler.load.parsed import NO_STORE, parsed
from velac.compiler.load.resolution import DefinitionIndex, Entry, Level
from velac.compiler.load.version import declared_version, observed_version
from velac.compiler.store.store import Store
from velac.grammar.errors import CueSyntaxError
from velac.grammar.record import slotted
from velac.grammar.source import SourceFile, Span

GROUP: Final = "core.oam.dev"
IGNORED: Final = "V110"
"""A file or object that is not compiled."""
_VERSIONS: Final = {
    "Application": "v1beta1",
    "Policy": "v1alpha1",
    "Workflow": "v1alpha1",
    REVISION_KIND: "v1beta1",
    **dict.fromkeys(TYPES, "v1beta1"),
}
_RUN_TIME_KINDS: Final = frozenset({"ApplicationRevision", "ResourceTracker", "WorkflowRun"})


class Waiting(NamedTuple):
    """A file to be read later: the length of its text, and how many Applications come before it."""

    file: InputFile
    size: int
    place: int


Later: TypeAlias = list[Waiting]
Known: TypeAlias = dict[tuple[str, str], list[Values]]
"""Documents by the suffix and the text of their file."""


@slotted
class Bundle:
    """Documents as read, by kind; nothing is decoded yet except the inventory."""

    applications: list[Values] = field(default_factory=list)
    policies: list[Values] = field(default_factory=list)
    workflows: list[Values] = field(default_factory=list)
    definitions: DefinitionIndex = field(default_factory=DefinitionIndex)
    objects: list[Values] = field(default_factory=list)
    """Objects of other kinds, which components may refer to."""
    inventory: Inventory = field(default_factory=Inventory)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def is_applications(self) -> bool:
        """Whether there is nothing but Applications."""
        others = self.policies or self.workflows or self.objects
        return not others and next(iter(self.definitions.entries()), None) is None


def load(
    paths: Sequence[str],
    *,
    definitions: Sequence[str] = (),
    clusters: str | None = None,
    kubernetes_version: str = NEWEST_KUBERNETES,
    known: Known | None = None,
    store: Store = NO_STORE,
    skip: Iterable[str] = (),
    later: Later | None = None,
) -> Bundle:
    """Read all files below `paths` and `definitions`, and the inventory; problems are in the bundle.

    Without `clusters` a file `clusters.yaml` at the root of one of the paths is the inventory. `known` keeps what
    texts say, for whoever reads two states of a repository: their places are then those of the first reading. Files
    that seem to hold nothing but Applications are left to `load_more`, and listed, where `later` is given.
    """
    bundle = Bundle()
    reader = _Loader(bundle, known=known, store=store, later=later)
    roots = [os.path.join(path, INVENTORY_FILE) for path in paths if os.path.isdir(path)]
    found = [root for root in roots if os.path.isfile(root)]
    inventories = [clusters] if clusters is not None else found
    reader.files.seen.update(map(os.path.realpath, found))
    reader.files.seen.update(skip)
    reader.inventories(inventories, kubernetes_version)
    reader.read(definitions, Level.GIVEN)
    reader.read(paths, Level.PROJECT)
    add_builtins(bundle, addons=True, store=store)
    bundle.diagnostics += reader.files.diagnostics + bundle.definitions.duplicates
    return bundle


def load_more(files: Iterable[InputFile], ahead: Ahead | None = None) -> Bundle:
    """What these files hold, and nothing else; one of them may be read already."""
    bundle = Bundle()
    reader = _Loader(bundle, ahead=ahead)
    for file in files:
        reader.read_file(file, Level.PROJECT)
    bundle.diagnostics += reader.files.diagnostics
    return bundle


def load_inventory(
    paths: Sequence[str], clusters: str | None, *, kubernetes_version: str = NEWEST_KUBERNETES
) -> tuple[Inventory, list[Diagnostic]]:
    """The inventory alone, found as `load` finds it."""
    bundle = Bundle()
    reader = _Loader(bundle)
    roots = [os.path.join(path, INVENTORY_FILE) for path in paths if os.path.isdir(path)]
    found = [clusters] if clusters is not None else [r for r in roots if os.path.isfile(r)]
    reader.inventories(found, kubernetes_version)
    return bundle.inventory, bundle.diagnostics + reader.files.diagnostics


def load_definitions(paths: Sequence[str], *, lenient: bool = True) -> Bundle:
    """The bundle of definition files given one by one, as dry-run has them, with the built-in ones.

    Policies, Workflows and DefinitionRevisions among them are in the bundle too.
    """
    bundle = Bundle()
    reader = _Loader(bundle, lenient=lenient)
    reader.read(paths, Level.GIVEN)
    add_builtins(bundle)
    bundle.diagnostics += reader.files.diagnostics
    return bundle


def add_builtins(bundle: Bundle, *, addons: bool = False, store: Store = NO_STORE) -> None:
    """Enter the installed definitions; with `addons` also those that come with an addon."""
    try:
        for entry in builtin_entries(addons=addons, store=store):
            bundle.definitions.add(entry)
    except Rejected as error:
        bundle.diagnostics += error.diagnostics


class _Loader:
    """Reads files into a bundle."""

    __slots__ = ("_ahead", "_bundle", "_known", "_later", "_lenient", "_store", "files")

    def __init__(
        self,
        bundle: Bundle,
        *,
        lenient: bool = False,
        known: Known | None = None,
        store: Store = NO_STORE,
        later: Later | None = None,
        ahead: Ahead | None = None,
    ) -> None:
        self._ahead = ahead
        self._bundle = bundle
        self._later = later
        self._lenient = lenient
        self._known = known
        self._store = store
        self.files = Files()

    def inventories(self, paths: Iterable[str], version: str) -> None:
        documents: list[Values] = []
        files = Files(self.files.diagnostics)
        for file in files.find(paths):
            source = files.read(file)
            if source is not None:
                documents += read_documents(source, self._bundle.diagnostics)
        self._bundle.inventory = read_inventory(
            documents, self._bundle.diagnostics, version=version
        )

    def read(self, paths: Iterable[str], level: Level) -> None:
        for file in self.files.find(paths):
            self.read_file(file, level)

    def read_file(self, file: InputFile, level: Level) -> None:
        source = self.files.read(file)
        if source is None:
            return
        if file.suffix == ".cue":
            self._cue(source, level)
        elif self._later is not None and seems_only_applications(file, source):
            self._later.append(Waiting(file, len(source.text), len(self._bundle.applications)))
        else:
            self._documents(file, source, level)

    def _documents(self, file: InputFile, source: SourceFile, level: Level) -> None:
        for document in (item for found in self._read(file, source) for item in unpacked(found)):
            self.sort(document, level)

    def _read(self, file: InputFile, source: SourceFile) -> Iterable[Values]:
        key = (file.suffix, source.text)
        if self._known is not None and key in self._known:
            return self._known[key]
        count = len(self._bundle.diagnostics)
        block = self._ahead.block_of(file.path, source) if self._ahead is not None else None
        found = list(
            read_documents(source, self._bundle.diagnostics, lenient=self._lenient, block=block)
        )
        if self._known is not None and count == len(self._bundle.diagnostics):
            self._known[key] = found
        return found

    def sort(self, document: Values, level: Level) -> None:
        """Put a document where it belongs."""
        kind = self._kind_of(document)
        if kind == "Application":
            self._bundle.applications.append(document)
        elif kind == "Policy":
            self._bundle.policies.append(document)
        elif kind == "Workflow":
            self._bundle.workflows.append(document)
        elif kind == REVISION_KIND:
            self._revision(document, level)
        elif kind in TYPES:
            self._definition(document, kind, level)

    def _kind_of(self, document: Values) -> str:
        """The kind of a document that is ours to read; "" after saying why it is not."""
        data = document.data
        kind = data.get("kind") if isinstance(data, dict) else None
        version = data.get("apiVersion") if isinstance(data, dict) else None
        if not isinstance(kind, str) or not isinstance(version, str):
            self._ignore(document, "not a Kubernetes object (no `apiVersion` and `kind`), ignored")
            return ""
        group, _, number = version.rpartition("/")
        wanted = _VERSIONS.get(kind)
        if group != GROUP or kind in _RUN_TIME_KINDS or wanted is None:
            self._bundle.objects.append(document)
            self._ignore(document, f"`{kind}` ({version}) is not compiled, ignored")
            return ""
        if number != wanted:
            self._bundle.diagnostics.append(
                Diagnostic(
                    "V315",
                    f"`{version}` is not a version of `{kind}` that can be compiled",
                    (Label(document.span(("apiVersion",))),),
                    help=f"use `{GROUP}/{wanted}`",
                )
            )
            return ""
        return kind

    def _ignore(self, document: Values, message: str) -> None:
        label = Label(place_of_kind(document))
        self._bundle.diagnostics.append(Diagnostic(IGNORED, message, (label,), Severity.NOTE))

    # -------------------------------------------------------------------------------------------- definitions

    def _definition(self, document: Values, kind: str, level: Level) -> None:
        name = _name_of(document)
        if not name:
            self._invalid("a definition needs `metadata.name`", document.span())
            return
        self._enter(
            kind,
            name,
            partial(definition_of_object, document, kind, name, self._store),
            document,
            level,
        )

    def _revision(self, document: Values, level: Level) -> None:
        name = _name_of(document)
        spec = document.data.get("spec")
        held = [
            f for f in REVISION_FIELDS if isinstance(spec, dict) and isinstance(spec.get(f), dict)
        ]
        held = [f for f in held if spec[f].get("spec")]
        if not name or len(held) != 1:
            self._invalid("a DefinitionRevision needs a name and one definition", document.span())
            return
        kind = REVISION_FIELDS[held[0]]
        inner = document.at("spec", held[0])
        read = partial(definition_of_object, inner, kind, name, self._store)
        self._enter(kind, name, read, document, level, revision=True)

    def _enter(
        self,
        kind: str,
        name: str,
        read: Callable[[], Definition],
        document: Values,
        level: Level,
        *,
        revision: bool = False,
    ) -> None:
        span = document.span(("metadata", "name"))
        metadata = document.data["metadata"]
        declared = observed = ""
        if not revision:
            declared = declared_version(metadata, document.data.get("spec"))
            observed = observed_version(name, document.data.get("status"))
        namespace = "" if self._lenient else str(metadata.get("namespace") or "")
        entry = Entry(
            TYPES[kind],
            name,
            level,
            read,
            span,
            revision,
            document,
            namespace,
            declared or observed,
            bool(declared),
        )
        self._bundle.definitions.add(entry)

    def _cue(self, source: SourceFile, level: Level) -> None:
        """Enter a single-file definition. It is read now: its name stands in it, and so may its mistakes."""
        start = Span(source, 0, 0)
        try:
            file = parsed(source, self._store)
            if not looks_like_definition(file):
                text = "this CUE file is not a definition, ignored"
                self._bundle.diagnostics.append(
                    Diagnostic(IGNORED, text, (Label(start),), Severity.NOTE)
                )
                return
            definition = definition_of_file(file)
        except CueSyntaxError as error:
            self._bundle.diagnostics += syntax_diagnostics(error)
        except Rejected as error:
            self._bundle.diagnostics += error.diagnostics
        else:
            metadata = {"annotations": definition.annotations}
            version = declared_version(metadata, definition.spec)
            entry = Entry(
                definition.type,
                definition.name,
                level,
                lambda: definition,
                definition.span,
                version=version,
                declared=bool(version),
            )
            self._bundle.definitions.add(entry)

    def _invalid(self, message: str, span: Span) -> None:
        self._bundle.diagnostics.append(Diagnostic("V312", message, (Label(span),)))


_TOP_KEY: Final = re.compile(r"^(?:kind:[ \t]*(.*?)[ \t\r]*|---.*)$", re.MULTILINE)


def seems_only_applications(file: InputFile, source: SourceFile) -> bool:
    """Whether all documents of a file of YAML seem to be Applications; reading it shows whether they are."""
    if file.suffix != ".yaml":
        return False
    kinds = [match.group(1) for match in _TOP_KEY.finditer(source.text)]
    return "Application" in kinds and set(kinds) <= {"Application", None}


def place_of_kind(document: Values) -> Span:
    """Where a note about a whole document points."""
    span = document.span(("kind",))
    return Span(span.file, span.start, min(span.end, span.start + 1))


def _name_of(document: Values) -> str:
    metadata: Any = document.data.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""
