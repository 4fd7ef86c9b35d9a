"""Building again: Applications of which nothing has changed are taken from the cache, up to a whole build.

Only what went without a single diagnostic is kept, so that a build that takes it has none to repeat. Whatever is
unusual (a name that is there twice, Applications that do not get along, a policy that nobody uses any more) is left to
a whole build, which says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import field, replace
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, final

import orjson

from velac.compiler.cache.inputs import Inputs, Unit, read_inputs
from velac.compiler.cache.records import Gone, Record, read_record
from velac.compiler.cache.stamps import Look, Stamps, keep_stamps, read_stamps, stamps_of
from velac.compiler.ir.summary import AppName
from velac.compiler.options import Options
from velac.compiler.output.paths import STATE, Files
from velac.compiler.output.write import Beside, Part, Stage, Written, write_parts
from velac.compiler.processes import cores
from velac.compiler.store.store import Store, digest_of
from velac.grammar.record import record, slotted

if TYPE_CHECKING:
    from velac.compiler.load.ahead import Ahead

INVENTORY: Final = "inventory.json"
"""What a build leaves beside the index of its files."""

_FLEET: Final = "fleets"
_AROUND: Final = "around"

_WORTH_IT: Final = 3
"""At least one in so many files has to be known."""

_FEW: Final = 16
"""Files with more are read by several processes anyway."""


@final
@record
class Around:
    """The surroundings of Applications that gave no cause to say anything: standalone policies and workflows."""

    policies: frozenset[AppName]
    workflows: frozenset[AppName]


@final
@slotted
class Memory:
    """What is known of one build before it starts."""

    options: Options
    store: Store
    inputs: Inputs
    around: Around | None = None
    records: dict[AppName, Record] = field(default_factory=dict)
    missing: list[Unit] = field(default_factory=list)
    """Files of which some Application is not known."""
    output: Output | None = None
    """Where what is known is on its way to."""
    ahead: Ahead | None = None
    """Who reads a large file already."""

    @property
    def known(self) -> list[Unit]:
        """Files all of whose Applications are known."""
        lost = {unit.name for unit in self.missing}
        return [unit for unit in self.inputs.units if unit.name not in lost]

    @property
    def pays(self) -> bool:
        """Whether enough is known: several processes make all faster than one process the rest."""
        return self.around is not None and len(self.known) * _WORTH_IT > len(self.inputs.units)

    def begin(self, directory: str) -> None:
        """Begin to look at the output of what is known, where a build makes the rest, or to read what it will need."""
        if self.pays:
            self.output = Output(self.store, directory, self.records.values())
            self.output.look()
        elif len(self.inputs.units) <= _FEW and cores() > 1:
            from velac.compiler.load.ahead import Ahead, largest

            path = largest(unit.real for unit in self.inputs.units)
            self.ahead = Ahead(path) if path else None

    def close(self) -> None:
        """End what `begin` has begun."""
        for begun in (self.output, self.ahead):
            if begun is not None:
                begun.close()

    def unused(self, records: Iterable[Record], more: Iterable[tuple[Any, Any]] = ()) -> bool:
        """Whether a standalone policy or workflow is used by none of these; `more` are uses besides the records."""
        assert self.around is not None
        policies, flows = set(self.around.policies), set(self.around.workflows)
        for used, flow in chain(((r.facts.policies, r.facts.workflow) for r in records), more):
            policies.difference_update(used)
            flows.discard(flow)
        return bool(policies or flows)


def recall(options: Options, store: Store) -> Memory | None:
    """What is known of a build; None when nothing can be."""
    if options.project.revisions or options.project.record:
        return None  # what is kept elsewhere decides about output too, or is written with it
    inputs = read_inputs(options, store) if store else None
    if inputs is None:
        return None
    memory = Memory(options, store, inputs, _read_around(store, inputs))
    if memory.around is None:
        return memory
    lower: set[AppName] = set()
    for unit in inputs.units:
        found = {app: read_record(store, key) for app, key in unit.keys.items()}
        folded = {(namespace.lower(), name.lower()) for namespace, name in found}
        if not found or None in found.values() or lower & folded or len(folded) < len(found):
            memory.missing.append(unit)
            continue
        lower |= folded
        memory.records |= {app: entry for app, entry in found.items() if entry is not None}
    return memory


def _read_around(store: Store, inputs: Inputs) -> Around | None:
    raw = store.get(_AROUND, inputs.surroundings)
    try:
        if raw is None:
            return None
        policies, workflows = orjson.loads(raw)
        return Around(frozenset(map(tuple, policies)), frozenset(map(tuple, workflows)))
    except (ValueError, TypeError):
        return None


def keep_around(memory: Memory, around: Around) -> None:
    """Note that the surroundings are in order."""
    data = [sorted(around.policies), sorted(around.workflows)]
    memory.store.put(_AROUND, memory.inputs.surroundings, orjson.dumps(data))


# -------------------------------------------------------------------------------------------------- writing


@final
class Output:
    """Writes what is remembered, beside new files; after that it knows the output's files by their entries."""

    __slots__ = ("_checked", "_index", "_look", "_records", "_stamps", "_store", "directory")

    def __init__(
        self, store: Store, directory: str, records: Iterable[Record], index: str = ""
    ) -> None:
        self._index = index
        self._store = store
        self.directory = directory
        self._records = sorted_records(records)
        self._checked: dict[str, str] = {}
        self._stamps: Stamps | None = None
        self._look: Look | None = None

    def look(self) -> None:
        """Begin to look at what is there already, while other things are done before `write`; see `close`."""
        self._stamps = read_stamps(self._store, self.directory)
        self._look = Look(self.directory, self._known(self._stamps))

    def close(self) -> None:
        """Look no more."""
        if self._look is not None:
            self._look.close()

    def _known(self, stamps: Stamps) -> list[Record]:
        return [entry for entry in self._records if entry.key in stamps.apps]

    def write(self, files: Files = (), beside: Beside | None = None) -> Written:
        """Make the directory hold these files and those of the records. Raises Gone where contents are missing."""
        stamps = self._stamps or read_stamps(self._store, self.directory)
        beside = replace(beside or Beside(), index=stamps.index)
        written = write_parts(
            self.directory, lambda stage: [self._part(stage, files, stamps)], beside=beside
        )
        self._index = written.index
        return written

    def _part(self, stage: Stage, files: Files, stamps: Stamps) -> Part:
        if self._look is not None and self._look.still:
            now = self._look.stamps()
        else:
            now = stamps_of(self.directory, self._known(stamps))
        same, others = [], []
        for entry in self._records:
            stamp = now.get(entry.key)
            if stamp and stamp == stamps.apps[entry.key]:
                self._checked[entry.key] = stamp
                same.append(entry)
            else:
                others.append(entry)
        part = stage(0, chain(files, *(entry.files() for entry in others)))
        for entry in same:
            entry.add_digests(part.digests)
            part.report.unchanged += entry.count
        return part

    def stamp(self, records: Iterable[Record]) -> None:
        """Remember the entries of the files of these records, which are in place now."""
        keep_stamps(self._store, self.directory, records, self._checked, self._index)


def sorted_records(records: Iterable[Record]) -> list[Record]:
    """Records in the order of their keys; files need no order, but runs should be alike."""
    return sorted(records, key=lambda entry: entry.key)


# --------------------------------------------------------------------------------------- nothing has changed


@final
@record
class Whole:
    """A build of which everything was known."""

    applications: int
    clusters: int
    objects: int
    classes: int
    written: Written


def write_whole(memory: Memory, directory: str) -> Whole | None:
    """Write a build that was there before as a whole; None when it was not."""
    if memory.around is None or memory.missing or not memory.records:
        return None
    beside = _beside(memory, directory)
    if beside is None:
        return None
    records = list(memory.records.values())
    output = Output(memory.store, directory, records)
    try:
        written = output.write(beside=beside)
    except Gone:
        return None
    output.stamp(records)
    _keep_here(memory, directory)
    clusters = {name for r in records for group in r.groups for name in group.clusters}
    return Whole(
        len(records),
        len(clusters),
        sum(entry.facts.objects for entry in records),
        sum(entry.facts.classes for entry in records),
        written,
    )


def _beside(memory: Memory, directory: str) -> Beside | None:
    """What goes beside the files of a build that was there before; None where that cannot be said.

    The inventory holds what earlier builds have left. So it is known where there was no earlier build, and where the
    last one had these inputs.
    """
    raw = memory.store.get(_FLEET, memory.inputs.key)
    if raw is None or memory.options.project.record:
        return None
    if not os.path.lexists(directory):
        return Beside(lambda: {INVENTORY: raw})
    same = memory.store.get(_FLEET, _here(directory)) == _state(memory, directory)
    return Beside() if same else None


def keep_whole(memory: Memory, directory: str, first: bytes | bytearray) -> None:
    """Note that these inputs were built without anything to say, and the inventory beside the files of a first build."""
    memory.store.put(_FLEET, memory.inputs.key, first)
    _keep_here(memory, directory)


def _keep_here(memory: Memory, directory: str) -> None:
    key, content = _here(directory), _state(memory, directory)
    if memory.store.get(_FLEET, key) != content:
        memory.store.put(_FLEET, key, content)


def _here(directory: str) -> str:
    return digest_of("here", os.path.realpath(directory))


def _state(memory: Memory, directory: str) -> bytes:
    """The inputs, and what lies beside the files now."""
    found = sha256(memory.inputs.key.encode())
    with suppress(OSError), open(os.path.join(directory, STATE, INVENTORY), "rb") as file:
        found.update(file.read())
    return found.hexdigest().encode()
