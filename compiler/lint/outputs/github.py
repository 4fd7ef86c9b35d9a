"""GitHub Actions: workflow commands that annotate a diff, and Markdown for the step summary.

A step shows ten errors and ten warnings (and ten notices); what is left out is counted, and stands in the summary.
"""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.lint.outputs.report import Report, region
from velac.compiler.lint.result import Result

PER_SEVERITY: Final = 10
_COMMANDS: Final = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def github_report(report: Report) -> str:
    """The annotations that GitHub shows; a last line for those it would not."""
    left = dict.fromkeys(Severity, PER_SEVERITY)
    lines: list[str] = []
    dropped = 0
    for result in report.worst_first:
        if left[result.severity] > 0:
            left[result.severity] -= 1
            lines.append(_annotation(result, report.slug(result.code)))
        else:
            dropped += 1
    if dropped:
        lines.append(f"{dropped} more findings are in the step summary")
    lines.append(report.summary())
    return "\n".join(lines) + "\n"


def _annotation(result: Result, slug: str) -> str:
    line, column, end_line, end_column = region(result)
    where = f"file={_property(result.file)}," if result.file else ""
    text = result.message + (f"\n{result.help}" if result.help else "")
    return (
        f"::{_COMMANDS[result.severity]} {where}line={line},endLine={end_line},col={column},"
        f"endColumn={end_column},title={_property(f'{result.code} {slug}')}::{_data(text)}"
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
