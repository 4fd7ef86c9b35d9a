"""The build command's way to build: what is remembered is written, the rest is compiled and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import chain
from typing import Any

import orjson

from velac.compiler.cache.inputs import Inputs, Sorts, digest_of_file, keep_sorts, read_inputs
from velac.compiler.cache.memory import Around, Memory, Output, keep_around, keep_whole
from velac.compiler.cache.records import Facts, Gone, Record, Recorder, files_of, piece_key
from velac.compiler.diagnostics.model import Diagnostic, Severity
from velac.compiler.driver import Progress, Session
from velac.compiler.fleet.data import decoded_summary, encoded_summary
from velac.compiler.fleet.inventory import Inventory, encoded_inventory
from velac.compiler.fleet.prune import collect
from velac.compiler.garbage import until_end
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.summary import AppName, AppSummary, name_of
from velac.compiler.ir.values import Values
from velac.compiler.link import link
from velac.compiler.load.bundle import Bundle
from velac.compiler.output.write import Written
from velac.compiler.parallel.build import all_files, build, kept_beside
from velac.compiler.result import CompileResult

Built = tuple[CompileResult, Written | None]


def remembering_build(
    memory: Memory, directory: str, jobs: int, progress: Progress | None = None
) -> Built:
    """Compile and write as `parallel.build.build` does, with the help of the cache."""
    if memory.pays:
        output = memory.output or Output(memory.store, directory, memory.records.values())
        built = _partial(memory, output, progress)
        output.close()
        if built is not None:
            return built
    session = Session(memory.options, progress)
    session.ahead = memory.ahead
    keeper = _Keeper(memory)
    result, written = build(session, directory, jobs, keeper.files, keeper.expect, all_files)
    if written is not None:
        keeper.finish(session, result, Output(memory.store, directory, (), written.index))
    until_end(session)
    return result, written


def _partial(memory: Memory, output: Output, progress: Progress | None) -> Built | None:
    """The build with only the files compiled that are not known; None where a whole build has to tell more."""
    session = Session(memory.options, progress)
    session.skip(frozenset(unit.real for unit in memory.known))
    early, plans = session.planned()
    if early is not None or not session.is_divisible():
        return None
    if {unit.name for unit in memory.missing} - only_applications(session.bundle).keys():
        return None
    records = dict(memory.records)
    if records.keys() & {name_of(plan.app) for plan in plans}:
        return None
    if memory.unused(records.values(), (session.uses(plan) for plan in plans)):
        return None
    try:
        before = [_summary(record) for record in records.values()]
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    result = session.finished(plans, linked=False)
    if not result.ok or _clash(before, result.summaries):
        return None
    if _told(result.diagnostics, frozenset(unit.name for unit in memory.missing)) is None:
        return None
    keeper = _Keeper(memory)
    session.tell("write", 0, 0)
    new = result.summaries
    beside = kept_beside(session, output.directory, lambda: _in_order(before, new))
    try:
        written = output.write(keeper.files(session, plans, result), beside)
    except Gone:
        return None
    _add(result, before, records.values())
    keeper.finish(session, result, output)
    until_end(session)
    return result, written


def _summary(record: Record) -> AppSummary:
    """The summary of an Application that was built before. Raises what `decoded_summary` does."""
    first, *more = (decoded_summary(orjson.loads(text)) for text in record.facts.summaries)
    return replace(first, classes=tuple(chain(first.classes, *(one.classes for one in more))))


def _clash(before: Sequence[AppSummary], new: Sequence[AppSummary]) -> list[Diagnostic]:
    return link(_in_order(before, new))


def _in_order(*parts: Sequence[AppSummary]) -> tuple[AppSummary, ...]:
    return tuple(sorted(chain(*parts), key=lambda s: (s.namespace, s.name)))


def _add(result: CompileResult, before: list[AppSummary], records: Iterable[Record]) -> None:
    """Make the result that of all Applications, as far as it is asked for."""
    numbers = result.statistics
    found = {name for s in (*before, *result.summaries) for name in s.clusters}
    numbers.clusters = len(found)
    for record in records:
        numbers.applications += 1
        numbers.objects += record.facts.objects
        numbers.classes += record.facts.classes
    result.summaries = _in_order(before, result.summaries)


# --------------------------------------------------------------------------------------------------- remembering


class _Keeper:
    """Keeps what a build makes, where there is nothing to say about it."""

    __slots__ = ("_expected", "_found", "_memory", "_places")

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._expected: dict[str, list[AppName]] = {}
        self._places: dict[str, str] = {}
        self._found: tuple[Inputs | None] | None = None

    def expect(self, session: Session, names: Iterable[str]) -> None:
        """These files will be read later, share by share, and hold nothing but Applications."""
        self._expected = {name: [] for name in names}
        inputs = self._inputs(session)
        self._places = {unit.name: unit.real for unit in inputs.units} if inputs is not None else {}

    def files(
        self, session: Session, plans: Sequence[AppPlan], result: CompileResult
    ) -> Iterator[tuple[str, bytes]]:
        """The files of a result; every Application without diagnostics is kept while they pass by."""
        keys = self._keys_of(session, plans, result)
        if not keys:
            return result.files()
        recorder = Recorder(self._memory.store, keys)
        parts = zip(plans, result.manifests.apps, result.summaries, strict=True)
        for plan, app, summary in parts:
            facts = Facts(
                *session.uses(plan),
                len(plan.classes),
                sum(len(g.clusters) * len(g.manifests) for g in app.groups),
                (orjson.dumps(encoded_summary(summary)).decode(),),
                plan.pieces,
            )
            recorder.expect((app.namespace, app.name), [g.clusters for g in app.groups], facts)
        return recorder.passing(result.files())

    def _keys_of(
        self, session: Session, plans: Sequence[AppPlan], result: CompileResult
    ) -> dict[AppName, str]:
        """The keys of the Applications that can be kept."""
        inputs = self._inputs(session)
        if inputs is None or not session.is_divisible():
            return {}
        own = {name_of(plan.app): plan.app.name_span.file.name for plan in plans}
        pieces = {name_of(plan.app): plan.piece for plan in plans}
        told = _told(result.diagnostics, frozenset(own.values()))
        if told is None:
            return {}
        return {
            app: piece_key(inputs.key_of(name, app), pieces[app])
            for app, name in own.items()
            if name not in told and name in inputs.contents and self._is_same(inputs, name)
        }

    def _is_same(self, inputs: Inputs, name: str) -> bool:
        """Whether a file is what it was, after it was read."""
        if name not in self._expected:
            return True  # looked at after reading anyway
        try:
            return digest_of_file(self._places[name]) == inputs.contents[name]
        except OSError:
            return False

    def _inputs(self, session: Session) -> Inputs | None:
        """The inputs as the session has sorted them; None when they have changed since they were looked at."""
        if self._found is None:
            memory = self._memory
            inputs = read_inputs(memory.options, memory.store, self._sorts(session))
            same = inputs is not None and inputs.everything == memory.inputs.everything
            self._found = (inputs if same else None,)
        return self._found[0]

    def _sorts(self, session: Session) -> Sorts:
        contents = self._memory.inputs.contents
        held = session.held or {}
        found = only_applications(session.bundle)
        found |= {name: held.get(name, apps) for name, apps in self._expected.items()}
        found |= {
            unit.name: [*unit.keys] for unit in self._memory.known if unit.real in session.skipped
        }
        return {content: found.get(name) for name, content in contents.items()}

    def finish(
        self,
        session: Session,
        result: CompileResult,
        output: Output,
    ) -> None:
        """After a build that has written its output: note what belongs together."""
        memory = self._memory
        if self._expected:
            # Which Applications there are is known only now.
            self._found = None
        inputs = self._inputs(session)
        if inputs is None:
            return
        keep_sorts(memory.options, memory.store, self._sorts(session))
        keys = [key for unit in inputs.units for key in unit.keys.values()]
        output.stamp(files_of(memory.store, keys))
        if any(d.severity is not Severity.NOTE for d in result.diagnostics):
            return
        if session.is_divisible():
            now = Memory(memory.options, memory.store, inputs)
            keep_around(now, Around(*map(frozenset, session.standalone())))
            keep_whole(now, output.directory, _first_inventory(session, result))


def _first_inventory(session: Session, result: CompileResult) -> bytes | bytearray:
    """The inventory beside the output of a first build."""
    if session.first_inventory is not None:
        return session.first_inventory
    clusters = frozenset(session.bundle.inventory.clusters)
    return encoded_inventory(collect(Inventory(), result.summaries, clusters).inventory)


def _told(diagnostics: Iterable[Diagnostic], own: frozenset[str]) -> set[str] | None:
    """The files that diagnostics are about, notes left aside; None where one is about none of them."""
    told: set[str] = set()
    for diagnostic in diagnostics:
        if diagnostic.severity is Severity.NOTE:
            continue
        names = {label.span.file.name for label in diagnostic.labels} & own
        if not names:
            return None
        told |= names
    return told


def only_applications(bundle: Bundle) -> dict[str, list[AppName]]:
    """The Applications of each file that holds nothing else of interest; none where a bundle has parts unknown to us."""
    found: dict[str, list[AppName]] = {}
    others: set[str] = set()
    for item in fields(bundle):
        value: Any = getattr(bundle, item.name)
        if item.name == "applications":
            for document in value:
                found.setdefault(document.span(("kind",)).file.name, []).append(_name_in(document))
        elif item.name == "definitions":
            others.update(entry.span.file.name for entry in value.entries())
        elif item.name in ("policies", "workflows", "objects"):
            others.update(document.span(("kind",)).file.name for document in value)
        elif item.name not in ("inventory", "diagnostics"):
            return {}
    return {name: apps for name, apps in found.items() if name not in others}


def _name_in(document: Values) -> AppName:
    metadata = document.data.get("metadata")
    data = metadata if isinstance(metadata, dict) else {}
    return str(data.get("namespace") or "default"), str(data.get("name"))
