"""GitLab's code quality report: a JSON array of issues."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.lint.outputs.report import Report, region

_SEVERITIES: Final = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def gitlab_report(report: Report) -> str:
    """All results that count."""
    import json

    issues = []
    for result in report.worst_first:
        line, _, end_line, _ = region(result)
        issues.append(
            {
                "description": result.message,
                "check_name": result.code,
                "fingerprint": result.fingerprint,
                "severity": _SEVERITIES[result.severity],
                "location": {
                    "path": result.file or "velac.yaml",
                    "lines": {"begin": line, "end": end_line},
                },
            }
        )
    return json.dumps(issues, indent=2, ensure_ascii=False) + "\n"
