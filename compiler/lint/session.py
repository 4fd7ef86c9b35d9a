"""One lint run, from what a build made to results: rules, schemas, policies, waivers, baseline."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.diagnostics.render import has_errors
from velac.compiler.ir.values import Values
from velac.compiler.lint.baseline import apply_baseline, read_baseline
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.registry import load_rules
from velac.compiler.lint.result import Result, arranged, of_diagnostic
from velac.compiler.lint.rule import RuleSpec
from velac.compiler.lint.run import Check, Subjects, run_rules
from velac.compiler.lint.settings import chosen_rules, unknown_rules
from velac.compiler.lint.waivers import (
    Waiver,
    apply_waivers,
    file_waivers,
    inline_waivers,
    source_files,
)
from velac.compiler.load.documents import read_documents
from velac.compiler.load.files import Files, InputFile
from velac.compiler.project import Project


@final
@dataclass(slots=True)
class Request:
    """What is asked of a run. `today` decides about waivers, and nothing else does."""

    project: Project
    today: date
    presets: tuple[str, ...] = ()
    baseline: str | None = None
    checks: Sequence[Check] = field(default_factory=tuple)


def lint(
    request: Request,
    subjects: Subjects,
    documents: Iterable[Values],
    found: Sequence[Diagnostic],
) -> Report:
    """The report. `documents` are the sources that may hold waivers, `found` is what the build reports."""
    rules, problems = load_rules()
    project = request.project
    chosen = chosen_rules(rules, project.lint, request.presets)
    problems += unknown_rules(rules, project.values)
    results, broken = run_rules(chosen.values(), subjects, request.checks)
    results += _adopted(found, rules, chosen)
    results += map(of_diagnostic, [*problems, *broken])
    results = _once(results)
    ordered = arranged(results)
    complaints: list[Diagnostic] = []
    waivers = list(inline_waivers(source_files(documents), rules, complaints))
    waivers += _of_file(project, rules, complaints)
    ordered, due = apply_waivers(ordered, waivers, request.today, _ran(chosen, request, found))
    own = [d for d in (*complaints, *due) if d.code in chosen or d.code not in rules]
    if own:
        ordered = sorted(
            [*ordered, *arranged(map(of_diagnostic, own))],
            key=lambda r: (r.file, r.span.start, r.code, r.message),
        )
    ordered = _with_baseline(request, ordered)
    counts = {
        "application": len(subjects.apps),
        "distinct object": subjects.number,
        "rule": len(chosen),
    }
    return Report(ordered, rules, counts)


_ADOPTED: Final = {"V702": "VL070", "V713": "VL071"}
"""What a build tells and lint has a rule for, so that it can be chosen, waived and kept in a baseline."""


def _adopted(
    found: Iterable[Diagnostic], rules: Mapping[str, RuleSpec], chosen: Mapping[str, RuleSpec]
) -> Iterator[Result]:
    """What the build reports. What does not stop it counts as a finding of the rule that is about it."""
    for diagnostic in found:
        result = of_diagnostic(diagnostic)
        code = _ADOPTED.get(diagnostic.code)
        if code is None or diagnostic.severity is Severity.ERROR:
            yield result
        elif code in chosen:
            # The project's `strictness` decides, unless its `lint.rules` does.
            own = chosen[code] is not rules[code]
            severity = chosen[code].severity if own else result.severity
            yield replace(result, code=code, severity=severity)


def _once(results: Sequence[Result]) -> list[Result]:
    """Without V508 where VL013 says more: that the step places something else."""
    said = {(r.file, r.span.line) for r in results if r.code == "VL013"}
    return [r for r in results if r.code != "V508" or not _lines(r, said)]


def _lines(result: Result, said: Collection[tuple[str, int]]) -> bool:
    """Whether one of these lines lies in the first two of a result's place: where a step has its name."""
    return any((result.file, result.span.line + more) in said for more in (0, 1))


def _ran(
    chosen: Mapping[str, RuleSpec], request: Request, found: Iterable[Diagnostic]
) -> frozenset[str]:
    """The rules that had their chance: of a build with errors much is missing, and checks may be left out."""
    if has_errors(found):
        return frozenset()
    engine = (code for code, rule in chosen.items() if rule.check is None)
    return frozenset(chosen) - (frozenset(engine) if not request.checks else frozenset())


def _of_file(
    project: Project, rules: dict[str, RuleSpec], problems: list[Diagnostic]
) -> list[Waiver]:
    path = project.lint.get("waivers")
    if not path:
        return []
    name = _below(project, path)
    files = Files(problems)
    source = files.read(InputFile(name, name))
    documents = list(read_documents(source, problems)) if source is not None else []
    return [w for document in documents for w in file_waivers(document, rules, problems)]


def _with_baseline(request: Request, results: list[Result]) -> list[Result]:
    setting = request.project.lint.get("baseline")
    path = request.baseline
    if path is None and setting:
        path = _below(request.project, setting)
    if not path:
        return results
    try:
        return apply_baseline(results, read_baseline(path))
    except Rejected as error:
        return [*results, *arranged(map(of_diagnostic, error.diagnostics))]


def _below(project: Project, path: str) -> str:
    return os.path.normpath(os.path.join(project.root, path))


FAIL_ON: Final = ("error", "warning", "never")


def failed(report: Report, fail_on: str) -> bool:
    """Whether a run fails: something that counts is as severe as `fail_on`."""
    bad = {"error": {Severity.ERROR}, "warning": {Severity.ERROR, Severity.WARNING}, "never": set()}
    return any(result.severity in bad[fail_on] for result in report.counting)
