"""`velac test`: unit tests of definitions."""

from __future__ import annotations

import json
import os

import click

from velac.compiler.commands.def_options import DEFINITIONS, output, write, write_json
from velac.compiler.commands.report import put_text, show
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.words import counted
from velac.compiler.workbench.collect import Found, builtin_definitions, collect, collect_packages
from velac.compiler.workbench.runner import (
    Job,
    Report,
    builtin_tests,
    find_tests,
    run_fuzz,
    run_jobs,
)


@click.command(help="Run the tests of definitions: `*.test.yaml` files below PATH.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--builtin", is_flag=True, help="Test the built-in definitions.")
@click.option(
    "--coverage", is_flag=True, help="Tell the branches of templates that no test reached."
)
@click.option("--update", is_flag=True, help="Write snapshots instead of comparing with them.")
@click.option(
    "--fuzz",
    "draws",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Draw N parameters for each.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Where drawing starts.")
@click.option("--junit", metavar="FILE", type=click.Path(), help="Write a JUnit report.")
@click.option("-j", "--jobs", type=int, default=1, show_default=True, help="Processes to use.")
@click.option("--watch", is_flag=True, help="Run again whenever a file below PATH changes.")
@DEFINITIONS
@output("text", "json")
def COMMAND(
    paths: tuple[str, ...],
    builtin: bool,
    coverage: bool,
    update: bool,
    draws: int,
    seed: int,
    junit: str | None,
    jobs: int,
    watch: bool,
    definitions: tuple[str, ...],
    format_: str,
) -> int:
    """Run, report; 1 when a test failed, a finding was made or, with --coverage, a branch was missed."""
    roots = paths or (() if builtin else (".",))

    def once() -> int:
        work = [Job(p, "", definitions, coverage, update) for p in find_tests(roots)]
        if builtin:
            work += [Job(p, label, (), coverage, update) for p, label in builtin_tests()]
        if not work and not draws:
            raise Rejected(Diagnostic("V316", "there are no `*.test.yaml` files"))
        reports = list(run_jobs(work, jobs))
        code = _tell(reports, coverage, format_) if work else 0
        if junit is not None:
            from velac.compiler.workbench.junit import junit as junit_text

            results = [r.result for r in reports if r.result is not None]
            put_text(junit, junit_text(results))
        return max(code, _fuzz(roots, builtin, draws, seed)) if draws else code

    if not watch:
        return once()
    return _watch(roots, once)


def _tell(reports: list[Report], coverage: bool, format_: str) -> int:
    problems = [d for report in reports for d in report.diagnostics]
    results = [report.result for report in reports if report.result is not None]
    cases = sum(len(r.outcomes) for r in results)
    failed = sum(r.failed for r in results)
    reached = sum(report.counts[0] for report in reports)
    branches = sum(report.counts[1] for report in reports)
    if format_ == "json":
        write_json([_data(report) for report in reports if report.result is not None])
    else:
        for result in results:
            for outcome in result.outcomes:
                if outcome.failures:
                    write(f"FAILED {outcome.place} {result.definition}: {outcome.name}\n")
                    write("".join(f"    {line}\n" for line in outcome.failures))
        if coverage:
            for report in reports:
                write("".join(f"{place}: {text}\n" for place, text in report.missing))
    if problems:
        show(problems)
    text = f"{counted(cases, 'case')} of {counted(len(results), 'definition')}, {failed} failed"
    if coverage:
        share = 1000 * reached // branches / 10 if branches else 100.0
        text += f"; {reached} of {branches} branches reached ({share:.1f} %)"
    click.echo(text, err=True)
    missed = coverage and reached < branches
    return 1 if problems or failed or missed else 0


def _data(report: Report) -> dict[str, object]:
    result = report.result
    assert result is not None
    return {
        "name": result.definition,
        "type": result.type,
        "file": result.suite,
        "cases": [
            {
                "name": outcome.name,
                "passed": not outcome.failures,
                "failures": outcome.failures,
                "place": outcome.place,
            }
            for outcome in result.outcomes
        ],
        "branches": report.counts[1],
        "reached": report.counts[0],
        "missing": [{"place": place, "text": text} for place, text in report.missing],
    }


def _fuzz(roots: tuple[str, ...], builtin: bool, draws: int, seed: int) -> int:
    """Draw for every definition below the roots; 1 when there are findings."""
    diagnostics: list[Diagnostic] = []
    found: list[Found] = collect(roots, diagnostics)
    packages = collect_packages(roots, diagnostics)
    if diagnostics:
        raise Rejected(*diagnostics)
    if builtin:
        found += builtin_definitions()
    count = 0
    for item in found:
        for finding in run_fuzz(item.definition, draws, seed, packages):
            count += 1
            name = f"{item.definition.type} {item.definition.name}"
            given = json.dumps(finding.parameter, ensure_ascii=False, default=str)
            write(f"{finding.kind.upper()} {name}: {finding.message}\n    parameter: {given}\n")
    text = f"{counted(draws, 'draw')} for each of {counted(len(found), 'definition')}"
    click.echo(f"{text}, {counted(count, 'finding')}", err=True)
    return 1 if count else 0


def _watch(roots: tuple[str, ...], once: object) -> int:
    """Run now and after every change, until interrupted."""
    assert callable(once)
    try:
        from watchfiles import watch
    except ImportError:
        raise click.UsageError("--watch needs watchfiles; install `velac[watch]`") from None
    code = 0
    places = [root for root in roots if os.path.exists(root)]
    if not places:
        raise click.UsageError("--watch needs a PATH")
    while True:
        try:
            code = int(once())
        except Rejected as error:
            code = show(error.diagnostics)
        try:
            next(watch(*places, raise_interrupt=True))
        except KeyboardInterrupt:
            return code
