"""The summary of a pipeline run: for the log, as Markdown that fits into a comment, and as JSON."""

from __future__ import annotations

import json
from typing import Final

from velac.compiler.ci.verdict import FAILED, SKIPPED, Verdict
from velac.compiler.diff.change import Difference
from velac.compiler.diff.markdown import COMMENT_LIMIT, escaped, to_markdown
from velac.compiler.lint.outputs.markdown import markdown_report
from velac.compiler.lint.outputs.report import Report

STICKY: Final = "<!-- velac ci -->"
"""The last line of the comment, by which a later run finds it again."""
_LINT_ROOM: Final = 16_000
_MARKS: Final = {FAILED: "❌", SKIPPED: "⚪"}


def summary_text(verdict: Verdict) -> str:
    """A line for each step."""
    width = max(len(step.name) for step in verdict.steps)
    return "".join(f"{s.state:<7}  {s.name:<{width}}  {s.text}\n" for s in verdict.steps)


def summary_markdown(verdict: Verdict, report: Report | None, difference: Difference | None) -> str:
    """The comment of a pull request: steps, findings, changes, within the limit of a comment."""
    head = "" if verdict.ok else " failed"
    lines = [f"# velac ci{head}", "", "| | step | result |", "|---|---|---|"]
    lines += [
        f"| {_MARKS.get(step.state, '✅')} | {step.name} | {escaped(step.text)} |"
        for step in verdict.steps
    ]
    text = "\n".join(lines) + "\n"
    if report is not None and report.counting:
        text += "\n" + markdown_report(report, _LINT_ROOM)
    end = f"\n{STICKY}\n"
    if difference is not None and difference.changes:
        text += "\n" + to_markdown(difference, COMMENT_LIMIT - len(text) - len(end) - 1)
    return text + end


def summary_json(verdict: Verdict) -> str:
    """The verdict as JSON."""
    data = {
        "ok": verdict.ok,
        "steps": [
            {"name": s.name, "state": s.state, "text": s.text, "reports": sorted(s.reports)}
            for s in verdict.steps
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
