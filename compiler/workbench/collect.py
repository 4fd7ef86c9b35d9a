"""Definitions as the workbench meets them: by file, by name, all that are built in, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.values import Json
from velac.compiler.load.builtin import builtin_entries
from velac.compiler.load.definition import COMPONENT, KINDS, TYPES, WORKLOAD, Definition
from velac.compiler.load.definition_cue import definition_of_file, looks_like_definition
from velac.compiler.load.definition_yaml import definition_of_object, syntax_diagnostics
from velac.compiler.load.documents import read_documents, unpacked
from velac.compiler.load.files import Files, InputFile
from velac.compiler.load.literal import label_name
from velac.compiler.load.modules import remote_module, with_module
from velac.compiler.project import find_project
from velac.compiler.render.repository import CUEX, RepositoryObjects
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

TEST_SUFFIX: Final = ".test.yaml"
SNAPSHOT_SUFFIX: Final = ".snap.yaml"
_DEPRECATED: Final = "custom.definition.oam.dev/deprecated"
_DESCRIPTION: Final = "definition.oam.dev/description"


@final
@dataclass(frozen=True, slots=True)
class Found:
    """A definition and its place: a path as given, or the label of a built-in file. `path` is where its tests lie."""

    definition: Definition
    place: str
    path: Path | None = None
    builtin: bool = False

    @property
    def description(self) -> str:
        """The author's one line."""
        return self.definition.annotations.get(_DESCRIPTION, "")

    @property
    def deprecated(self) -> bool:
        """Whether the definition says that it should no longer be used."""
        return self.definition.labels.get(_DEPRECATED) == "true"


def builtin_definitions() -> list[Found]:
    """Everything installed, addons' definitions included. Raises Rejected for one that cannot be read."""
    found = []
    for entry in builtin_entries(addons=True):
        definition = entry.read()
        found.append(Found(definition, definition.span.file.name, None, True))
    return found


def collect(
    paths: Iterable[str], diagnostics: list[Diagnostic], broken: list[Definition] | None = None
) -> list[Found]:
    """The definitions in files and directories, in order; every problem of every file goes to `diagnostics`.

    Files whose metadata is wrong but whose template can be read go to `broken`.
    """
    files = Files()
    found: list[Found] = []
    for file in files.find(paths):
        if file.name.endswith((TEST_SUFFIX, SNAPSHOT_SUFFIX)):
            continue
        source = files.read(file)
        if source is not None:
            found += _in_file(file, source, diagnostics, broken)
    diagnostics += files.diagnostics
    return _with_modules(found)


def _with_modules(found: list[Found]) -> list[Found]:
    """The definitions with the directories of their Terraform modules, where the project says any."""
    if not any(remote_module(item.definition) for item in found):
        return found
    modules = find_project().modules
    return [replace(f, definition=with_module(f.definition, modules)) for f in found]


def collect_packages(
    paths: Iterable[str], diagnostics: list[Diagnostic]
) -> dict[str, tuple[ast.File, ...]]:
    """The external packages of CUE in files and directories, by import path."""
    files = Files()
    documents = []
    for file in files.find(paths):
        source = files.read(file) if file.suffix != ".cue" else None
        # A glance at the text keeps other files from being parsed twice.
        if source is not None and CUEX in source.text:
            documents += [d for found in read_documents(source, []) for d in unpacked(found)]
    objects = RepositoryObjects(d for d in documents if isinstance(d.data, dict))
    return objects.packages(diagnostics)


def needed_packages(
    found: Iterable[Found], paths: Sequence[str]
) -> dict[str, tuple[ast.File, ...]]:
    """The external packages for definitions: among `paths`, and beside those that are files.

    Nothing is read for definitions that import nothing. Raises Rejected for files that cannot be read.
    """
    importing = [f for f in found if f.definition.template and f.definition.template.imports]
    beside = dict.fromkeys(str(f.path.parent) for f in importing if f.path is not None)
    diagnostics: list[Diagnostic] = []
    packages = collect_packages((*paths, *beside), diagnostics) if beside else {}
    if diagnostics:
        raise Rejected(*diagnostics)
    return packages


def parsed_files(
    paths: Iterable[str], diagnostics: list[Diagnostic]
) -> Iterator[tuple[InputFile, ast.File]]:
    """The `.cue` files in files and directories, in order; what is wrong with the others goes to `diagnostics`.

    A Rejected raised while the caller works on a file has to be caught there.
    """
    files = Files()
    for file in files.find(paths):
        source = files.read(file) if file.suffix == ".cue" else None
        if source is None:
            continue
        try:
            yield file, parse(source)
        except CueSyntaxError as error:
            diagnostics += syntax_diagnostics(error)
    diagnostics += files.diagnostics


def _in_file(
    file: InputFile,
    source: SourceFile,
    diagnostics: list[Diagnostic],
    broken: list[Definition] | None,
) -> Iterator[Found]:
    path = Path(file.path)
    tree: ast.File | None = None
    try:
        if file.suffix == ".cue":
            tree = parse(source)
            if looks_like_definition(tree):
                yield Found(definition_of_file(tree), file.name, path)
            return
        for document in read_documents(source, diagnostics):
            for item in unpacked(document):
                data = item.data if isinstance(item.data, dict) else {}
                kind, metadata = data.get("kind"), data.get("metadata")
                name = metadata.get("name") if isinstance(metadata, dict) else None
                if kind not in TYPES or not isinstance(name, str) or _only_names(kind, data):
                    continue
                try:
                    yield Found(definition_of_object(item, kind, name), file.name, path)
                except Rejected as error:
                    diagnostics += error.diagnostics
    except CueSyntaxError as error:
        diagnostics += syntax_diagnostics(error)
    except Rejected as error:
        diagnostics += error.diagnostics
        if tree is not None and broken is not None:
            broken += _template_of(tree)


def _only_names(kind: str, data: dict[str, Json]) -> bool:
    """Whether this is a WorkloadDefinition as a cluster makes one for each kind of workload: it has no template."""
    spec = data.get("spec")
    made = isinstance(spec, dict) and not (spec.get("schematic") or spec.get("extension"))
    return kind == KINDS[WORKLOAD] and made


def _template_of(file: ast.File) -> Iterator[Definition]:
    """The template of a file whose metadata cannot be used, as a definition that says nothing else."""
    kinds = {
        d.value.value
        for f in file.decls
        if isinstance(f, ast.Field) and isinstance(f.value, ast.StructLit)
        for d in f.value.decls
        if isinstance(d, ast.Field)
        and isinstance(d.value, ast.StringLit)
        and d.value.value in KINDS
    }
    for decl in file.decls:
        if (
            isinstance(decl, ast.Field)
            and label_name(decl.label) == "template"
            and isinstance(decl.value, ast.StructLit)
        ):
            body = ast.File(decl.value.span, None, file.imports, decl.value.decls, file.comments)
            type_ = kinds.pop() if len(kinds) == 1 else COMPONENT
            yield Definition(type_, "template", body, {}, {}, {}, None, decl.span)


def find_one(word: str, type_: str | None = None, definitions: Sequence[str] = ()) -> Found:
    """The definition that a word means: a file, or a name among `definitions` and the built-in ones.

    Raises Rejected with a suggestion when there is none, and when a name has several kinds.
    """
    diagnostics: list[Diagnostic] = []
    if word.endswith((".cue", ".yaml", ".yml", ".json")) or "/" in word:
        given = _of_type(collect([word], diagnostics), type_)
        if len(given) == 1:
            return given[0]
        if not given:
            raise Rejected(*(diagnostics or [Diagnostic("V312", f"`{word}` holds no definition")]))
        raise Rejected(_ambiguous(word, given))
    given = [
        f for f in _of_type(collect(definitions, diagnostics), type_) if f.definition.name == word
    ]
    if diagnostics:
        raise Rejected(*diagnostics)
    if given:
        return given[0]
    entries = [e for e in builtin_entries(addons=True) if type_ is None or e.type == type_]
    matching = [e for e in entries if e.name == word]
    if not matching:
        hint = did_you_mean(word, {e.name for e in entries})
        raise Rejected(Diagnostic("V310", f"there is no definition `{word}`", help=hint))
    found = [_found(entry.read()) for entry in matching]
    if len(found) > 1:
        raise Rejected(_ambiguous(word, found))
    return found[0]


def _found(definition: Definition) -> Found:
    return Found(definition, definition.span.file.name, None, True)


def _of_type(found: Iterable[Found], type_: str | None) -> list[Found]:
    return [f for f in found if type_ is None or f.definition.type == type_]


def _ambiguous(word: str, found: Sequence[Found]) -> Diagnostic:
    kinds = ", ".join(f"the {f.definition.type} `{f.definition.name}`" for f in found)
    labels = tuple(Label(f.definition.span) for f in found)
    return Diagnostic("V312", f"`{word}` means {kinds}", labels, help="say which with --type")
