"""Markdown for a step summary or a comment: the numbers, then a table, within a size that GitHub takes."""

from __future__ import annotations

import re
from typing import Final

from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.result import Result
from velac.compiler.words import counted

MAX_CHARACTERS: Final = 65_000
_LONG: Final = 500
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>|#~])")


def markdown_report(report: Report, limit: int = 0) -> str:
    """The report in about `limit` characters (else what GitHub takes); rows that do not fit are counted."""
    counts = [counted(number, word) for word, number in report.counts.items()]
    lines = ["## velac lint", "", f"**{report.summary()}**"]
    if counts:
        lines += ["", f"Looked at {', '.join(counts)}."]
    if report.counting:
        lines += ["", "| severity | rule | finding | place |", "|---|---|---|---|"]
    size = sum(map(len, lines)) + len(lines)
    rows = [_row(result, report.slug(result.code)) for result in report.worst_first]
    for at, row in enumerate(rows):
        size += len(row) + 1
        if size > (limit or MAX_CHARACTERS):
            lines += ["", f"… and {len(rows) - at} more."]
            break
        lines.append(row)
    return "\n".join(lines) + "\n"


def _row(result: Result, slug: str) -> str:
    place = f"{result.file}:{result.span.line}" if result.file else result.subject
    message = result.message if len(result.message) <= _LONG else result.message[:_LONG] + "…"
    clusters = f" ({counted(len(result.clusters), 'cluster')})" if result.clusters else ""
    return (
        f"| {result.severity} | {result.code} {slug} | {escaped(message)}{clusters} "
        f"| {escaped(place)} |"
    )


def escaped(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
