"""Which files a build reads, and their text. Order never depends on the file system."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Final

from velac.grammar.record import record, slotted
from velac.grammar.source import SourceFile, Span

if TYPE_CHECKING:
    from velac.compiler.diagnostics.model import Diagnostic

MAX_BYTES: Final = 32 * 1024 * 1024
_CHART: Final = frozenset({"Chart.yaml", "templates"})
_SUFFIXES: Final = (".yaml", ".yml", ".json", ".cue")


@record
class InputFile:
    """A file to read: where it is, and what messages call it."""

    path: str
    name: str

    @property
    def suffix(self) -> str:
        """`.yaml`, `.json` or `.cue`."""
        suffix = os.path.splitext(self.name)[1].lower()
        return ".yaml" if suffix == ".yml" else suffix


@slotted
class Files:
    """Finds and reads files; `seen` holds the real path of every file found, so that none is read twice."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def find(self, roots: Iterable[str]) -> Iterator[InputFile]:
        """The files below `roots` (files or directories), each once, directories in name order."""
        for root in roots:
            if os.path.isdir(root):
                yield from self._below(root, root, os.path.realpath(root))
            elif os.path.exists(root):
                yield from self._once(root, root)
            else:
                self._problem("V109", f"`{root}` does not exist")

    def _below(self, root: str, folder: str, real_root: str) -> Iterator[InputFile]:
        from velac.compiler.output.state import is_output

        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            self._problem("V104", f"cannot read `{folder}`: {error.strerror}")
            return
        names = {entry.name for entry in entries}
        if folder != root and names >= _CHART:
            return  # the templates of a Helm chart are no YAML yet
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = os.path.join(folder, entry.name)
            if entry.is_symlink() and not self._stays(path, real_root):
                continue
            if _is_folder(entry):
                # A link to a directory of the same tree is walked where the directory itself stands.
                if not entry.is_symlink() and not is_output(path):
                    yield from self._below(root, path, real_root)
            elif path.endswith(_SUFFIXES):
                if not entry.is_symlink() and not entry.is_file():
                    # Reading a pipe that nobody writes to would never end.
                    self._problem("V104", f"cannot read `{path}`: not a regular file")
                    continue
                yield from self._once(path, path)

    def _stays(self, link: str, real_root: str) -> bool:
        target = os.path.realpath(link)
        if target == real_root or target.startswith(real_root.rstrip(os.sep) + os.sep):
            return True
        if os.path.isdir(target) or target.endswith(_SUFFIXES):
            hint = "copy the file, or name its directory as a PATH of its own"
            self._problem("V107", f"`{link}` is a link that leads out of the directory", link, hint)
        return False

    def _once(self, path: str, name: str) -> Iterator[InputFile]:
        real = os.path.realpath(path)
        try:
            # The locale says how Python reads a name; what messages and reports say is UTF-8.
            name = name if name.isascii() else os.fsencode(name).decode("utf-8")
        except UnicodeError:
            shown = os.fsencode(name).decode("utf-8", "backslashreplace")
            text = f"the name of `{shown}` is not UTF-8 text"
            self._problem("V105", text, help="rename the file: reports could not say its name")
            return
        if real not in self.seen:
            self.seen.add(real)
            yield InputFile(path, os.path.normpath(name).replace(os.sep, "/"))

    def read(self, file: InputFile) -> SourceFile | None:
        """The text of a file; None after reporting why there is none."""
        try:
            size = os.stat(file.path).st_size
            if size > MAX_BYTES:
                limit = f"{MAX_BYTES >> 20} MiB"
                self._problem("V106", f"`{file.name}` is larger than {limit}", file.name)
                return None
            with open(file.path, "rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
        except OSError as error:
            text = f"cannot read `{file.name}`: {error.strerror or error}"
            self._problem("V104", text, file.name)
            return None
        return self.decode(file.name, raw)

    def decode(self, name: str, raw: bytes) -> SourceFile | None:
        """Bytes as text; None after reporting that they are not UTF-8."""
        try:
            return SourceFile(name, raw.decode("utf-8"))
        except UnicodeDecodeError as error:
            text = f"`{name}` is not UTF-8 text (byte 0x{raw[error.start]:02x} at {error.start})"
            self._problem("V105", text, name)
            return None

    def _problem(self, code: str, message: str, name: str = "", help: str = "") -> None:
        from velac.compiler.diagnostics.model import Diagnostic, Label

        labels = (Label(Span(SourceFile(name, ""), 0, 0)),) if name else ()
        self.diagnostics.append(Diagnostic(code, message, labels, help=help))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link to itself: reading it tells
