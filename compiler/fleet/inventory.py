"""The inventory: what the last build put where, in the role of KubeVela's ResourceTrackers (semantics 9.2).

One entry per Application: the objects of its current version by class of clusters (the versioned tracker), and
those of earlier versions that stay on purpose (the root tracker, and legacy resources). It is data that is read again by
programs, laid out so that a review sees one line per Application.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import field
from hashlib import blake2b
from typing import Any, Final, final

import orjson

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.fleet.data import (
    Clusters,
    decoded_classes,
    decoded_summary,
    encoded_classes,
    encoded_summary,
)
from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.summary import AppSummary, ClassSummary
from velac.grammar.record import record

FILE_NAME: Final = "inventory.json"
_FORMAT: Final = 1


@final
@record
class Record:
    """One Application: what it makes now, and what it made before and keeps."""

    summary: AppSummary
    kept: tuple[ClassSummary, ...] = ()


@final
@record
class Sharing:
    """Applications that own an object together in some clusters, the holder first (`app.oam.dev/shared-by`)."""

    identity: Identity
    clusters: Clusters
    sharers: tuple[str, ...]


@final
@record
class Inventory:
    """What is in the clusters of a fleet, by the label of the Application that put it there."""

    records: Mapping[str, Record] = field(default_factory=dict)
    sharing: tuple[Sharing, ...] = ()

    def objects_of(self, cluster: str) -> Iterator[tuple[str, Identity]]:
        """What one cluster holds: Application and object."""
        for label, entry in self.records.items():
            for group in (*entry.summary.classes, *entry.kept):
                if cluster in group.clusters:
                    for item in group.objects:
                        yield label, item.identity


def encoded_inventory(inventory: Inventory) -> bytes | bytearray:
    """The file; the same inventory gives the same bytes."""
    sets: dict[str, Clusters] = {}
    names: dict[Clusters, str] = {}

    def named(clusters: Clusters) -> str:
        found = names.get(clusters)
        if found is None:
            found = names[clusters] = _name_of(clusters)
            sets[found] = clusters
        return found

    # Put together piece by piece: that of a large fleet takes megabytes, once is enough.
    body = bytearray(f'"format":{_FORMAT},\n"applications":[\n'.encode())
    for number, label in enumerate(sorted(inventory.records)):
        entry = inventory.records[label]
        row = encoded_summary(entry.summary, named)
        if entry.kept:
            row["kept"] = encoded_classes(entry.kept, named)
        body += (b",\n" if number else b"") + _line(row)
    shared = [
        _line({"object": list(s.identity), "clusters": named(s.clusters), "sharers": s.sharers})
        for s in inventory.sharing
    ]
    listed = [b"%b:%b" % (_line(key), _line(sets[key])) for key in sorted(sets)]
    body += b'\n],\n"clusterSets":{\n' + b",\n".join(listed)
    body += b'\n},\n"sharing":[\n' + b",\n".join(shared) + b"\n]"
    body[:0] = f'{{"digest":"{_digest(body)}",\n'.encode()
    body += b"}\n"
    return body


def decoded_inventory(raw: bytes, place: str) -> Inventory:
    """The inventory of a file. Raises Rejected (V820) when it is damaged or was edited."""
    try:
        text = raw.decode()
        data: Any = json.loads(text)
        if data["format"] != _FORMAT:
            raise ValueError(data["format"])
        body = text.split("\n", 1)[1]
        if data["digest"] != _digest(body[: body.rindex("}")].encode()):
            raise _damaged(
                place, "does not have the content that was written: it was edited or merged"
            )
        sets = {key: tuple(names) for key, names in data["clusterSets"].items()}
        if any(_name_of(names) != key for key, names in sets.items()):
            raise ValueError("clusterSets")
        records = {}
        for row in data["applications"]:
            summary = decoded_summary(row, sets.__getitem__)
            kept = decoded_classes(row["kept"], sets.__getitem__) if "kept" in row else ()
            records[summary.label] = Record(summary, kept)
        sharing = tuple(
            Sharing(Identity(*row["object"]), sets[row["clusters"]], tuple(row["sharers"]))
            for row in data["sharing"]
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise _damaged(place, "is damaged") from None
    return Inventory(records, sharing)


def read_inventory(path: str) -> Inventory | None:
    """The inventory at a path; None where there is none. Raises Rejected (V820)."""
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _damaged(path, f"cannot be read: {error.strerror or error}") from error
    return decoded_inventory(raw, path)


def check_branch(inventory: Inventory, place: str, highest: Mapping[str, int]) -> None:
    """Raise Rejected (V820) where an inventory knows revisions that the revision store has never had.

    `highest` are the last numbers given, by Application.
    """
    for label, entry in inventory.records.items():
        number = entry.summary.revision
        if label in highest and number > highest[label]:
            why = (
                f"lists revision {number} of `{label}`, of which the revision store has only "
                f"{highest[label]}: one of both is from another branch"
            )
            raise _damaged(place, why)


def path_beside(directory: str) -> str:
    """Where the inventory of an output is unless the project file says otherwise."""
    return os.path.join(directory, ".velac", FILE_NAME)


def _line(data: Any) -> bytes:
    """Compact JSON in ASCII with sorted keys."""
    with suppress(TypeError):
        found = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
        # What is no ASCII (or DEL) it does not escape, and lone surrogates it refuses.
        if found.isascii() and b"\x7f" not in found:
            return found
    return json.dumps(data, sort_keys=True, separators=(",", ":")).encode()


def _name_of(clusters: Clusters) -> str:
    """A short name that depends on the clusters alone, so that files differ only where something changed."""
    return blake2b("\0".join(clusters).encode(), digest_size=8).hexdigest()


def _digest(body: bytes | bytearray) -> str:
    return blake2b(body, digest_size=16).hexdigest()


def _damaged(place: str, why: str) -> Rejected:
    hint = "take the file of an earlier commit, or remove it: then nothing is known to be obsolete"
    return Rejected(Diagnostic("V820", f"the inventory `{place}` {why}", help=hint))
