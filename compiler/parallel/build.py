"""A build in shares: Applications that are read, planned, rendered, emitted and staged together.

Several processes have shares of their own, and a process goes through its shares one by one, so that memory is
bounded however many Applications there are. What goes back to the first process is small: summaries for linking,
diagnostics, digests. Only files per Application or object can be made that way; every other output is made as a whole.
So is one of which a share finds anything wrong: what a build tells does not depend on how it was divided.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.render import arranged, has_errors, repetition_key
from velac.compiler.driver import Progress, Session, without_ignored
from velac.compiler.fleet.keep import with_inventory
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.summary import AppName, AppSummary, name_of
from velac.compiler.ir.values import Values
from velac.compiler.link import link
from velac.compiler.load.bundle import Later
from velac.compiler.load.files import InputFile
from velac.compiler.output.paths import Files, checked
from velac.compiler.output.write import Beside, Part, Stage, Written, write_output, write_parts
from velac.compiler.parallel.pieces import can_be_cut, cut, joined, work_of
from velac.compiler.processes import Turns, paying, run_parts
from velac.compiler.result import CompileResult, Statistics
from velac.grammar.record import record, slotted

if TYPE_CHECKING:
    from velac.compiler.parallel.shard import Shard

_WORTH_A_PROCESS: Final = 2_000
"""Applications times clusters that make up for a process: it prepares templates and traces of its own, 0.15 s of CPU."""

_WORTH_A_PIECE: Final = 4_000
"""Files to write, and three for each component to render in a class, that make up for a process for a piece."""

_FEW: Final = 4
"""With fewer Applications for each process all are cut into pieces."""

_WORTH_A_WRITER: Final = 500
"""Applications times clusters, of which each has a file at least, that make up for a process that only writes."""

_TOGETHER: Final = 64
"""Files that one writer writes in a row: neighbours often have the same content."""

_SHARE: Final = 96 * 1024
"""Characters of the files of one share: they take a hundred times as many bytes until they are written."""

_AT_ONCE: Final = 1024 * 1024
"""Characters of files that one process builds as a whole."""

_AT_ONCE_CUT: Final = 4 * _AT_ONCE
"""Characters of files that one process reads, so that what they hold may be cut."""

_LONE: Final = 1.5
"""Shares of a process that one file makes up where it is better to cut what it holds."""

_SHARES_OF_PROCESS: Final = 4
"""At least so many, so that processes end at about the same time."""

Built = tuple[CompileResult, Written | None]

Filer = Callable[[Session, Sequence[AppPlan], CompileResult], Iterable[tuple[str, bytes]]]
Expect = Callable[[Session, Iterable[str]], None]


@final
@record
class Share:
    """What is made together: Applications in files still to be read, in documents, or planned already."""

    files: tuple[InputFile, ...] = ()
    documents: tuple[Values, ...] = ()
    plans: tuple[AppPlan, ...] = ()


@final
@slotted
class Answer:
    """What comes back of shares. `sound` means that all of them went without an error, and held what was expected."""

    sound: bool = True
    parts: list[Part] = field(default_factory=list)
    summaries: list[AppSummary] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    statistics: Statistics = field(default_factory=Statistics)
    policies: set[AppName] = field(default_factory=set)
    flows: set[AppName] = field(default_factory=set)
    """Standalone policies and workflows in use."""
    held: dict[str, list[AppName]] = field(default_factory=dict)
    """The Applications by the name of their file."""
    referred: set[tuple[str, int]] = field(default_factory=set)
    """The places of objects of the repository that were referred to."""
    told: dict[tuple[AppName, int], set[tuple[object, ...]]] = field(default_factory=dict)
    """What was told of each piece of an Application."""
    done: set[int] = field(default_factory=set)
    """The numbers of the shares."""

    def add(self, other: Answer) -> None:
        """Add what comes back of more shares."""
        self.sound &= other.sound
        self.parts += other.parts
        self.summaries += other.summaries
        self.diagnostics += other.diagnostics
        self.statistics.add(other.statistics)
        self.policies |= other.policies
        self.flows |= other.flows
        self.referred |= other.referred
        self.told |= other.told
        self.done |= other.done
        for name, apps in other.held.items():
            self.held.setdefault(name, []).extend(apps)


def all_files(session: Session, plans: Sequence[AppPlan], result: CompileResult) -> Files:
    """The files of a result, which nobody else looks at."""
    return result.files()


def _nothing(session: Session, names: Iterable[str]) -> None:
    """Nobody wants to know beforehand."""


def build(
    session: Session,
    directory: str,
    jobs: int = 0,
    files: Filer = all_files,
    expect: Expect = _nothing,
    seen: Filer | None = None,
    *,
    divide: bool = True,
) -> Built:
    """Compile and write, by `jobs` processes (0: as many as pay). Nothing is written when there are errors.

    `files` gives the files of a result, or of a share, and may look at them as they pass; where there are shares
    `expect` is told beforehand the names of the input files that are read share by share. `seen` gives the same files
    where it is enough that one process looks at them. Without `divide` an Application is made by one process.

    Raises Rejected for what is wrong with the output directory. What is built in shares has a result without plan
    and manifests.
    """
    ended, later = session.opened()
    if ended is not None:
        return ended, None
    sound = not has_errors(session.diagnostics)
    if later and sound:
        clusters = len(session.bundle.inventory.clusters) or 1
        count = jobs or paying(len(later) * clusters, _WORTH_A_PROCESS)
        shares = shares_of(session, later, count)
        if len(shares) > 1:
            expect(session, [waiting.file.name for waiting in later])
            built = Shared(session, shares, min(count, len(shares)), files).build(directory)
            return built or local_build(session, directory, *session.whole(), files, jobs, seen)
    ended, plans = session.all_of(later)
    if ended is None and session.is_divisible() and not has_errors(session.diagnostics):
        count, shares = _planned(session, plans, jobs, divide=divide)
        if count > 1:
            expect(session, ())
            built = Shared(session, shares, count, files).build(directory)
            return built or local_build(session, directory, *session.whole(), files, jobs, seen)
    return local_build(session, directory, ended, plans, files, jobs, seen)


def _planned(
    session: Session, plans: Sequence[AppPlan], jobs: int, *, divide: bool
) -> tuple[int, list[Share]]:
    """How many processes may share what is planned already, and how: whole Applications, or pieces where there are few."""
    size = sum(len(group.clusters) for plan in plans for group in plan.classes)
    count = jobs or paying(size, _WORTH_A_PROCESS)
    if divide and len(plans) < _FEW * max(count, 2):
        work = sum(work_of(group) for plan in plans for group in plan.classes)
        count = jobs or max(count, paying(work, _WORTH_A_PIECE))
        divided = [count > 1 and can_be_cut(plan, count, session.resolver) for plan in plans]
        if any(divided):
            parts = [cut(plan, count) for plan, into in zip(plans, divided, strict=True) if into]
            parts += [[plan] for plan, into in zip(plans, divided, strict=True) if not into]
            return count, [Share(plans=(piece,)) for pieces in parts for piece in pieces]
    count = min(count, len(plans))
    return count, [Share(plans=tuple(plans[number::count])) for number in range(count)]


def shares_of(session: Session, later: Later, count: int) -> list[Share]:
    """How `count` processes may share these files; a single share where all is to be built as a whole."""
    total = sum(waiting.size for waiting in later)
    own = tuple(session.bundle.applications)
    # One file that is most of all: there are pieces for its Application once it is planned.
    lone = max((waiting.size for waiting in later), default=0) * count > _LONE * total
    at_once = _AT_ONCE if count < 2 else _AT_ONCE_CUT if lone else 0
    if total <= at_once:
        return [Share(tuple(waiting.file for waiting in later), own)]
    limit = min(_SHARE, total // (count * _SHARES_OF_PROCESS) + 1)
    shares = [Share(documents=own)] if own else []
    files: list[InputFile] = []
    size = 0
    for waiting in later:
        files.append(waiting.file)
        size += waiting.size
        if size >= limit:
            shares.append(Share(tuple(files)))
            files, size = [], 0
    if files:
        shares.append(Share(tuple(files)))
    return shares


def local_build(
    session: Session,
    directory: str,
    result: CompileResult | None,
    plans: Sequence[AppPlan],
    files: Filer = all_files,
    jobs: int = 1,
    seen: Filer | None = None,
) -> Built:
    """What comes after planning: made by this process alone, and written by up to `jobs` (0: as many as pay).

    The others write what `seen` gives where `files` looks at what passes, since one look is enough.
    """
    result = result or session.finished(plans)
    if not result.ok:
        return result, None
    session.tell("write", 0, 0)
    beside = kept_beside(session, directory, lambda: result.summaries)
    size = sum(len(group.clusters) for app in result.manifests.apps for group in app.groups)
    count = jobs or paying(size, _WORTH_A_WRITER)

    def parts(stage: Stage) -> list[Part]:
        def one(number: int) -> Part:
            given = files if number == 0 or seen is None else seen
            return stage(number, _every(count, number, given(session, plans, result)))

        return run_parts(count, one)

    if count < 2:
        written = write_output(directory, files(session, plans, result), beside=beside)
    else:
        with forking():
            written = write_parts(directory, parts, beside=beside)
    return result, written


def _every(count: int, number: int, files: Files) -> Files:
    """The files that one of several writers writes; the first one makes sure of the paths of all."""
    every = checked(files) if number == 0 else files
    return (item for at, item in enumerate(every) if at // _TOGETHER % count == number)


@contextmanager
def forking() -> Iterator[None]:
    """Collections after a fork would copy every page they look at."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def kept_beside(
    session: Session, directory: str, summaries: Callable[[], Sequence[AppSummary]]
) -> Beside:
    """What is kept beside an output: the inventory, and where the project keeps any, revisions."""
    revisions = session.revisions
    return with_inventory(
        directory,
        session.project.record,
        summaries,
        session.bundle.inventory.clusters,
        before=session.record,
        highest={} if revisions is None else revisions.highest,
        first=session.keep_first,
    )


def build_shard(
    session: Session, directory: str, shard: Shard
) -> tuple[CompileResult, Written | None]:
    """Compile and write one shard of the Applications, for `merge`. Raises Rejected, also where output cannot be divided."""
    result, plans = session.planned()
    if result is not None:
        return result, None
    if not session.is_divisible():
        text = "only the layouts `app` and `object` of the backend `plain` can be built in shards"
        raise Rejected(Diagnostic("V804", text))
    result = session.finished(plans[shard.number - 1 :: shard.count])
    if not result.ok:
        return result, None
    from velac.compiler.parallel.shard import write_note

    written = write_output(directory, result.files())
    write_note(directory, shard, result.summaries, tuple(session.bundle.inventory.clusters))
    return result, written


class Shared:
    """One build in shares, by one process or several."""

    __slots__ = (
        "_cut",
        "_directory",
        "_files",
        "_linked",
        "_session",
        "_shares",
        "_tell",
        "_total",
        "count",
    )

    def __init__(
        self, session: Session, shares: Sequence[Share], count: int, files: Filer = all_files
    ) -> None:
        self._session = session
        self._shares = shares
        self._cut = {
            name_of(plan.app) for share in shares for plan in share.plans if plan.pieces > 1
        }
        self._directory = ""
        self._files = files
        self._total = Answer()
        self._linked: list[Diagnostic] = []
        self._tell: Progress | None = None
        self.count = count

    def build(self, directory: str) -> Built | None:
        """The build; None, and nothing written, where it has to be made as a whole. Raises Rejected."""
        self._directory = os.path.abspath(directory)
        session = self._session
        before, own = list(session.diagnostics), list(session.bundle.applications)
        self._tell = session.silenced()
        try:
            beside = kept_beside(session, directory, lambda: self._total.summaries)
            with forking():
                written = write_parts(directory, self._parts, beside=beside)
        except _Stopped:
            return None
        finally:
            session.heard(self._tell)
            session.bundle.applications = own
        total = self._total
        found = without_ignored(before, total.referred) + total.diagnostics + self._linked
        found += session.unused(total.policies, total.flows)
        result = session.result_of((), arranged(found), self._statistics())
        result.summaries = tuple(total.summaries)
        session.held = total.held
        return result, written

    def _parts(self, stage: Stage) -> list[Part]:
        """All parts, staged. Raises Rejected for what is wrong with the output, _Stopped where a whole build tells."""
        total = self._total = Answer()
        for answer in self.parts(self._directory, stage):
            total.add(answer)
        total.summaries.sort(key=lambda s: (s.namespace, s.name))
        total.summaries = joined(total.summaries, self._cut)
        names = {(s.namespace.lower(), s.name.lower()) for s in total.summaries}
        sound = (
            total.sound
            and len(names) == len(total.summaries)
            # What is told once for an Application depends on what its other classes had told before.
            and all(found <= total.told[name, 0] for (name, _), found in total.told.items())
        )
        self._linked = link(total.summaries) if sound else []
        if not sound or has_errors(self._linked):
            raise _Stopped
        return total.parts

    def parts(self, directory: str, stage: Stage) -> list[Answer]:
        """The answers of all processes, in order. Raises Rejected."""
        count = len(self._shares)
        if self._cut or self.count < 2 or count > Turns.MOST:
            # Pieces stay in the order of their processes.
            return run_parts(self.count, lambda n: self._own(n, range(n, count, self.count), stage))
        turns = Turns(count)
        try:
            answers = run_parts(self.count, lambda number: self._own(number, turns, stage))
        finally:
            turns.close()
        if all(answer.sound for answer in answers):
            # A process that is lost has taken turns with it.
            lost = set(range(count)).difference(*[answer.done for answer in answers])
            answers.append(self._own(0, sorted(lost), stage))
        return answers

    def _own(self, number: int, turns: Iterable[int], stage: Stage) -> Answer:
        """The shares of one process. Nobody goes on after something wrong."""
        total = Answer()
        for at in turns:
            if not total.sound:
                continue
            if number == 0 and self._tell is not None:
                self._tell("build", at, len(self._shares))
            total.add(self.local(at, stage))
            total.done.add(at)
        return total

    def local(self, number: int, stage: Stage) -> Answer:
        """One share, made and staged here."""
        answer, passing = self._made(number)
        if passing is not None:
            answer.parts.append(stage(number, passing))
        return answer

    def returned(self, number: int) -> tuple[Answer, list[tuple[str, bytes]] | None]:
        """One share, made here, to be staged by somebody else; None for its files where they are not to be written."""
        answer, passing = self._made(number)
        return answer, None if passing is None else list(passing)

    def _made(self, number: int) -> tuple[Answer, Files | None]:
        session, share = self._session, self._shares[number]
        # Those of pieces are counted one by one; diagnostics of what was planned before are there already.
        before = set(map(repetition_key, session.diagnostics)) if self._cut else set()
        try:
            plans = share.plans or session.take(share.files, share.documents)
            if plans is None:
                return Answer(sound=False), None
            result = session.part(plans)
        except Rejected:
            return Answer(sound=False), None
        if not result.ok:
            return Answer(sound=False), None
        answer = Answer(
            summaries=list(result.summaries),
            diagnostics=result.diagnostics,
            statistics=result.statistics,
            referred=session.referred(),
        )
        for plan in plans:
            if plan.pieces > 1:
                found = set(map(repetition_key, result.diagnostics)) - before
                answer.told[name_of(plan.app), plan.piece] = found
            if plan.piece:
                answer.statistics.applications -= 1
                continue
            policies, flow = session.uses(plan)
            answer.policies.update(policies)
            answer.flows.add(flow)
            answer.held.setdefault(plan.app.name_span.file.name, []).append(name_of(plan.app))
        return answer, self._files(session, plans, result)

    def _statistics(self) -> Statistics:
        total = self._total.statistics
        clusters: set[str] = set()
        for summary in self._total.summaries:
            clusters.update(*(group.clusters for group in summary.classes))
        total.clusters = len(clusters)
        return total


class _Stopped(Rejected):
    """A build of the whole has to tell more."""

    def __init__(self) -> None:
        super().__init__()
