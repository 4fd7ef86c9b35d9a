"""The formats by the name that `--output` takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from velac.compiler.lint.outputs.github import github_report
from velac.compiler.lint.outputs.gitlab import gitlab_report
from velac.compiler.lint.outputs.junit import junit_report
from velac.compiler.lint.outputs.markdown import markdown_report
from velac.compiler.lint.outputs.plain import json_report, text_report
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.outputs.sarif import sarif_report

FORMATS: Final[dict[str, Callable[[Report], str]]] = {
    "text": text_report,
    "json": json_report,
    "sarif": sarif_report,
    "github": github_report,
    "gitlab": gitlab_report,
    "junit": junit_report,
    "markdown": markdown_report,
}
