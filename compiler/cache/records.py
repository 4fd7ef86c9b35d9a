"""What became of an Application: its files by class of clusters, and the contents of these files.

A record says which file holds which content, a pack beside it holds each content once. What several processes have made of an
Application they have kept each for itself; the first record says how many there are. What a record says of paths is
checked again when it is read, what a pack holds when it is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple, final

import orjson

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.output.paths import is_safe_path
from velac.compiler.store.store import Store, digest_of

_RECORD: Final = "apps"
_PACK: Final = "packs"


class Kept(NamedTuple):
    """A file: the end of its path behind the cluster, its digest, where its content is in the pack."""

    tail: str
    digest: str
    start: int
    size: int


class Group(NamedTuple):
    """The files that each of these clusters gets, and the key of the pack with their contents."""

    clusters: tuple[str, ...]
    files: tuple[Kept, ...]
    pack: str


class Facts(NamedTuple):
    """What else is known of an Application; the summaries of its pieces are for linking.

    They are JSON: few of those that are read are needed.
    """

    policies: tuple[tuple[str, str], ...]
    workflow: tuple[str, str]
    classes: int
    objects: int
    summaries: tuple[str, ...]
    pieces: int = 1


_NO_FACTS: Final = Facts((), ("", ""), 0, 0, ())


@final
class Record:
    """An Application that was built before, without anything to say about it."""

    __slots__ = ("_pack", "_packed", "_store", "facts", "groups", "key")

    def __init__(self, key: str, groups: tuple[Group, ...], facts: Facts, store: Store) -> None:
        self.key = key
        self.groups = groups
        self.facts = facts
        self._store = store
        self._pack = ""
        self._packed = b""

    def paths(self) -> Iterator[str]:
        """The paths of all files, in the order of the output."""
        for clusters, files, _ in self.groups:
            for cluster in clusters:
                for kept in files:
                    yield f"{cluster}/{kept.tail}"

    @property
    def count(self) -> int:
        """The number of files."""
        return sum(len(group.clusters) * len(group.files) for group in self.groups)

    def add_digests(self, found: dict[str, str]) -> None:
        """Add the digest of every file by path."""
        for clusters, files, _ in self.groups:
            for tail, digest, _, _ in files:
                found.update([(f"{cluster}/{tail}", digest) for cluster in clusters])

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Paths and contents. Raises Gone when the contents are no longer kept."""
        for clusters, files, pack in self.groups:
            contents = [(kept.tail, self._content(pack, kept)) for kept in files]
            for cluster in clusters:
                for tail, content in contents:
                    yield f"{cluster}/{tail}", content

    def _content(self, pack: str, kept: Kept) -> bytes:
        if self._pack != pack:
            self._pack, self._packed = pack, self._store.get(_PACK, pack) or b""
        content = self._packed[kept.start : kept.start + kept.size]
        if len(content) != kept.size or sha256(content).hexdigest() != kept.digest:
            raise Gone
        return content


class Gone(Rejected):
    """The contents of an Application's files are no longer in the cache."""


def read_record(store: Store, key: str) -> Record | None:
    """The record of an Application; None when there is none that makes sense."""
    first = _read_piece(store, key, key)
    if first is None or first.facts.pieces == 1:
        return first
    groups, facts = [*first.groups], first.facts
    for number in range(1, facts.pieces):
        more = _read_piece(store, key, piece_key(key, number))
        if more is None:
            return None
        groups += more.groups
        facts = facts._replace(
            classes=facts.classes + more.facts.classes,
            objects=facts.objects + more.facts.objects,
            summaries=facts.summaries + more.facts.summaries,
        )
    return Record(key, tuple(groups), facts, store)


def piece_key(key: str, number: int) -> str:
    """The key of one piece of an Application; that of the first is the Application's own."""
    return digest_of("piece", key, number) if number else key


def _read_piece(store: Store, key: str, own: str) -> Record | None:
    raw = store.get(_RECORD, own)
    if raw is None:
        return None
    try:
        groups, policies, workflow, classes, objects, summaries, pieces = orjson.loads(raw)
        facts = Facts(
            tuple((_text(a), _text(b)) for a, b in policies),
            (_text(workflow[0]), _text(workflow[1])),
            _number(classes),
            _number(objects),
            tuple(map(_text, summaries)),
            _number(pieces) or 1,
        )
        return Record(key, tuple([_group(item, own) for item in groups]), facts, store)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def files_of(store: Store, keys: Iterable[str]) -> Iterator[Record]:
    """The records of these Applications without their facts, which are most of them."""
    for key in keys:
        record = read_record(store, key)
        if record is not None:
            yield Record(key, record.groups, _NO_FACTS, store)


def _group(data: Any, pack: str) -> Group:
    clusters, files = data
    if not is_safe_path("/".join(clusters)):
        raise ValueError(clusters)
    if any("/" in name for name in clusters):
        raise ValueError(clusters)
    return Group(tuple(clusters), tuple([_kept(item) for item in files]), pack)


def _kept(data: Any) -> Kept:
    tail, digest, start, size = data
    if not is_safe_path(tail):
        raise ValueError(tail)
    return Kept(tail, _text(digest), _number(start), _number(size))


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(value)
    return value


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(value)
    return value


# --------------------------------------------------------------------------------------------------- recording


@final
class Recorder:
    """Keeps Applications while their files pass by, one after the other."""

    __slots__ = ("_facts", "_groups", "_keys", "_store")

    def __init__(self, store: Store, keys: Mapping[tuple[str, str], str]) -> None:
        self._store = store
        self._keys = keys
        self._facts: dict[tuple[str, str], Facts] = {}
        self._groups: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}

    def expect(self, app: tuple[str, str], groups: Iterable[tuple[str, ...]], facts: Facts) -> None:
        """The files of an Application will pass by: for these groups of clusters, each of which gets the same."""
        self._groups[app] = {clusters[0]: clusters for clusters in groups}
        self._facts[app] = facts

    def passing(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The same files; what was expected is kept."""
        now: tuple[str, str] | None = None
        prefix = "/"
        firsts: Mapping[str, tuple[str, ...]] = {}
        found: dict[str, list[tuple[str, bytes]]] = {}
        for item in files:
            path, content = item
            cluster, _, tail = path.partition("/")
            if not tail.startswith(prefix):
                if now is not None:
                    self._keep(now, found)
                namespace, name, *_ = (*tail.split("/", 2), "", "")
                now, found = (namespace, name), {}
                prefix = f"{namespace}/{name}/"
                firsts = self._groups.get(now, {})
            if cluster in firsts:
                found.setdefault(cluster, []).append((tail, content))
            yield item
        if now is not None:
            self._keep(now, found)
        # This may be a process of its own, which nobody asks later how much it has added.
        self._store.close()

    def _keep(self, app: tuple[str, str], found: dict[str, list[tuple[str, bytes]]]) -> None:
        if app not in self._groups or app not in self._keys:
            return
        pack: list[bytes] = []
        places: dict[str, int] = {}
        size = 0
        groups = []
        for cluster, clusters in self._groups.pop(app).items():
            files = []
            for tail, content in found.get(cluster, ()):
                digest = sha256(content).hexdigest()
                start = places.get(digest)
                if start is None:
                    start = places[digest] = size
                    pack.append(content)
                    size += len(content)
                files.append([tail, digest, start, len(content)])
            groups.append([clusters, files])
        key = self._keys[app]
        self._store.put(_PACK, key, b"".join(pack))
        self._store.put(_RECORD, key, orjson.dumps([groups, *self._facts.pop(app)]))
