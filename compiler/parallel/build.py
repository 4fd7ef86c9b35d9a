"""A build whose Applications are shared out: each process renders, emits and stages its own.

What goes back to the first process is small: summaries for linking, diagnostics, digests. Only files per Application
or object can be made that way; every other output is made by one process.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.render import arranged, has_errors
from velac.compiler.driver import CompileResult, Session, Statistics
from velac.compiler.fleet.keep import with_inventory
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.summary import AppSummary
from velac.compiler.link import link
from velac.compiler.output import Beside, Files, Part, Stage, Written, write_output, write_parts
from velac.compiler.parallel.processes import cores, run_parts
from velac.compiler.parallel.shard import Shard, write_note
from velac.compiler.render.specialise import Stats, Work

_WORTH_A_PROCESS: Final = 400
"""Applications times clusters that make up for the cost of a process."""

Answer = tuple[Part | None, list[AppSummary], list[Diagnostic], Statistics]


Filer = Callable[[Session, Sequence[AppPlan], CompileResult], Iterable[tuple[str, bytes]]]


def _files(session: Session, plans: Sequence[AppPlan], result: CompileResult) -> Files:
    return result.files()


def build(
    session: Session, directory: str, jobs: int = 0, files: Filer = _files
) -> tuple[CompileResult, Written | None]:
    """Compile and write, by `jobs` processes (0: as many as pay). Nothing is written when there are errors.

    `files` gives the files of a result, or of a part, and may look at them as they pass.

    Raises Rejected for what is wrong with the output directory. With several processes the result holds the plan
    and the diagnostics, but no manifests.
    """
    result, plans = session.planned()
    if result is None:
        divisible = session.is_divisible() and not has_errors(session.diagnostics)
        count = _processes(plans, jobs) if divisible else 1
        if count > 1:
            return _Shared(session, plans, count, files).build(directory)
        result = session.finished(plans)
    if not result.ok:
        return result, None
    session.tell("write", 0, 0)
    beside = kept_beside(session, directory, lambda: result.summaries)
    written = write_output(directory, files(session, plans, result), beside=beside)
    return result, written


def kept_beside(
    session: Session, directory: str, summaries: Callable[[], Sequence[AppSummary]]
) -> Beside:
    """What is kept beside an output: the inventory, and where the project keeps any, revisions."""
    return with_inventory(
        directory,
        session.project.record,
        summaries,
        session.bundle.inventory.clusters,
        before=session.record,
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
    written = write_output(directory, result.files())
    write_note(directory, shard, result.summaries, tuple(session.bundle.inventory.clusters))
    return result, written


def _processes(plans: Sequence[AppPlan], jobs: int) -> int:
    if jobs:
        return min(jobs, len(plans))
    size = sum(len(group.clusters) for plan in plans for group in plan.classes)
    return max(1, min(cores(), len(plans), size // _WORTH_A_PROCESS))


@final
class _Shared:
    """One build by several processes."""

    __slots__ = ("_answers", "_count", "_files", "_plans", "_session")

    def __init__(
        self, session: Session, plans: Sequence[AppPlan], count: int, files: Filer
    ) -> None:
        self._session = session
        self._plans = plans
        self._count = count
        self._files = files
        self._answers: list[Answer] = []

    def build(self, directory: str) -> tuple[CompileResult, Written | None]:
        before = list(self._session.diagnostics)
        written: Written | None = None
        # Collections after a fork would copy every page they look at.
        gc.collect()
        gc.freeze()
        try:
            beside = kept_beside(self._session, directory, self._summaries)
            written = write_parts(directory, self._parts, beside=beside)
        except _Stopped:
            pass
        finally:
            gc.unfreeze()
        found = [d for _, _, diagnostics, _ in self._answers for d in diagnostics]
        found += before + self._linked()
        result = self._session.result_of(self._plans, arranged(found), self._statistics())
        result.summaries = tuple(self._summaries())
        return result, written

    def _parts(self, stage: Stage) -> list[Part]:
        """All parts, staged. Raises Rejected for what is wrong with the output, _Stopped for errors of the input."""

        def work(number: int) -> Answer:
            plans = self._plans[number :: self._count]
            result = self._session.part(plans)
            passing = self._files(self._session, plans, result) if result.ok else ()
            part = stage(number, passing) if result.ok else None
            return part, list(result.summaries), result.diagnostics, result.statistics

        self._answers = run_parts(self._count, work)
        parts = [part for part, _, _, _ in self._answers if part is not None]
        if len(parts) < self._count or has_errors(self._linked()):
            raise _Stopped
        return parts

    def _linked(self) -> list[Diagnostic]:
        return link(self._summaries())

    def _summaries(self) -> list[AppSummary]:
        found = [s for _, summaries, _, _ in self._answers for s in summaries]
        return sorted(found, key=lambda s: (s.namespace, s.name))

    def _statistics(self) -> Statistics:
        total = Statistics(applications=len(self._plans))
        clusters: set[str] = set()
        for _, summaries, _, own in self._answers:
            total.objects += own.objects
            total.classes += own.classes
            total.rendered += own.rendered
            _add(total.work, own.work)
            clusters.update(*(group.clusters for s in summaries for group in s.classes))
        total.clusters = len(clusters)
        return total


class _Stopped(Rejected):
    """Errors of the input, which are reported elsewhere."""

    def __init__(self) -> None:
        super().__init__()


def _add(total: Stats, own: Stats) -> None:
    total.fills += own.fills
    for name, work in own.traced.items():
        _count(total.traced.setdefault(name, Work()), work)
    for key, work in own.evaluations.items():
        _count(total.evaluations.setdefault(key, Work()), work)


def _count(total: Work, own: Work) -> None:
    total.count += own.count
    total.seconds += own.seconds
