"""Paths of an output, and what is at them: nothing of a build may leave its directory, or touch what others own."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias

from velac.compiler.diagnostics.model import Diagnostic, Rejected

STATE: Final = ".velac"
"""Our own directory below an output."""
Files: TypeAlias = Iterable[tuple[str, bytes]]
"""Relative paths with `/`, and contents."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\\:]")


def is_safe_path(path: str) -> bool:
    """Whether a relative path stays below its directory on any system, and out of our own state."""
    if _PLAIN.fullmatch(path):
        return True
    parts = path.split("/")
    if any(part in ("", ".", "..") or part.lower() == STATE for part in parts):
        return False
    return not _UNSAFE.search(path)


def checked(files: Files) -> Iterator[tuple[str, bytes]]:
    """The same files. Raises Rejected (V805) for paths that cannot be, or not together."""
    paths = Paths()
    for path, content in files:
        paths.add(path)
        yield path, content


class Paths:
    """The paths of one output: safe, unique, and none a directory of another."""

    __slots__ = ("_files", "_folders")

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def add(self, path: str) -> str:
        """Enter a path; its directory."""
        if not is_safe_path(path):
            raise _unsafe(path, "is not a path below the output directory")
        key = path.lower()
        if key in self._files or key in self._folders:
            raise _unsafe(path, "is needed twice (names that differ only in case count as equal)")
        self._files.add(key)
        folder = key.rpartition("/")[0]
        while folder and folder not in self._folders:
            if folder in self._files:
                raise _unsafe(path, "needs a directory where there is a file")
            self._folders.add(folder)
            folder = folder.rpartition("/")[0]
        return path[: max(path.rfind("/"), 0)]


class Inside:
    """Checks that the directories of a path are no links out of the output directory."""

    __slots__ = ("_known", "_root")

    def __init__(self, directory: str) -> None:
        self._root = directory
        self._known: set[str] = {""}

    def check(self, folder: str, path: str) -> None:
        """Raises Rejected (V805) where a directory of the path is a link."""
        while folder not in self._known:
            if os.path.islink(f"{self._root}/{folder}"):
                raise _unsafe(path, "lies behind a symbolic link")
            self._known.add(folder)
            folder = os.path.dirname(folder)


def _unsafe(path: str, why: str) -> Rejected:
    return Rejected(Diagnostic("V805", f"output path `{path}` {why}"))


def size_of(path: str) -> int | None:
    """The size of a regular file; None when there is nothing; something else in the way is never ours."""
    try:
        state = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(state.st_mode):
        raise Rejected(foreign(path))
    return state.st_size


def content_of(path: str) -> bytes | None:
    """The content of a regular file; None when there is nothing."""
    if size_of(path) is None:
        return None
    with open(path, "rb", buffering=0) as file:
        return file.read()


def foreign(path: str) -> Diagnostic:
    """What is said of a file that is in the way."""
    text = f"`{path}` is in the way, and no build of velac wrote it"
    return Diagnostic("V801", text, help="move it away or choose another output directory")
