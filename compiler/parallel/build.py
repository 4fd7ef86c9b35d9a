"""A build whose Applications are shared out: each process renders, emits and stages its own.

What goes back to the first process is small: summaries for linking, diagnostics, digests. Only files per Application
or object can be made that way; every other output is made by one process.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Final

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

_WORTH_A_PROCESS: Final = 2_000
"""Applications times clusters that make up for a process: it prepares templates and traces of its own, 0.15 s of CPU."""

Built = tuple[CompileResult, Written | None]
Answer = tuple[Part | None, list[AppSummary], list[Diagnostic], Statistics]


Filer = Callable[[Session, Sequence[AppPlan], CompileResult], Iterable[tuple[str, bytes]]]


def _files(session: Session, plans: Sequence[AppPlan], result: CompileResult) -> Files:
    return result.files()


def build(session: Session, directory: str, jobs: int = 0, files: Filer = _files) -> Built:
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
            return Shared(session, plans, count, files).build(directory)
    return local_build(session, directory, result, plans, files)


def local_build(
    session: Session,
    directory: str,
    result: CompileResult | None,
    plans: Sequence[AppPlan],
    files: Filer = _files,
) -> Built:
    """What comes after planning, by this process alone."""
    result = result or session.finished(plans)
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
    revisions = session.revisions
    return with_inventory(
        directory,
        session.project.record,
        summaries,
        session.bundle.inventory.clusters,
        before=session.record,
        highest={} if revisions is None else revisions.highest,
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


class Shared:
    """One build by several processes."""

    __slots__ = ("_answers", "_directory", "_files", "_plans", "_session", "count")

    def __init__(
        self, session: Session, plans: Sequence[AppPlan], count: int, files: Filer = _files
    ) -> None:
        self._session = session
        self._plans = plans
        self._directory = ""
        self.count = count
        self._files = files
        self._answers: list[Answer] = []

    def build(self, directory: str) -> Built:
        """The build. Raises Rejected."""
        self._directory = os.path.abspath(directory)
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
        self._answers = self.parts(self._directory, stage)
        parts = [part for part, _, _, _ in self._answers if part is not None]
        if len(parts) < self.count or has_errors(self._linked()):
            raise _Stopped
        return parts

    def parts(self, directory: str, stage: Stage) -> list[Answer]:
        """The answers of all processes, in order. Raises Rejected."""
        return run_parts(self.count, lambda number: self.local(number, stage))

    def local(self, number: int, stage: Stage) -> Answer:
        """One part, made and staged here."""
        (_, *rest), passing = self._made(number)
        return (None if passing is None else stage(number, passing), *rest)  # type: ignore[return-value]

    def returned(self, number: int) -> tuple[Answer, list[tuple[str, bytes]] | None]:
        """One part, made here, to be staged by somebody else; None for its files where there are errors."""
        answer, passing = self._made(number)
        return answer, None if passing is None else list(passing)

    def _made(self, number: int) -> tuple[Answer, Files | None]:
        plans = self._plans[number :: self.count]
        result = self._session.part(plans)
        passing = self._files(self._session, plans, result) if result.ok else None
        return (None, list(result.summaries), result.diagnostics, result.statistics), passing

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
            total.work.add(own.work)
            clusters.update(*(group.clusters for s in summaries for group in s.classes))
        total.clusters = len(clusters)
        return total


class _Stopped(Rejected):
    """Errors of the input, which are reported elsewhere."""

    def __init__(self) -> None:
        super().__init__()
