"""Shards: a build of every n-th Application, made anywhere, and several of them put together.

A shard is an ordinary output with a note beside its index: which shard it is, and who owns what where, so that
`merge` can link the Applications of all shards without reading a manifest.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.render import has_errors
from velac.compiler.disk import Disk
from velac.compiler.fleet.data import decoded_summary, encoded_summary
from velac.compiler.ir.summary import AppSummary
from velac.compiler.link import link
from velac.compiler.output.paths import STATE
from velac.compiler.output.state import committed_digests, content_digest
from velac.grammar.record import record

_NOTE: Final = "shard.json"
_FORMAT: Final = 2


@final
@record
class Shard:
    """Part `number` (from 1) of `count`."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def parse_shard(text: str) -> Shard | None:
    """`2/5`; None for anything else."""
    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal()):
        return None
    shard = Shard(int(number), int(count))
    return shard if 1 <= shard.number <= shard.count else None


def write_note(
    directory: str, shard: Shard, summaries: Sequence[AppSummary], clusters: Sequence[str]
) -> None:
    """Say beside the index of an output which shard it is, of which Applications and of a fleet of which clusters."""
    data = {
        "format": _FORMAT,
        "shard": [shard.number, shard.count],
        "clusters": list(clusters),
        "applications": [encoded_summary(summary) for summary in summaries],
    }
    path = os.path.join(directory, STATE, _NOTE)
    disk = Disk()
    disk.write(path + ".new", (json.dumps(data) + "\n").encode())
    disk.rename(path + ".new", path)


@final
@record
class Shards:
    """All shards of a build, linked; `diagnostics` are what linking warns about."""

    directories: tuple[str, ...]
    summaries: tuple[AppSummary, ...]
    clusters: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The files of all shards. Raises Rejected (V802) where one was edited or is gone."""
        for directory in self.directories:
            for path, digest in sorted(committed_digests(directory).items()):
                yield path, _content(directory, path, digest)


def read_shards(directories: Sequence[str]) -> Shards:
    """The shards in these directories. Raises Rejected: V802 where one is missing or damaged, V707 where they clash."""
    summaries: list[AppSummary] = []
    clusters: dict[str, None] = {}
    shards: dict[Shard, str] = {}
    for directory in directories:
        shard, own, names = _read_note(directory)
        if shard in shards:
            raise _unfit(directory, f"is shard {shard}, and so is `{shards[shard]}`")
        shards[shard] = directory
        summaries += own
        clusters |= dict.fromkeys(names)
    count = max(shard.count for shard in shards)
    missing = [n for n in range(1, count + 1) if Shard(n, count) not in shards]
    if missing or len(shards) != count:
        listed = ", ".join(f"{n}/{count}" for n in missing) or "some"
        raise _unfit(directories[0], f"is one of {count} shards; missing: {listed}")
    summaries.sort(key=lambda s: (s.namespace, s.name))
    problems = link(summaries)
    if has_errors(problems):
        raise Rejected(*problems)
    return Shards(tuple(directories), tuple(summaries), tuple(clusters), tuple(problems))


def _content(directory: str, path: str, digest: str) -> bytes:
    try:
        with open(os.path.join(directory, path), "rb") as file:
            content = file.read()
    except OSError as error:
        raise _unfit(directory, f"lacks `{path}`") from error
    if content_digest(content) != digest:
        raise _unfit(directory, f"holds `{path}`, which was edited after it was written")
    return content


def _read_note(directory: str) -> tuple[Shard, list[AppSummary], list[str]]:
    path = os.path.join(directory, STATE, _NOTE)
    try:
        with open(path, "rb") as file:
            data: Any = json.loads(file.read())
        if data["format"] != _FORMAT:
            raise ValueError(data["format"])
        number, count = data["shard"]
        summaries = [decoded_summary(item) for item in data["applications"]]
        return Shard(int(number), int(count)), summaries, list(map(str, data["clusters"]))
    except FileNotFoundError as error:
        raise _unfit(directory, "is not the output of `velac build --shard`") from error
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unfit(directory, "has a damaged note about its shard") from error


def _unfit(directory: str, why: str) -> Rejected:
    return Rejected(Diagnostic("V802", f"`{directory}` {why}"))
