"""Finding test files and their definitions, running them, side by side if wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, final

from velac.compiler.cue.errors import CueError
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.builtin import read_definition
from velac.compiler.load.definition import Definition
from velac.compiler.load.documents import read_documents
from velac.compiler.load.files import Files, InputFile
from velac.compiler.workbench.collect import (
    SNAPSHOT_SUFFIX,
    TEST_SUFFIX,
    collect,
    collect_packages,
    find_one,
)
from velac.compiler.workbench.fuzz import Finding, fuzz
from velac.compiler.workbench.go_yaml3 import emit
from velac.compiler.workbench.suite import Suite, read_suite
from velac.compiler.workbench.template import Packages
from velac.compiler.workbench.testing import Bench, Outcome, SuiteResult, run_suite
from velac.grammar.source import SourceFile


@final
@dataclass(frozen=True, slots=True)
class Job:
    """One test file, and how it is to be run; `label` is what a built-in definition's file is called."""

    path: str
    label: str = ""
    definitions: tuple[str, ...] = ()
    coverage: bool = False
    update: bool = False


@final
@dataclass(slots=True)
class Report:
    """What became of one job; branches never reached are told as `file:line:column`, text and source."""

    result: SuiteResult | None = None
    missing: list[tuple[str, str]] = field(default_factory=list)
    counts: tuple[int, int] = (0, 0)
    diagnostics: tuple[Diagnostic, ...] = ()


def find_tests(paths: Iterable[str]) -> list[str]:
    """The test files below the paths. Raises Rejected for paths that do not exist."""
    files = Files()
    found = [file.path for file in files.find(paths) if file.name.endswith(TEST_SUFFIX)]
    if files.diagnostics:
        raise Rejected(*files.diagnostics)
    return found


def builtin_tests() -> list[tuple[str, str]]:
    """The test files of the built-in definitions, each with the label of its folder."""
    spec = find_spec("velac.compiler.definitions")
    places = spec.submodule_search_locations if spec is not None else None
    return [
        (str(path), f"<velac>/{path.relative_to(place).parent.as_posix()}")
        for place in places or ()
        for path in sorted(Path(place).glob(f"**/*{TEST_SUFFIX}"))
    ]


def run_jobs(jobs: Sequence[Job], workers: int = 1) -> Iterator[Report]:
    """The reports, in the order of the jobs."""
    if workers <= 1 or len(jobs) < 2:
        yield from map(run_job, jobs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_job, jobs, chunksize=max(1, len(jobs) // (4 * workers)))


def run_job(job: Job) -> Report:
    """Run one test file; problems of the file or its definition are in the report."""
    try:
        name = f"{job.label}/{Path(job.path).name}" if job.label else ""
        suite = read_suite(job.path, name)
        definition = definition_of(suite, job)
        packages = _packages_of(job)
    except Rejected as error:
        return Report(diagnostics=error.diagnostics)
    place = Path(job.path.removesuffix(TEST_SUFFIX) + SNAPSHOT_SUFFIX)
    snapshots = _read_snapshots(place)
    result = run_suite(
        suite,
        definition,
        coverage=job.coverage,
        packages=packages,
        snapshots=snapshots,
        update=job.update,
    )
    if job.update:
        _write_snapshots(place, result.outcomes)
    report = Report(result)
    if result.coverage is not None:
        report.counts = result.coverage.counts
        report.missing = [
            (str(span), f"{text}: {span.file.text[span.start : span.end].split(chr(10))[0][:80]}")
            for span, text in result.coverage.missing
        ]
        result.coverage = None
    return report


def definition_of(suite: Suite, job: Job) -> Definition:
    """The definition that a suite tests: beside it, else among `-d`, else built in. Raises Rejected."""
    folder = Path(job.path).parent
    beside = folder / f"{suite.definition}.cue"
    if job.label:
        source = SourceFile(f"{job.label}/{beside.name}", beside.read_text(encoding="utf-8"))
        return read_definition(source)
    near = [str(p) for p in (beside, beside.with_suffix(".yaml")) if p.is_file()]
    diagnostics: list[Diagnostic] = []
    for found in collect(near, diagnostics):
        if found.definition.name == suite.definition and suite.type in (
            None,
            found.definition.type,
        ):
            return found.definition
    if diagnostics:
        raise Rejected(*diagnostics)
    return find_one(suite.definition, suite.type, (*job.definitions, str(folder))).definition


def _packages_of(job: Job) -> Packages:
    """The external packages beside a test file and among `-d`. Raises Rejected."""
    if job.label:
        return {}
    diagnostics: list[Diagnostic] = []
    found = collect_packages((*job.definitions, str(Path(job.path).parent)), diagnostics)
    if diagnostics:
        raise Rejected(*diagnostics)
    return found


def run_fuzz(
    definition: Definition, count: int, seed: int, packages: Packages | None = None
) -> list[Finding]:
    """Draw parameters for a definition. Raises Rejected when its template is broken."""
    bench = Bench(definition, packages=packages)
    if bench.program is None:
        error = bench.error
        if isinstance(error, CueError):
            raise Rejected(
                *(
                    Diagnostic(p.code, p.message, tuple(Label(s) for s in p.spans))
                    for p in error.problems
                )
            )
        return []
    return fuzz(bench, count, seed)


def _read_snapshots(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    files = Files()
    problems: list[Diagnostic] = []
    source = files.read(InputFile(str(path), str(path)))
    documents = [] if source is None else list(read_documents(source, problems))
    if problems or files.diagnostics:
        raise Rejected(*problems, *files.diagnostics)
    data = documents[0].data if documents else {}
    return data if isinstance(data, dict) else {}


def _write_snapshots(path: Path, outcomes: Iterable[Outcome]) -> None:
    kept = {outcome.name: outcome.snapshot for outcome in outcomes if outcome.snapshot}
    if kept:
        path.write_text(emit(kept), encoding="utf-8")
    elif path.is_file():
        path.unlink()
