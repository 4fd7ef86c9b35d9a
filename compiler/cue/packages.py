"""Packages of CUE on disk: which files make one, modules, and what an import path leads to.

As `cue` has it: a package is the files of one directory with one package clause, together with those of the
directories above, up to the root of the module, that say the same package; a module is a directory with
`cue.mod/module.cue`; what stands in `cue.mod/gen`, `pkg` and `usr` is imported by the path below it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from velac.compiler.cue.builtins.package import BuiltinError
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.load.files import Files, InputFile
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.record import record
from velac.grammar.source import SourceFile, Span

if TYPE_CHECKING:
    from velac.compiler.diagnostics.model import Diagnostic

_VENDORED: Final = ("gen", "usr", "pkg")
_MOD: Final = "cue.mod"


class PackageError(Exception):
    """A directory or path that is no package; `help` says what to do."""

    def __init__(self, message: str, help: str = "", code: str = "V209") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code


@record
class Module:
    """A module: the directory of `cue.mod`, and the path its packages are imported by."""

    root: str
    path: str


class Reader:
    """Reads and parses each file once; problems of all files together end in one error."""

    def __init__(self, tags: Iterable[str] = ()) -> None:
        self.files = Files()
        self._flags = frozenset(tags)
        self._parsed: dict[str, ast.File | CueSyntaxError | None] = {}

    def source(self, path: str, name: str) -> SourceFile:
        """The text of a file. Raises CueError."""
        before = len(self.files.diagnostics)
        source = self.files.read(InputFile(path, name))
        if source is None:
            raise CueError([_as_problem(d) for d in self.files.diagnostics[before:]])
        return source

    def standard(self, raw: bytes | None = None) -> SourceFile:
        """The text on stdin, or that of `raw`. Raises CueError."""
        import sys

        source = self.files.decode("-", sys.stdin.buffer.read() if raw is None else raw)
        if source is None:
            found = self.files.diagnostics[-1]
            raise CueError([Problem(found.message, "", (), False, found.code)])
        return source

    def parse(self, source: SourceFile) -> ast.File:
        """The tree of a text. Raises CueError."""
        from velac.grammar.parser import parse

        try:
            return parse(source)
        except CueSyntaxError as error:
            raise CueError(
                [Problem(p.message, "", (p.span,), False, p.code, p.help) for p in error.problems]
            ) from None

    def file(self, path: str) -> ast.File:
        """The tree of a file, named as it is told from here. Raises CueError."""
        key = os.path.realpath(path)
        found = self._parsed.get(key)
        if isinstance(found, ast.File):
            return found
        tree = self.parse(self.source(path, os.path.normpath(path).replace(os.sep, "/")))
        self._parsed[key] = tree
        return tree

    def all(self, paths: Sequence[str]) -> list[ast.File]:
        """The trees of several files. Raises CueError with the problems of all of them."""
        trees: list[ast.File] = []
        problems: list[Problem] = []
        for path in paths:
            try:
                trees.append(self.file(path))
            except CueError as error:
                problems += error.problems
        if problems:
            raise CueError(problems)
        return trees

    def wanted(self, file: ast.File) -> str:
        """Why a file stays out of its package (`@ignore`, `@if`), or nothing."""
        for decl in file.decls:
            if not isinstance(decl, ast.Attribute):
                break
            if file.package is not None and decl.span.start > file.package.span.start:
                break
            if decl.name == "ignore":
                return "@ignore() attribute found"
            if decl.name == "if" and not self._holds(decl):
                return f"@if({decl.body}) did not match"
        return ""

    def _holds(self, attribute: ast.Attribute) -> bool:
        from velac.grammar.parser import parse_expr

        try:
            condition = parse_expr(SourceFile(str(attribute.span), attribute.body))
        except CueSyntaxError:
            condition = None
        outcome = None if condition is None else _truth(condition, self._flags)
        if outcome is None:
            message = f"invalid build constraint `@if({attribute.body})`"
            help = "combine names of tags with `&&`, `||`, `!` and parentheses"
            raise CueError([Problem(message, "", (attribute.span,), False, "V209", help)])
        return outcome


def _truth(condition: ast.Expr, flags: frozenset[str]) -> bool | None:
    match condition:
        case ast.Ident(name=name):
            return name in flags
        case ast.Paren(expr=inner):
            return _truth(inner, flags)
        case ast.Unary(op="!", expr=inner):
            found = _truth(inner, flags)
            return None if found is None else not found
        case ast.Binary(op="&&" | "||" as op, left=left, right=right):
            a, b = _truth(left, flags), _truth(right, flags)
            if a is None or b is None:
                return None
            return (a and b) if op == "&&" else (a or b)
    return None


def _as_problem(diagnostic: Diagnostic) -> Problem:
    spans = tuple(label.span for label in diagnostic.labels)
    return Problem(diagnostic.message, "", spans, False, diagnostic.code, diagnostic.help)


def find_module(start: str, reader: Reader) -> Module | None:
    """The module that a directory belongs to."""
    here = os.path.abspath(start)
    while True:
        path = os.path.join(here, _MOD, "module.cue")
        if os.path.isfile(path):
            file = reader.file(os.path.relpath(path))
            return Module(here, _module_path(file))
        above = os.path.dirname(here)
        if above == here:
            return None
        here = above


def _module_path(file: ast.File) -> str:
    for decl in file.decls:
        if isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident):
            value = decl.value
            if decl.label.name == "module" and isinstance(value, ast.StringLit):
                return value.value.partition("@")[0]
    return ""


class Packages:
    """The packages of a module, or of a directory without one."""

    def __init__(self, reader: Reader, module: Module | None) -> None:
        self.reader = reader
        self.module = module

    def folder(self, folder: str, name: str = "", shown: str = "") -> list[ast.File]:
        """The files of the package in a directory; `name` picks one of several.

        Raises PackageError, or CueError for files that cannot be read.
        """
        shown = shown or folder
        paths = _cue_files(folder)
        if not paths:
            raise PackageError(f"no CUE files in `{shown}`", code="V109")
        files = self.reader.all(paths)
        reasons: list[tuple[ast.File, str]] = []
        by_name: dict[str, list[ast.File]] = {}
        for file in files:
            reason = self.reader.wanted(file)
            if not reason and file.package is None:
                reason = "no package name"
            if reason:
                reasons.append((file, reason))
            elif file.package is not None:
                by_name.setdefault(file.package.name, []).append(file)
        by_name.pop("_", None)
        if not by_name:
            listed = tuple(Span(file.span.file, 0, 0) for file, _ in reasons)
            message = f"no file of a package in `{shown}`"
            why = "; ".join(sorted({reason for _, reason in reasons}))
            help = f"{why}; name the files themselves, or give them a package clause"
            raise CueError([Problem(message, "", listed, False, "V209", help)])
        if not name and len(by_name) > 1:
            base = os.path.basename(os.path.abspath(folder))
            raise CueError([_several(by_name, shown, base)])
        chosen = name or next(iter(by_name))
        if chosen not in by_name:
            found = ", ".join(f"`{n}`" for n in sorted(by_name))
            raise PackageError(f"no files of package `{chosen}` in `{shown}`", f"it has {found}")
        return [*self._above(folder, chosen), *by_name[chosen]]

    def _above(self, folder: str, name: str) -> list[ast.File]:
        """The files of the same package in the directories above, within the module."""
        if self.module is None:
            return []
        out: list[ast.File] = []
        here = os.path.abspath(folder)
        root = self.module.root
        while here != root and here.startswith(root + os.sep):
            here = os.path.dirname(here)
            for path in _cue_files(_relative(here)):
                try:
                    file = self.reader.file(path)
                except CueError:
                    continue  # a file of another package may be anything
                same = file.package is not None and file.package.name == name
                if same and not self.reader.wanted(file):
                    out.append(file)
        return out

    def local(self, path: str) -> Sequence[ast.File] | None:
        """The files an import path stands for; None when it is not of the module.

        Raises BuiltinError with a reason, or CueError for files that cannot be read.
        """
        if self.module is None:
            return None
        bare, _, qualifier = path.partition(":")
        head, _, version = bare.partition("@")
        version, slash, rest = version.partition("/")
        bare = head + slash + rest
        folder = self._own_folder(bare)
        if folder is not None:
            if not os.path.isdir(folder):
                raise BuiltinError(self._missing(path, bare))
            return self._imported(folder, path, qualifier, bare)
        vendored = [os.path.join(self.module.root, _MOD, part, bare) for part in _VENDORED]
        found = [_relative(f) for f in vendored if os.path.isdir(f) and _cue_files(f)]
        files: list[ast.File] = []
        for folder in found:
            files += self._imported(folder, path, qualifier, bare)
        if files:
            return files
        if "." in bare.partition("/")[0]:
            where = f"`{_MOD}/gen`, `{_MOD}/pkg`, `{_MOD}/usr`"
            raise BuiltinError(
                f'cannot find package "{path}": it is in none of {where}, '
                "and modules are not fetched from registries"
            )
        return None

    def _own_folder(self, path: str) -> str | None:
        module = self.module
        if module is None or not module.path:
            return None
        if path == module.path:
            return _relative(module.root)
        if path.startswith(module.path + "/"):
            return _relative(os.path.join(module.root, *path[len(module.path) + 1 :].split("/")))
        return None

    def _imported(self, folder: str, path: str, qualifier: str, bare: str) -> list[ast.File]:
        name = qualifier or bare.rsplit("/", 1)[-1]
        try:
            try:
                return self.folder(folder, name)
            except PackageError:
                if qualifier:
                    raise
                return self.folder(folder)
        except PackageError as error:
            help = f"; {error.help}" if error.help else ""
            raise BuiltinError(f'cannot import "{path}": {error.message}{help}') from None

    def _missing(self, path: str, bare: str) -> str:
        from velac.compiler.diagnostics.suggest import nearest

        near = nearest(bare, self.paths())
        hint = f"; did you mean `{near}`?" if near else ""
        return f'cannot find package "{path}" in module `{self.module.path}`{hint}'  # type: ignore[union-attr]

    def paths(self) -> Iterator[str]:
        """The import paths of all directories of the module with CUE files."""
        if self.module is None:
            return
        for folder in folders(self.module.root):
            below = os.path.relpath(folder, self.module.root).replace(os.sep, "/")
            yield self.module.path if below == "." else f"{self.module.path}/{below}"


def folders(root: str) -> Iterator[str]:
    """The directories with CUE files at and below a directory, in name order."""
    if _cue_files(root):
        yield root
    try:
        with os.scandir(root) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        walked = entry.name[:1] not in (".", "_") and entry.name != _MOD
        if walked and entry.is_dir(follow_symlinks=False):
            yield from folders(os.path.join(root, entry.name))


def _cue_files(folder: str) -> list[str]:
    """The files of a directory that belong to a package: not those of commands and tests, nor hidden ones."""
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return []
    return [
        os.path.join(folder, name)
        for name in names
        if name.endswith(".cue")
        and name[0] not in "._"
        and not name.endswith(("_tool.cue", "_test.cue"))
        and os.path.isfile(os.path.join(folder, name))
    ]


def _several(by_name: dict[str, list[ast.File]], shown: str, base: str) -> Problem:
    firsts = [(name, files[0]) for name, files in by_name.items()]
    names = " and ".join(f"`{name}`" for name, _ in firsts)
    spans = tuple(file.package.span for _, file in firsts if file.package is not None)
    name = base if base in by_name else firsts[0][0]
    separator = "" if shown.endswith(":") else ":"
    help = f"pick one: `{shown}{separator}{name}`"
    return Problem(f"found packages {names} in `{shown}`", "", spans, False, "V209", help)


def _relative(path: str) -> str:
    """A path as seen from here, when it is below."""
    found = os.path.relpath(path)
    return path if found.startswith("..") else found
