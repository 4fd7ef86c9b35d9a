"""The steps of a pipeline run. What is compiled is compiled once; a step that cannot run says so and why."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from velac.compiler.ci.verdict import FAILED, PASSED, SKIPPED, Step, Verdict
from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.diagnostics.render import has_errors, render_summary
from velac.compiler.diff.change import Difference
from velac.compiler.diff.compare import compare
from velac.compiler.diff.formats import FORMATS as DIFF_FORMATS
from velac.compiler.diff.risk import reaches
from velac.compiler.diff.show import summary
from velac.compiler.diff.sides import compile_part, inside, options_below, touched_by
from velac.compiler.git import checked_out, default_base
from velac.compiler.ir.manifest import ManifestSet
from velac.compiler.ir.plan import Plan
from velac.compiler.lint.outputs.formats import FORMATS as LINT_FORMATS
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.session import failed
from velac.compiler.options import Options
from velac.compiler.output.check import check_output
from velac.compiler.output.state import is_output
from velac.compiler.result import CompileResult
from velac.compiler.words import counted

LINT_REPORTS = {
    "lint.json": "json",
    "lint.sarif": "sarif",
    "lint.junit.xml": "junit",
    "lint.codequality.json": "gitlab",
    "lint.md": "markdown",
}
DIFF_REPORTS = {
    "diff.json": "json",
    "diff.md": "markdown",
    "diff.html": "html",
    "diff.patch": "unified",
}
CHECK_REPORT = "check.patch"
SECRET_REFUSED = "V811"
"""A build would not write the values of a Secret: an error of lint, and no reason to show no diff."""


@dataclass(slots=True)
class Wish:
    """What is asked of a run. `base` is a git ref or a directory, "" for the merge base with the main branch."""

    options: Options
    base: str = ""
    fail_on: str = "error"
    fail_on_risk: str = "never"
    check: bool | None = None
    """Whether the committed output is compared; None where there is one."""
    paths: Sequence[str] = field(default_factory=tuple)
    definitions: Sequence[str] = field(default_factory=tuple)
    clusters: str | None = None
    ignored: Sequence[str] = ()
    """Patterns of fields that are no change."""


@dataclass(slots=True)
class Run:
    """What came of it; the parts are there for the summary."""

    verdict: Verdict
    report: Report
    difference: Difference | None


def run(wish: Wish, head: CompileResult, report: Report) -> Run:
    """Judge a build that has been made and linted: `report`, then diff, then check."""
    found = _lint_step(wish, report)
    diff, difference = _diff_step(wish, head)
    return Run(Verdict([found, diff, _check_step(wish, head)]), report, difference)


def _lint_step(wish: Wish, report: Report) -> Step:
    counts = ", ".join(f"{number} {word}s" for word, number in report.counts.items() if number > 1)
    text = report.summary() + (f" ({counts})" if counts else "")
    reports = {name: LINT_FORMATS[form](report) for name, form in LINT_REPORTS.items()}
    return Step("lint", FAILED if failed(report, wish.fail_on) else PASSED, text, reports)


def _diff_step(wish: Wish, head: CompileResult) -> tuple[Step, Difference | None]:
    if not _usable(head):
        return Step("diff", SKIPPED, "the sources do not compile"), None
    try:
        base = wish.base or default_base()
    except Rejected as error:
        return _without_base(wish, f"there is nothing to compare with: {error}"), None
    # Whoever names a base that is not there wants to know.
    try:
        difference = _difference(wish, base, head)
    except _BaseBroken as broken:
        return _without_base(wish, f"the base does not compile ({broken})"), None
    except Rejected as error:
        text = "; ".join(d.message + (f" ({d.help})" if d.help else "") for d in error.diagnostics)
        return Step("diff", FAILED, text), None
    risks = [change.risk for change in difference.changes]
    state = FAILED if reaches(risks, wish.fail_on_risk) else PASSED
    reports = {name: DIFF_FORMATS[form](difference) for name, form in DIFF_REPORTS.items()}
    return Step("diff", state, summary(difference), reports), difference


class _BaseBroken(Exception):
    """The older side has errors; a change that repairs it must be able to pass."""


def _without_base(wish: Wish, why: str) -> Step:
    """Not compared. Where a risk would fail the run, not to know it does, too."""
    if wish.fail_on_risk == "never":
        return Step("diff", SKIPPED, why)
    return Step("diff", FAILED, f"{why}, so the risk is not known")


def _difference(wish: Wish, base: str, head: CompileResult) -> Difference:
    project = wish.options.project
    if os.path.isdir(base):
        return _compared(wish, base, head)
    with checked_out(base) as tree:
        return _compared(wish, os.path.normpath(os.path.join(tree, inside(project))), head)


def _compared(wish: Wish, root: str, head: CompileResult) -> Difference:
    roots = (root, wish.options.project.root)
    try:
        options = options_below(root, wish.paths, wish.definitions, wish.clusters)
        touched = touched_by(roots, options, wish.options)
        base = compile_part(options, touched.labels, touched.base)
    except Rejected as error:
        raise _BaseBroken(str(error)) from None
    if not base.ok:
        raise _BaseBroken(render_summary(base.diagnostics))
    after, plan = head.manifests, head.plan
    labels = touched.labels
    if labels is not None:
        after = ManifestSet(tuple(a for a in after.apps if a.label in labels), after.clusters)
        plan = Plan(tuple(p for p in plan.apps if p.app.label in labels), plan.clusters)
    plans = (base.plan, plan)
    return compare(base.manifests, after, roots, plans, ignored=wish.ignored)


def _check_step(wish: Wish, head: CompileResult) -> Step:
    directory = wish.options.project.directory
    if wish.check is False:
        return Step("check", SKIPPED, "not asked for")
    if wish.check is None and not is_output(directory):
        return Step("check", SKIPPED, f"`{directory}` has never been built")
    if not head.ok:
        return Step("check", FAILED, "the sources do not compile")
    changes = list(check_output(directory, head.files()))
    if not changes:
        return Step("check", PASSED, f"`{directory}` is what the sources compile to")
    files = counted(len(changes), "file")
    text = f"{files} of `{directory}` would change: run `velac build` and commit"
    return Step("check", FAILED, text, {CHECK_REPORT: "".join(changes)})


def _usable(head: CompileResult) -> bool:
    """Whether all objects are there: nothing is wrong, or only that Secrets may not be written."""
    errors: list[Diagnostic] = [d for d in head.diagnostics if d.severity is Severity.ERROR]
    return not has_errors(d for d in errors if d.code != SECRET_REFUSED)
