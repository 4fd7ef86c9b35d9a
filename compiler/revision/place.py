"""Where a revision store is: a directory of the repository, or a branch of it that nobody checks out.

Both hold the same files. A directory is changed file by file, each by one rename, in an order in which every moment is
a sound store; a branch by one new commit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, Protocol, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.disk import Disk
from velac.compiler.git import git, git_or_none
from velac.compiler.output.paths import STATE, is_safe_path
from velac.compiler.revision.model import FORMAT, damaged

MARK: Final = f"{STATE}/store.json"
_MARKED: Final = f'{{"format": {FORMAT}}}\n'.encode()
_NEW: Final = ".velac-new"


class Place(Protocol):
    """A set of files by relative path."""

    name: str

    def read(self) -> dict[str, bytes]:
        """All files. Raises Rejected (V821)."""

    def change(self, files: Mapping[str, bytes | None]) -> None:
        """Write files in this order; None removes one. Raises Rejected."""


@final
class DirectoryPlace:
    """A directory that is committed with everything else; our own folder in it marks it as no input of a build."""

    def __init__(self, root: str, disk: Disk | None = None) -> None:
        self.name = root
        self._root = root
        self._disk = disk or Disk()

    def read(self) -> dict[str, bytes]:
        """See `Place`."""
        if not os.path.lexists(self._root):
            return {}
        mark = os.path.join(self._root, STATE, "store.json")
        if not os.path.isfile(mark):
            if os.path.isdir(self._root) and not os.listdir(self._root):
                return {}
            if set(_files_below(self._root)) <= {f"{MARK}{_NEW}"}:
                return {}  # a build was killed before it had begun to write
            raise damaged(self._root, "is in the way: it is no store, and not empty")
        found = {}
        try:
            for path in _files_below(self._root):
                if path.endswith(".json") and path != MARK:
                    with open(os.path.join(self._root, path), "rb") as file:
                        found[path] = file.read()
        except OSError as error:
            where = error.filename or self._root
            raise damaged(where, f"cannot be read: {error.strerror}") from error
        return found

    def change(self, files: Mapping[str, bytes | None]) -> None:
        """See `Place`."""
        whole = {MARK: _MARKED, **files}
        try:
            for path, content in whole.items():
                self._put(os.path.join(self._root, path), content)
        except OSError as error:
            text = f"cannot write `{error.filename or self._root}`: {error.strerror}"
            raise Rejected(Diagnostic("V803", text)) from error

    def _put(self, target: str, content: bytes | None) -> None:
        disk = self._disk
        if content is None:
            if os.path.isfile(target):
                disk.remove(target)
            return
        if os.path.isfile(target):
            with open(target, "rb") as file:
                if file.read() == content:
                    return
        disk.make_directory(os.path.dirname(target))
        disk.write(target + _NEW, content)
        disk.rename(target + _NEW, target)


def _files_below(root: str) -> list[str]:
    found = []
    for folder, _, names in os.walk(root):
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        found += [name if inside == "." else f"{inside}/{name}" for name in names]
    return sorted(found)


@final
class BranchPlace:
    """A branch with nothing but the store; it is read and written without a working tree."""

    def __init__(self, branch: str, folder: str = ".") -> None:
        self.name = f"branch {branch}"
        self._ref = f"refs/heads/{branch}"
        self._folder = folder
        self._tip = ""

    def read(self) -> dict[str, bytes]:
        """See `Place`."""
        git("check-ref-format", self._ref)
        if isinstance(git_or_none("rev-parse", "--git-dir", folder=self._folder), str):
            self._folder = "."  # the project is a copy, as one side of a diff is
        found = git_or_none("rev-parse", "--verify", "--quiet", self._ref, folder=self._folder)
        self._tip = found.decode().strip() if isinstance(found, bytes) else ""
        if not self._tip:
            git("rev-parse", "--git-dir", folder=self._folder)  # not even a repository?
            return {}
        listed = git("ls-tree", "-r", "-z", self._tip, folder=self._folder).decode(
            "utf-8", "replace"
        )
        entries = [entry.partition("\t")[::2] for entry in listed.split("\0") if entry]
        blobs = {path: meta.split()[2] for meta, path in entries if path.endswith(".json")}
        if entries and MARK not in blobs:
            raise damaged(self.name, "is in the way: the branch holds something else")
        blobs.pop(MARK, None)
        wanted = "".join(f"{blob}\n" for blob in blobs.values()).encode()
        stream = git("cat-file", "--batch", given=wanted, folder=self._folder) if blobs else b""
        return dict(zip(blobs, _batched(stream), strict=True))

    def change(self, files: Mapping[str, bytes | None]) -> None:
        """See `Place`; nothing happens unless the branch is as it was read. Raises Rejected (V806)."""
        lines = [
            f"100644 {self._blob(content)}\t{path}\n"
            if content is not None
            else f"0 {'0' * 40}\t{path}\n"
            for path, content in {MARK: _MARKED, **files}.items()
        ]
        git_dir = git("rev-parse", "--absolute-git-dir", folder=self._folder).decode().strip()
        index = {"GIT_INDEX_FILE": os.path.join(git_dir, f"velac-index-{os.getpid()}")}
        try:
            if self._tip:
                git("read-tree", self._tip, folder=self._folder, environment=index)
            given = "".join(lines).encode()
            git("update-index", "--index-info", given=given, folder=self._folder, environment=index)
            tree = git("write-tree", folder=self._folder, environment=index).decode().strip()
        finally:
            if os.path.exists(index["GIT_INDEX_FILE"]):
                os.remove(index["GIT_INDEX_FILE"])
        if (
            self._tip
            and git("rev-parse", f"{self._tip}^{{tree}}", folder=self._folder).decode().strip()
            == tree
        ):
            return
        parents = ("-p", self._tip) if self._tip else ()
        # The time of a build is no part of its output.
        who = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (
                ("NAME", "velac"),
                ("EMAIL", "velac@localhost"),
                ("DATE", "@0 +0000"),
            )
        }
        message = ("-m", "Revisions recorded by velac")
        commit = git("commit-tree", tree, *parents, *message, folder=self._folder, environment=who)
        # An empty old value demands that there is no such branch yet: two builds cannot overwrite each other.
        new = commit.decode().strip()
        git("update-ref", self._ref, new, self._tip, folder=self._folder)
        self._tip = new

    def _blob(self, content: bytes) -> str:
        stored = git("hash-object", "-w", "--stdin", given=content, folder=self._folder)
        return stored.decode().strip()


def _batched(stream: bytes) -> list[bytes]:
    """The contents in an answer of `git cat-file --batch`."""
    found = []
    at = 0
    while at < len(stream):
        end = stream.index(b"\n", at)
        size = int(stream[at:end].split()[2])
        found.append(stream[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def safe_name(*parts: str) -> str:
    """A path of the store; names of objects come from files and are checked. Raises Rejected (V821)."""
    path = "/".join(parts)
    if not is_safe_path(path) or any("/" in part for part in parts):
        raise damaged(path, "is no name that can be kept")
    return path
