"""Whether files of an output are still as they were written, by a look at their directory entries only.

For each Application there is one digest over inode, size and times of its files, taken after they were written. Whoever
edits a file changes its times; then the Application's files are read again. It holds for one directory on one machine.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final

import orjson

from velac.compiler.cache.records import Record
from velac.compiler.output import index_holds
from velac.compiler.store.store import Store, digest_of

_KIND: Final = "stamps"
_RACY: Final = 50_000_000
"""Nanoseconds within which two changes of a file may carry the same time."""


def read_stamps(store: Store, directory: str) -> dict[str, str]:
    """The digests of an output directory by Application."""
    raw = store.get(_KIND, _key(directory))
    try:
        data: Any = orjson.loads(raw) if raw is not None else {}
    except ValueError:
        return {}
    return data if type(data) is dict else {}


def keep_stamps(
    store: Store, directory: str, records: Iterable[Record], known: Mapping[str, str]
) -> None:
    """Take the stamps of all records but those of `known`, by key, which have just been checked."""
    before = read_stamps(store, directory)
    stamps: dict[str, str] = {}
    digests: dict[str, str] = {}
    for record in records:
        stamp = known.get(record.key)
        if not stamp:
            stamp = stamp_of(directory, record.paths())
            digests |= record.digests()
        if stamp:
            stamps[record.key] = stamp
    # Another build may have written here meanwhile: then these are not stamps of our files.
    if stamps != before and index_holds(directory, digests):
        store.put(_KIND, _key(directory), orjson.dumps(stamps))


def stamp_of(directory: str, paths: Iterable[str]) -> str:
    """The stamp of files as they are now; "" when one is missing, or too young to be told from a later edit."""
    numbers: list[int] = []
    newest = 0
    lstat = os.lstat
    try:
        for path in paths:
            state = lstat(f"{directory}/{path}")
            changed = state.st_ctime_ns
            numbers += (state.st_ino, state.st_mode, state.st_size, state.st_mtime_ns, changed)
            if changed > newest:
                newest = changed
    except OSError:
        return ""
    if newest + _RACY > time.time_ns():
        return ""
    return sha256(repr(numbers).encode()).hexdigest()


def _key(directory: str) -> str:
    return digest_of(os.path.realpath(directory))
