"""How output reaches the disk: whole files only, and a kill at any moment loses nothing.

All contents are staged inside `DIR/.velac/stage`, a journal says what is to happen to them, then they are renamed
into place, files of an earlier build that are no longer wanted are removed, and the index is replaced last. A run
that finds a journal finishes it first; a stage without a journal is thrown away. A directory that does not exist
yet is made beside its place and appears by one rename. Only paths of the index are ever overwritten or removed.
(Process kills, not power loss: nothing is synced file by file.)
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, Final, TypeAlias

import orjson

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.disk import Disk
from velac.grammar.record import slotted

STATE: Final = ".velac"
_INDEX: Final = "index.json"
_JOURNAL: Final = "journal.json"
_STAGE: Final = "stage"
_KEPT: Final = ("inventory.json",)
"""What may be kept beside the index."""
_FORMAT: Final = 1
_BLOCK: Final = 10_000
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f\\:]")


@slotted
class Written:
    """What a build did to the output directory: numbers of files, and obsolete files left because they were edited."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    kept: list[str] = field(default_factory=list)
    index: str = ""
    """The digest of the index that is in place now; empty where nobody has looked."""


@slotted
class Part:
    """What has been staged of an output: counts, digests by path, and the renames that put it into place."""

    report: Written = field(default_factory=Written)
    digests: dict[str, str] = field(default_factory=dict)
    renames: list[list[str]] = field(default_factory=list)


Files: TypeAlias = Iterable[tuple[str, bytes]]
Stage: TypeAlias = Callable[[int, Files], Part]
"""Stages the files of one part; parts have numbers, and may be staged by several processes at a time."""


@slotted
class Beside:
    """What a build keeps besides its files, put into place together with them.

    `state` yields files for our own directory by name, once all contents are staged; `copies` says where else one of
    them is wanted; `before` runs once nothing can be wrong any more, and before anything visible changes.
    """

    state: Callable[[], Mapping[str, bytes | bytearray]] = dict
    copies: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None
    index: str = ""
    """The digest of an index that was checked before, or that we have written: its paths need no check."""


def write_output(
    directory: str, files: Files, disk: Disk | None = None, beside: Beside | None = None
) -> Written:
    """Make `directory` hold these files (paths with `/`, relative) and nothing else of an earlier build.

    Raises Rejected (V801 to V805) before anything visible has changed.
    """
    return write_parts(directory, lambda stage: [stage(0, files)], disk, beside)


def write_parts(
    directory: str,
    parts: Callable[[Stage], list[Part]],
    disk: Disk | None = None,
    beside: Beside | None = None,
) -> Written:
    """The same for files that come in parts, which are used up; what `parts` raises leaves the directory as it was.

    Every part has a place of its own: no path of one is, but for case, a path or a directory of another.
    """
    disk = disk or Disk()
    beside = beside or Beside()
    directory = os.path.abspath(directory)
    try:
        if os.path.lexists(directory):
            with _locked(directory):
                return _update(directory, parts, disk, beside)
        return _create(directory, parts, disk, beside)
    except OSError as error:
        where = error.filename or directory
        raise Rejected(
            Diagnostic("V803", f"cannot write `{where}`: {error.strerror or error}")
        ) from error


def is_output(directory: str) -> bool:
    """Whether a directory is the output of a build, so that it is no input."""
    return os.path.isdir(os.path.join(directory, STATE))


def committed_paths(directory: str) -> set[str]:
    """The paths that an earlier build wrote there. Raises Rejected (V802) for a damaged index."""
    return set(_read_index(directory)[0])


def committed_digests(directory: str) -> dict[str, str]:
    """The same with the digest of each file."""
    return _read_index(directory)[0]


def index_is(directory: str, digest: str) -> bool:
    """Whether the index is the one with this digest, and no build is at work on what it says."""
    state = os.path.join(directory, STATE)
    if os.path.lexists(os.path.join(state, _JOURNAL)):
        return False
    raw = _content(os.path.join(state, _INDEX))
    return raw is not None and _digest(raw) == digest


def content_digest(content: bytes) -> str:
    """The digest of a file as an index holds it."""
    return _digest(content)


# --------------------------------------------------------------------------------------------- a new directory


def _create(
    directory: str, parts: Callable[[Stage], list[Part]], disk: Disk, beside: Beside
) -> Written:
    parent, name = os.path.split(directory)
    fresh = os.path.join(parent, f".{name}.velac-new")
    disk.make_directory(parent)
    with _locked(parent):
        if not os.path.lexists(directory):
            if os.path.lexists(fresh):
                disk.remove_tree(fresh)
            disk.make_directory(os.path.join(fresh, STATE))
            try:
                whole = _whole(parts(lambda number, files: _fill(fresh, files, disk)))
                state = beside.state()
                for place in beside.copies.values():
                    _size(place)  # something else in the way is refused now
                for name, content in state.items():
                    disk.write(os.path.join(fresh, STATE, name), content)
                index = _index_bytes(whole.digests)
                whole.report.index = _digest(index)
                disk.write(os.path.join(fresh, STATE, _INDEX), index)
                del index
            except (Rejected, OSError):
                disk.remove_tree(fresh)
                raise
            if beside.copies:
                disk.make_directory(os.path.join(fresh, STATE, _STAGE))
                disk.write(os.path.join(fresh, STATE, _JOURNAL), _journal_bytes([], []))
            beside.before()
            disk.rename(fresh, directory)
            if beside.copies:
                _finish(directory, [], [], disk, beside.copies)
            return whole.report
    return write_parts(directory, parts, disk, beside)


def _whole(parts: list[Part]) -> Part:
    """All parts as one. They are used up: those of a large fleet are not held twice."""
    whole = parts[0] if parts else Part()
    size = len(whole.digests)
    for part in parts[1:]:
        size += len(part.digests)
        whole.digests |= part.digests
        whole.renames += part.renames
        whole.report.written += part.report.written
        whole.report.unchanged += part.report.unchanged
        part.digests, part.renames = {}, []
    assert len(whole.digests) == size, "parts get into each other's way"
    return whole


def _fill(fresh: str, files: Files, disk: Disk) -> Part:
    part = Part()
    made: set[str] = set()
    paths = _Paths()
    digest = _Digest()
    for path, content in files:
        folder = paths.add(path)
        if folder not in made:
            _make_below(fresh, folder, made, disk)
        disk.write(f"{fresh}/{path}", content)
        part.digests[path] = digest(content)
        part.report.written += 1
    return part


def _make_below(root: str, folder: str, made: set[str], disk: Disk) -> None:
    """Create a directory and those of its parents that are not there yet, each with one call."""
    parent = folder.rpartition("/")[0]
    if parent and parent not in made:
        _make_below(root, parent, made, disk)
    disk.make_directory(f"{root}/{folder}")
    made.add(folder)


# ---------------------------------------------------------------------------------------- an existing directory


def _update(
    directory: str, parts: Callable[[Stage], list[Part]], disk: Disk, beside: Beside
) -> Written:
    if not os.path.isdir(directory):
        raise Rejected(Diagnostic("V803", f"`{directory}` is not a directory"))
    state = os.path.join(directory, STATE)
    _recover(directory, disk, beside.copies)
    old, known = _read_index(directory, beside.index)
    stage = os.path.join(state, _STAGE)
    disk.make_directory(stage)
    try:
        whole = _whole(
            parts(lambda number, files: _stage(directory, stage, number, files, old, disk))
        )
        removals = _removals(directory, whole, old)
        kept = _changed_state(state, beside)
    except Rejected:
        disk.remove_tree(stage)
        raise
    report, digests, renames = whole.report, whole.digests, whole.renames
    report.index = known
    if not renames and not removals and digests == old and kept is None:
        beside.before()
        disk.remove_tree(stage)
        return report
    for name, content in (kept or {}).items():
        disk.write(os.path.join(stage, name), content)
    index = _index_bytes(digests)
    report.index = _digest(index)
    disk.write(os.path.join(stage, _INDEX), index)
    del index
    disk.write(os.path.join(stage, _JOURNAL), _journal_bytes(renames, removals))
    beside.before()
    disk.rename(os.path.join(stage, _JOURNAL), os.path.join(state, _JOURNAL))
    _finish(directory, renames, removals, disk, beside.copies)
    return report


def _changed_state(directory: str, beside: Beside) -> Mapping[str, bytes | bytearray] | None:
    """The files for our own directory; None when they and their copies are there already."""
    wanted = beside.state()
    places = [(os.path.join(directory, name), content) for name, content in wanted.items()]
    places += [(place, wanted[name]) for name, place in beside.copies.items() if name in wanted]
    return wanted if any(_content(place) != content for place, content in places) else None


def _stage(
    directory: str,
    stage: str,
    number: int,
    files: Files,
    old: dict[str, str],
    disk: Disk,
) -> Part:
    """Write the changed contents of a part to the stage."""
    part = Part()
    report, digests, renames = part.report, part.digests, part.renames
    problems: list[Diagnostic] = []
    paths, inside = _Paths(), _Inside(directory)
    digest = _Digest()
    for path, content in files:
        inside.check(paths.add(path), path)
        digests[path] = digest(content)
        target = f"{directory}/{path}"
        size = _size(target)
        if size == len(content) and _content(target) == content:
            report.unchanged += 1
            continue
        if size is not None and path not in old:
            problems.append(_foreign(target))
            continue
        name = f"{number + 1}{len(renames):09}"
        disk.write(f"{stage}/{name}", content)
        renames.append([name, path])
        report.written += 1
    if problems:
        raise Rejected(*problems)
    return part


def _removals(directory: str, whole: Part, old: dict[str, str]) -> list[str]:
    """The obsolete files to remove; edited ones are kept and told about."""
    inside = _Inside(directory)
    removals = []
    for path in sorted(old.keys() - whole.digests.keys()):
        inside.check(os.path.dirname(path), path)
        present = _content(f"{directory}/{path}")
        if present is None:
            continue
        if _digest(present) == old[path]:
            removals.append(path)
        else:
            whole.report.kept.append(path)
    whole.report.removed = len(removals)
    return removals


def _finish(
    directory: str,
    renames: list[list[str]],
    removals: list[str],
    disk: Disk,
    copies: Mapping[str, str],
) -> None:
    """Carry out a journal; every step may have happened already."""
    state = os.path.join(directory, STATE)
    stage = os.path.join(state, _STAGE)
    made: set[str] = set()
    blocking = _blocking(renames, removals)
    _remove_files(directory, blocking, disk)
    for name, path in renames:
        folder = os.path.dirname(path)
        if folder not in made:
            _make_below(directory, folder, made, disk)
        source = f"{stage}/{name}"
        if os.path.lexists(source):
            disk.rename(source, f"{directory}/{path}")
    _remove_files(directory, [path for path in removals if path not in blocking], disk)
    _remove_empty(directory, map(os.path.dirname, removals), disk)
    for name in (*_KEPT, _INDEX):
        staged = os.path.join(stage, name)
        if os.path.lexists(staged):
            disk.rename(staged, os.path.join(state, name))
    for name, place in copies.items():
        content = _content(os.path.join(state, name))
        if content is not None and content != _content(place):
            # Through the stage's neighbour: a rename has to stay on one file system.
            disk.make_directory(os.path.dirname(os.path.abspath(place)))
            disk.write(f"{place}.velac-new", content)
            disk.rename(f"{place}.velac-new", place)
    disk.remove(os.path.join(state, _JOURNAL))
    disk.remove_tree(stage)


def _blocking(renames: list[list[str]], removals: list[str]) -> set[str]:
    """Obsolete files at whose path a directory is needed; all others stay until what replaces them is in place."""
    folders: set[str] = set()
    for _, path in renames:
        folder = os.path.dirname(path)
        while folder and folder not in folders:
            folders.add(folder)
            folder = os.path.dirname(folder)
    return folders.intersection(removals)


def _remove_files(directory: str, paths: Iterable[str], disk: Disk) -> None:
    for path in paths:
        target = f"{directory}/{path}"
        if os.path.isfile(target):
            disk.remove(target)


def _remove_empty(directory: str, folders: Iterable[str], disk: Disk) -> None:
    """Remove directories that removals left empty, upwards, never the output directory itself."""
    pending = set(folders)
    while pending:
        folder = pending.pop()
        path = f"{directory}/{folder}"
        if folder and os.path.isdir(path) and not os.listdir(path):
            disk.remove_directory(path)
            pending.add(os.path.dirname(folder))


def _recover(directory: str, disk: Disk, copies: Mapping[str, str]) -> None:
    """Finish what a killed run has begun; throw away what it had only staged."""
    state = os.path.join(directory, STATE)
    stage = os.path.join(state, _STAGE)
    raw = _content(os.path.join(state, _JOURNAL))
    if raw is not None:
        renames, removals = _checked_journal(directory, raw)
        _finish(directory, renames, removals, disk, copies)
    elif os.path.isdir(stage):
        disk.remove_tree(stage)


# ------------------------------------------------------------------------------------------ index and journal


def _journal_bytes(renames: list[list[str]], removals: list[str]) -> bytes:
    data = {"format": _FORMAT, "renames": renames, "removals": removals}
    return json.dumps(data).encode()


def _index_bytes(digests: dict[str, str]) -> bytes | bytearray:
    # As `json.dumps(…, indent=0, sort_keys=True)`, which is slow where it has to indent; in blocks, to hold it once.
    if not digests:
        return b'{\n"files": {},\n"format": %d\n}\n' % _FORMAT
    index = bytearray(b'{\n"files": {\n')
    paths = sorted(digests)
    for start in range(0, len(paths), _BLOCK):
        lines = [f'{quoted(path)}: "{digests[path]}"' for path in paths[start : start + _BLOCK]]
        index += (",\n" if start else "").encode() + ",\n".join(lines).encode()
    index += b'\n},\n"format": %d\n}\n' % _FORMAT
    return index


def _read_index(directory: str, known: str = "") -> tuple[dict[str, str], str]:
    """Digests by path of the earlier build, and the digest of the index.

    Every path is checked to lie inside the directory, unless the index is the one that is known.
    """
    path = os.path.join(directory, STATE, _INDEX)
    raw = _content(path)
    if raw is None:
        return {}, ""
    digest = _digest(raw)
    files: Any = _json(raw, path).get("files")
    if digest == known and isinstance(files, dict):
        return files, digest
    if not isinstance(files, dict):
        raise _bad_index(path)
    for name, value in files.items():
        if not (isinstance(value, str) and is_safe_path(name)):
            raise _bad_index(path)
    return files, digest


def _checked_journal(directory: str, raw: bytes) -> tuple[list[list[str]], list[str]]:
    path = os.path.join(directory, STATE, _JOURNAL)
    data = _json(raw, path)
    renames: Any = data.get("renames")
    removals: Any = data.get("removals")
    try:
        pairs = [[str(name), str(to)] for name, to in renames]
        names = [str(name) for name in removals]
    except (TypeError, ValueError):
        raise _bad_index(path) from None
    inside = _Inside(directory)
    for name, to in pairs:
        if not (name.isdigit() and is_safe_path(to)):
            raise _bad_index(path)
        inside.check(os.path.dirname(to), to)
    for name in names:
        if not is_safe_path(name):
            raise _bad_index(path)
        inside.check(os.path.dirname(name), name)
    return pairs, names


def _json(raw: bytes, path: str) -> dict[str, Any]:
    try:
        data = orjson.loads(raw)
    except ValueError:
        raise _bad_index(path) from None
    if not isinstance(data, dict) or data.get("format") != _FORMAT:
        raise _bad_index(path)
    return data


def _bad_index(path: str) -> Rejected:
    hint = "remove the output directory and build again"
    return Rejected(Diagnostic("V802", f"`{path}` is damaged", help=hint))


def _foreign(path: str) -> Diagnostic:
    text = f"`{path}` is in the way, and no build of velac wrote it"
    return Diagnostic("V801", text, help="move it away or choose another output directory")


# ------------------------------------------------------------------------------------------------------ paths


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
    paths = _Paths()
    for path, content in files:
        paths.add(path)
        yield path, content


class _Paths:
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


class _Inside:
    """Checks that the directories of a path are no links out of the output directory."""

    __slots__ = ("_known", "_root")

    def __init__(self, directory: str) -> None:
        self._root = directory
        self._known: set[str] = {""}

    def check(self, folder: str, path: str) -> None:
        while folder not in self._known:
            if os.path.islink(f"{self._root}/{folder}"):
                raise _unsafe(path, "lies behind a symbolic link")
            self._known.add(folder)
            folder = os.path.dirname(folder)


def _unsafe(path: str, why: str) -> Rejected:
    return Rejected(Diagnostic("V805", f"output path `{path}` {why}"))


def _size(path: str) -> int | None:
    """The size of a regular file; None when there is nothing; something else in the way is never ours."""
    try:
        state = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(state.st_mode):
        raise Rejected(_foreign(path))
    return state.st_size


def _content(path: str) -> bytes | None:
    """The content of a regular file; None when there is nothing."""
    if _size(path) is None:
        return None
    with open(path, "rb", buffering=0) as file:
        return file.read()


def _digest(content: bytes | bytearray) -> str:
    return hashlib.sha256(content).hexdigest()


class _Digest:
    """Digests of contents; the clusters of a class come one after the other with one and the same content."""

    __slots__ = ("_content", "_digest")

    def __init__(self) -> None:
        self._content: bytes | None = None
        self._digest = ""

    def __call__(self, content: bytes) -> str:
        if content is not self._content:
            self._content, self._digest = content, _digest(content)
        return self._digest


@contextmanager
def _locked(directory: str) -> Iterator[None]:
    """Wait for other builds that write here; where locks do not exist, nothing is locked."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
