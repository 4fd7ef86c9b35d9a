"""What the arguments of a `cue` command stand for: packages to evaluate, and documents of data beside them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import field
from typing import Final

from velac.compiler.cue import tags as tagged
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.packages import Module, PackageError, Packages, Reader, find_module, folders
from velac.compiler.cue.program import Program
from velac.grammar import ast
from velac.grammar.record import record, slotted
from velac.grammar.source import Span

_QUALIFIERS: Final = {"cue": "cue", "json": "json", "jsonl": "jsonl", "yaml": "yaml",
                      "toml": "toml", "text": "text"}  # fmt: skip

FORMATS: Final = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
    ".txt": "text",
}
"""Extension of a file to the name of its format, as `cue` has them."""


@record
class Instance:
    """Files of one package; `id` is what headings call it."""

    id: str
    files: tuple[ast.File, ...]
    packages: Packages

    def compile(self, more: Sequence[ast.File] = ()) -> Program:
        """The program of the files and `more` beside them. Raises CueError."""
        return Program.compile([*self.files, *more], local=self.packages.local)


@slotted
class Inputs:
    """Packages of directories, the package of the files named one by one, and documents of data."""

    instances: list[Instance] = field(default_factory=list)
    loose: Instance | None = None
    documents: list[ast.Expr] = field(default_factory=list)

    @property
    def schema(self) -> Instance | None:
        """What data is checked against: the one package, or the loose files."""
        return self.instances[0] if self.instances else self.loose

    def placed(self, labels: Sequence[str], listed: bool) -> Inputs:
        """The same with the documents at a path, and those of a file as a list. Raises CueError."""
        if labels or listed:
            from velac.compiler.cue.placing import placed

            self.documents = placed(self.documents, labels, listed=listed)
        return self


def read_inputs(
    args: Sequence[str], tags: Sequence[str] = (), stdin: bytes | None = None
) -> Inputs:
    """Load all arguments; no argument is the directory one is in. Raises CueError with every problem."""
    return _Loader(tags, stdin).load(args or ["."])


class _Loader:
    def __init__(self, tags: Sequence[str], stdin: bytes | None) -> None:
        self.tags = tags
        self.stdin = stdin
        self.reader = Reader(tagged.words(tags))
        self.packages = Packages(self.reader, None)
        self.problems: list[Problem] = []
        self.inputs = Inputs()
        self.cue: list[ast.File] = []
        self.seen: set[str] = set()

    def load(self, args: Sequence[str]) -> Inputs:
        self.packages = Packages(self.reader, self.module("."))
        format = ""
        for arg in args:
            head, colon, rest = arg.partition(":")
            if colon and head in _QUALIFIERS and not os.path.exists(arg):
                format = _QUALIFIERS[head]
                if rest:
                    self.attempt(rest, format)
                continue
            self.attempt(arg, format)
        if self.problems:
            raise CueError(self.problems)
        inputs = self.inputs
        if self.cue:
            self.cue = self.wanted(self.cue)
            files = tuple(tagged.inject(sorted(self.one_package(self.cue), key=_name), self.tags))
            inputs.loose = Instance("", files, self.packages)
        return inputs

    def module(self, folder: str) -> Module | None:
        return find_module(folder, self.reader)

    def attempt(self, arg: str, format: str) -> None:
        """Load one argument; problems are collected."""
        try:
            self.argument(arg, format)
        except CueError as error:
            self.problems += error.problems
        except PackageError as error:
            self.problems.append(Problem(error.message, "", (), False, error.code, error.help))

    def argument(self, arg: str, format: str) -> None:
        extension = os.path.splitext(arg)[1].lower()
        is_file = format or arg == "-" or extension in FORMATS or extension == ".cue"
        if is_file and not os.path.isdir(arg):
            self.file(arg, format or FORMATS.get(extension, "cue"))
        else:
            self.package(arg)

    def file(self, name: str, format: str) -> None:
        if name != "-" and not os.path.exists(name):
            help = _near_file(name)
            raise PackageError(f"`{name}` does not exist", help, "V109")
        if name != "-":
            real = os.path.realpath(name)
            if real in self.seen and format == "cue":
                return
            self.seen.add(real)
        if format == "cue":
            self.cue.append(
                self.reader.parse(self.reader.standard(self.stdin))
                if name == "-"
                else self.reader.file(name)
            )
            if self.packages.module is None and name != "-":
                self.packages.module = self.module(os.path.dirname(name) or ".")
        else:
            source = (
                self.reader.standard(self.stdin)
                if name == "-"
                else self.reader.source(name, os.path.normpath(name))
            )
            from velac.compiler.cue.documents import read_documents

            self.inputs.documents += read_documents(source, format)

    def package(self, arg: str) -> None:
        path, name = _qualified(arg)
        below = path.endswith("...")
        if below:
            path = path[:-3].rstrip("/") or "."
        folder = self.folder(path)
        if not os.path.isdir(folder):
            raise PackageError(f"there is no directory or file `{path}`", _near_file(path), "V109")
        packages = self.packages
        if packages.module is None:
            module = self.module(folder)
            packages = Packages(self.reader, module) if module is not None else packages
        found = list(folders(folder)) if below else [folder]
        if not found:
            raise PackageError(f"no CUE files below `{path}`", code="V109")
        for one in found:
            try:
                files = self.files(packages, one, name, path if not below else "")
            except PackageError:
                if below and name:
                    continue
                raise
            injected = tuple(tagged.inject(files, self.tags))
            self.inputs.instances.append(Instance(_id(packages, one, files), injected, packages))

    def files(self, packages: Packages, folder: str, name: str, shown: str) -> list[ast.File]:
        """The files of a package; of several at an import path the one that is called like it."""
        if not name and shown and not shown.startswith(".") and not os.path.isdir(shown):
            try:
                return packages.folder(folder, shown.rsplit("/", 1)[-1], shown)
            except PackageError:
                pass  # there is another one, perhaps
        return packages.folder(folder, name, shown)

    def folder(self, path: str) -> str:
        """The directory of an argument: a path, or the import path of a package of the module."""
        module = self.packages.module
        if module is not None and module.path and not os.path.isdir(path):
            if path == module.path:
                return module.root
            if path.startswith(module.path + "/"):
                return os.path.relpath(os.path.join(module.root, path[len(module.path) + 1 :]))
        return os.path.normpath(path)

    def wanted(self, files: Sequence[ast.File]) -> list[ast.File]:
        """Those that no `@if` or `@ignore` leaves out, of which there must be one."""
        reasons = [self.reader.wanted(file) for file in files]
        kept = [file for file, reason in zip(files, reasons, strict=True) if not reason]
        if not kept:
            spans = tuple(Span(file.span.file, 0, 0) for file in files)
            why = "; ".join(sorted(set(reasons)))
            message = "every file is left out"
            raise CueError([Problem(message, "", spans, False, "V209", f"{why}; set tags with -t")])
        return kept

    def one_package(self, files: Sequence[ast.File]) -> Sequence[ast.File]:
        named = {f.package.name: f.package.span for f in files if f.package is not None}
        if len(named) > 1:
            names = " and ".join(f"`{name}`" for name in named)
            help = "files named one by one make one package: give them one package clause"
            message = f"found packages {names} in one instance"
            raise CueError([Problem(message, "", tuple(named.values()), False, "V209", help)])
        return files


def _qualified(arg: str) -> tuple[str, str]:
    path, colon, name = arg.rpartition(":")
    return (path, name) if colon and "/" not in name and path else (arg, "")


def _id(packages: Packages, folder: str, files: Sequence[ast.File]) -> str:
    module = packages.module
    package = next((f.package.name for f in files if f.package is not None), "")
    if module is None or not module.path:
        return package
    below = os.path.relpath(os.path.abspath(folder), module.root).replace(os.sep, "/")
    path = module.path if below == "." else f"{module.path}/{below}"
    return path if path.rsplit("/", 1)[-1] == package else f"{path}:{package}"


def _near_file(name: str) -> str:
    from velac.compiler.diagnostics.suggest import did_you_mean

    folder, base = os.path.split(name)
    try:
        names = os.listdir(folder or ".")
    except OSError:
        return ""
    return did_you_mean(base, names)


def _name(file: ast.File) -> str:
    return file.span.file.name
