"""Text for people and JSON for programs."""

from __future__ import annotations

from typing import Any

from velac.compiler.diagnostics.model import Severity
from velac.compiler.diagnostics.render import as_data, render_text
from velac.compiler.jsontext import array_text
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.result import Result


def text_report(report: Report, *, verbose: bool = False) -> str:
    """The counting results with their source lines, the debt, and the numbers."""
    shown = [r for r in report.counting if verbose or r.severity is not Severity.NOTE]
    hidden = report.number(Severity.NOTE) if not verbose else 0
    lines = [render_text(r.diagnostic() for r in shown), report.summary()]
    if hidden:
        lines.append(" (notes are shown with -v)")
    return "".join(lines) + "\n"


def json_report(report: Report) -> str:
    """A JSON array of all results, those that do not count included."""
    return array_text(_data(report, result) for result in report.results) + "\n"


def _data(report: Report, result: Result) -> dict[str, Any]:
    return {
        **as_data([result.diagnostic()])[0],
        "name": report.slug(result.code),
        "application": result.subject,
        "objects": [{"object": name, "path": path} for name, path in result.objects],
        "clusters": list(result.clusters),
        "fingerprint": result.fingerprint,
        "waived": result.waived,
        "baseline": result.baselined,
    }
