"""The cache directory: entries of data under keys that say everything they depend on.

An entry appears by one rename and is never changed; its first line is the digest of the rest, so that a damaged one
is as good as none. Any number of builds may read and write at a time. The size is bounded: entries that were not used
for longest go first. That the disk is full or read-only is no error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any, Final, NamedTuple, final

FORMAT: Final = "v1"
LIMIT: Final = 1 << 30
"""Bytes a cache directory holds at most, unless VELAC_CACHE_LIMIT (in MiB) says otherwise."""

_USAGE: Final = "usage.json"
_TEMPORARY: Final = ".part"
_DIGEST: Final = 64
_DAY: Final = 86_400
_FULL: Final = 0.75
"""How full a cache is after the oldest entries have gone."""


class Entry(NamedTuple):
    """An entry on disk."""

    path: str
    size: int
    used: float


@final
class Store:
    """A cache directory; with an empty name one that never holds anything."""

    __slots__ = ("_added", "_limit", "_process", "directory")

    def __init__(self, directory: str = "", limit: int = LIMIT) -> None:
        self.directory = directory
        self._limit = limit
        self._added = 0
        self._process = os.getpid()

    @property
    def limit(self) -> int:
        """Bytes that are held at most."""
        return self._limit

    def __bool__(self) -> bool:
        return bool(self.directory)

    def get(self, kind: str, key: str) -> bytes | None:
        """The content of an entry; None when there is none that is whole."""
        if not self.directory:
            return None
        path = self._path(kind, key)
        try:
            with open(path, "rb", buffering=0) as file:
                raw = file.read()
                self._touch(path, os.fstat(file.fileno()))
        except OSError:
            return None
        content = raw[_DIGEST + 1 :]
        if raw[: _DIGEST + 1] == _head(content):
            return content
        with suppress(OSError):
            os.unlink(path)
        return None

    def put(self, kind: str, key: str, content: bytes | bytearray) -> None:
        """Keep an entry; another one under the key is replaced."""
        if not self.directory:
            return
        path = self._path(kind, key)
        temporary = f"{path}.{os.getpid()}{_TEMPORARY}"
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(temporary, "wb") as file:
                file.write(_head(content))
                file.write(content)
            replaced = _put_in_place(temporary, path)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            return
        self._is_forked()
        self._added += _DIGEST + 1 + len(content) - replaced

    def _is_forked(self) -> None:
        """What a process has added before it was forked is the business of that one."""
        if self._process != os.getpid():
            self._process, self._added = os.getpid(), 0

    def close(self) -> None:
        """Account for what was added; makes room where the cache has become too large."""
        self._is_forked()
        if not self._added:
            return
        added, self._added = self._added, 0
        with suppress(OSError), self._locked() as usage:
            total = usage.read() + added
            if total > self._limit:
                total = self._shrink(int(self._limit * _FULL))
            usage.write(total)

    def entries(self) -> Iterator[Entry]:
        """All entries, and what writers that were ended have left."""
        root = os.path.join(self.directory, FORMAT)
        for folder, _, names in os.walk(root):
            for name in names:
                path = os.path.join(folder, name)
                if name == _USAGE:
                    continue
                with suppress(OSError):
                    state = os.stat(path)
                    yield Entry(path, state.st_size, state.st_mtime)

    def prune(self, target: int) -> int:
        """Remove what was not used for longest until no more than `target` bytes are held; what is held then."""
        with self._locked() as usage:
            total = self._shrink(target)
            usage.write(total)
        return total

    def _shrink(self, target: int) -> int:
        entries = sorted(self.entries(), key=lambda entry: (entry.used, entry.path))
        total = sum(entry.size for entry in entries)
        for entry in entries:
            if total <= target:
                break
            with suppress(OSError):
                os.unlink(entry.path)
            total -= entry.size
        return total

    def _path(self, kind: str, key: str) -> str:
        return f"{self.directory}/{FORMAT}/{kind}/{key[:2]}/{key[2:]}"

    def _touch(self, path: str, state: os.stat_result) -> None:
        """Note that an entry is in use, at most once a day."""
        import time

        now = time.time()
        if now - state.st_mtime > _DAY:
            with suppress(OSError):
                os.utime(path, (now, now))

    @contextmanager
    def _locked(self) -> Iterator[_Usage]:
        folder = os.path.join(self.directory, FORMAT)
        os.makedirs(folder, exist_ok=True)
        handle = os.open(os.path.join(folder, _USAGE), os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if sys.platform != "win32":
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX)
            yield _Usage(handle)
        finally:
            os.close(handle)


@final
class _Usage:
    """The file that says how many bytes the entries have."""

    __slots__ = ("_handle",)

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def read(self) -> int:
        try:
            data: Any = json.loads(os.pread(self._handle, 200, 0) or b"{}")
            found = data.get("bytes", 0)
        except (ValueError, AttributeError, RecursionError):
            return 1 << 62  # nobody knows: count again
        return found if type(found) is int and found >= 0 else 1 << 62

    def write(self, total: int) -> None:
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, json.dumps({"bytes": total}).encode(), 0)


def _put_in_place(temporary: str, path: str) -> int:
    """Move a file to its place; the size of the one that was there. Raises OSError.

    Several processes may keep the same thing at once: only one of them makes the file.
    """
    try:
        os.link(temporary, path)
    except FileExistsError:
        size = os.stat(path).st_size
        os.replace(temporary, path)
        return size
    except OSError:  # no links on this file system
        os.replace(temporary, path)
        return 0
    os.unlink(temporary)
    return 0


def _head(content: bytes | bytearray) -> bytes:
    return sha256(content).hexdigest().encode() + b"\n"


def digest_of(*parts: object) -> str:
    """The key of data: texts, numbers, sequences of such."""
    return sha256(json.dumps(parts, sort_keys=True, default=list).encode()).hexdigest()


def user_directory() -> str:
    """VELAC_CACHE_DIR, else `velac` in the user's cache directory; "" where there is no home."""
    given = os.environ.get("VELAC_CACHE_DIR")
    if given is not None:
        return os.path.abspath(given) if given else ""
    base = os.environ.get("XDG_CACHE_HOME") or ""
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.cache")
        if not os.path.isabs(base):
            return ""
    return os.path.join(base, "velac")


def open_store(directory: str | None = None) -> Store:
    """The store of a directory; None for the user's, "" for none."""
    limit = LIMIT
    given = os.environ.get("VELAC_CACHE_LIMIT", "")
    if given.isdecimal():
        limit = int(given) << 20
    where = user_directory() if directory is None else directory and os.path.abspath(directory)
    return Store(where, limit)
