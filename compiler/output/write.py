"""How output reaches the disk: whole files only, and a kill at any moment loses nothing.

All contents are staged inside `DIR/.velac/stage`, a journal says what is to happen to them, then they are renamed
into place, files of an earlier build that are no longer wanted are removed, and the index is replaced last. A run
that finds a journal finishes it first; a stage without a journal is thrown away. A directory that does not exist
yet is made beside its place and appears by one rename. Only paths of the index are ever overwritten or removed.
(Process kills, not power loss: nothing is synced file by file.)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import Final, TypeAlias

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.disk import Disk
from velac.compiler.output.paths import STATE, Files, Inside, Paths, content_of, foreign, size_of
from velac.compiler.output.state import (
    INDEX,
    JOURNAL,
    changed_index,
    checked_journal,
    content_digest,
    index_bytes,
    journal_bytes,
    read_index,
)
from velac.grammar.record import slotted

_STAGE: Final = "stage"
_KEPT: Final = ("inventory.json",)
"""What may be kept beside the index."""


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
                    size_of(place)  # something else in the way is refused now
                for name, content in state.items():
                    disk.write(os.path.join(fresh, STATE, name), content)
                index = index_bytes(whole.digests)
                whole.report.index = content_digest(index)
                disk.write(os.path.join(fresh, STATE, INDEX), index)
                del index
            except (Rejected, OSError):
                disk.remove_tree(fresh)
                raise
            if beside.copies:
                disk.make_directory(os.path.join(fresh, STATE, _STAGE))
                disk.write(os.path.join(fresh, STATE, JOURNAL), journal_bytes([], []))
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
    paths = Paths()
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
    old, known, raw = read_index(directory, beside.index)
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
    index = changed_index(raw, old, digests)
    report.index = content_digest(index)
    disk.write(os.path.join(stage, INDEX), index)
    del index
    disk.write(os.path.join(stage, JOURNAL), journal_bytes(renames, removals))
    beside.before()
    disk.rename(os.path.join(stage, JOURNAL), os.path.join(state, JOURNAL))
    _finish(directory, renames, removals, disk, beside.copies)
    return report


def _changed_state(directory: str, beside: Beside) -> Mapping[str, bytes | bytearray] | None:
    """The files for our own directory; None when they and their copies are there already."""
    wanted = beside.state()
    places = [(os.path.join(directory, name), content) for name, content in wanted.items()]
    places += [(place, wanted[name]) for name, place in beside.copies.items() if name in wanted]
    return wanted if any(content_of(place) != content for place, content in places) else None


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
    paths, inside = Paths(), Inside(directory)
    digest = _Digest()
    for path, content in files:
        inside.check(paths.add(path), path)
        digests[path] = digest(content)
        target = f"{directory}/{path}"
        size = size_of(target)
        if size == len(content) and content_of(target) == content:
            report.unchanged += 1
            continue
        if size is not None and path not in old:
            problems.append(foreign(target))
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
    inside = Inside(directory)
    removals = []
    for path in sorted(old.keys() - whole.digests.keys()):
        inside.check(os.path.dirname(path), path)
        present = content_of(f"{directory}/{path}")
        if present is None:
            continue
        if content_digest(present) == old[path]:
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
    for name in (*_KEPT, INDEX):
        staged = os.path.join(stage, name)
        if os.path.lexists(staged):
            disk.rename(staged, os.path.join(state, name))
    for name, place in copies.items():
        content = content_of(os.path.join(state, name))
        if content is not None and content != content_of(place):
            # Through the stage's neighbour: a rename has to stay on one file system.
            disk.make_directory(os.path.dirname(os.path.abspath(place)))
            disk.write(f"{place}.velac-new", content)
            disk.rename(f"{place}.velac-new", place)
    disk.remove(os.path.join(state, JOURNAL))
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
    raw = content_of(os.path.join(state, JOURNAL))
    if raw is not None:
        renames, removals = checked_journal(directory, raw)
        _finish(directory, renames, removals, disk, copies)
    elif os.path.isdir(stage):
        disk.remove_tree(stage)


class _Digest:
    """Digests of contents; the clusters of a class come one after the other with one and the same content."""

    __slots__ = ("_content", "_digest")

    def __init__(self) -> None:
        self._content: bytes | None = None
        self._digest = ""

    def __call__(self, content: bytes) -> str:
        if content is not self._content:
            self._content, self._digest = content, content_digest(content)
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
