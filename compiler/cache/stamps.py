"""Whether files of an output are still as they were written, by a look at their directory entries only.

For each Application there is one digest over inode, size and time of change of its files, taken after they were written;
nobody edits a file without changing that time, so then the Application's files are read again. It holds for one
directory on one machine.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from hashlib import sha256
from typing import Any, BinaryIO, Final, final

import orjson

from velac.compiler.cache.records import Record
from velac.compiler.output.paths import STATE
from velac.compiler.output.state import INDEX, index_is
from velac.compiler.processes import Helper, paying, run_parts
from velac.compiler.store.store import Store, digest_of
from velac.grammar.record import slotted

_KIND: Final = "stamps"
_RACY: Final = 50_000_000
"""Nanoseconds within which two changes of a file may carry the same time."""

_WORTH_A_PROCESS: Final = 20_000
"""Files to look at that make up for a process."""

_WIDTH: Final = 64
"""Characters of a stamp."""


@final
@slotted
class Stamps:
    """The digest of the index of an output directory, and the stamps of its files by the keys of Applications."""

    index: str = ""
    apps: dict[str, str] = field(default_factory=dict)


def read_stamps(store: Store, directory: str) -> Stamps:
    """What is known of an output directory."""
    raw = store.get(_KIND, _key(directory))
    try:
        data: Any = orjson.loads(raw) if raw is not None else None
        return Stamps(str(data["index"]), dict(data["apps"])) if data else Stamps()
    except (ValueError, TypeError, KeyError):
        return Stamps()


def keep_stamps(
    store: Store, directory: str, records: Iterable[Record], known: Mapping[str, str], index: str
) -> None:
    """Take the stamps of all records but those of `known`, by key, which have just been checked.

    `index` is the digest of the index that was written with these files.
    """
    before = read_stamps(store, directory)
    apps: dict[str, str] = {}
    others = []
    for record in records:
        if known.get(record.key):
            apps[record.key] = known[record.key]
        else:
            others.append(record)
    apps |= {key: stamp for key, stamp in stamps_of(directory, others).items() if stamp}
    # Another build may have written here meanwhile: then these are not stamps of our files.
    if (index, apps) != (before.index, before.apps) and index_is(directory, index):
        store.put(_KIND, _key(directory), orjson.dumps({"index": index, "apps": apps}))


def stamps_of(directory: str, records: Sequence[Record]) -> dict[str, str]:
    """The stamps of the files of Applications as they are now, by key; see `stamp_of`."""
    files = sum(record.count for record in records)
    count = max(1, min(paying(files, _WORTH_A_PROCESS), len(records)))
    parts = run_parts(
        count,
        lambda number: [stamp_of(directory, r.paths()) for r in records[number::count]],
    )
    return {record.key: parts[at % count][at // count] for at, record in enumerate(records)}


@final
class Look:
    """Looks at the files of Applications while their owner does other work, where that pays.

    A process of its own begins with the last Application; who asks for the stamps begins with the first, and both meet. Nobody has to
    have written to the directory meanwhile: `still` says whether any build has.
    """

    __slots__ = ("_directory", "_helper", "_index", "_records")

    def __init__(self, directory: str, records: Sequence[Record]) -> None:
        self._directory = directory
        self._records = records
        self._index = self._index_entry()
        files = sum(record.count for record in records)
        self._helper: Helper | None = None
        if paying(files, _WORTH_A_PROCESS) > 1:
            self._helper = Helper(self._backwards)
            os.set_blocking(self._helper.pipe, False)

    def _backwards(self, stream: BinaryIO) -> None:
        for record in reversed(self._records):
            stream.write(stamp_of(self._directory, record.paths()).ljust(_WIDTH).encode())
            stream.flush()

    @property
    def still(self) -> bool:
        """Whether the index is the file that it was at the beginning: every build that changes anything replaces it."""
        return self._index == self._index_entry()

    def _index_entry(self) -> tuple[int, int, int]:
        try:
            state = os.lstat(os.path.join(self._directory, STATE, INDEX))
        except OSError:
            return (0, 0, 0)
        return state.st_ino, state.st_ctime_ns, state.st_size

    def stamps(self) -> dict[str, str]:
        """The stamps of all records by key, as `stamps_of`. To be asked once."""
        if self._helper is None:
            return stamps_of(self._directory, self._records)
        records = self._records
        front: list[str] = []
        back = bytearray()
        while len(front) + len(back) // _WIDTH < len(records):
            record = records[len(front)]
            front.append(stamp_of(self._directory, record.paths()))
            with suppress(BlockingIOError):
                while more := os.read(self._helper.pipe, 1 << 16):
                    back += more
        self.close()
        size = len(records) - len(front)
        found = [back[at * _WIDTH : (at + 1) * _WIDTH].decode().strip() for at in range(size)]
        return dict(zip((r.key for r in records), (*front, *reversed(found)), strict=True))

    def close(self) -> None:
        """End the process."""
        if self._helper is not None:
            self._helper.close()


def stamp_of(directory: str, paths: Iterable[str]) -> str:
    """The stamp of files as they are now; "" when one is missing, or too young to be told from a later edit."""
    numbers = array("Q")
    add = numbers.append
    newest = 0
    lstat = os.lstat
    prefix = directory + "/"
    try:
        for path in paths:
            state = lstat(prefix + path)
            changed = state.st_ctime_ns
            add(state.st_ino)
            add(state.st_size)
            add(changed)
            if changed > newest:
                newest = changed
    except OSError:
        return ""
    if newest + _RACY > time.time_ns():
        return ""
    return sha256(numbers).hexdigest()


def _key(directory: str) -> str:
    return digest_of(os.path.realpath(directory))
