"""JUnit XML: a suite for each Application, a case for each finding; waived ones are skipped."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from velac.compiler.diagnostics.model import Severity
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.result import Result

_FORBIDDEN: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(report: Report) -> str:
    """Errors and warnings fail; an Application without any has one case that passes."""
    suites: dict[str, list[Result]] = {}
    for result in report.results:
        if result.severity is not Severity.NOTE:
            suites.setdefault(result.subject or result.file or "project", []).append(result)
    failed = sum(r.counts for found in suites.values() for r in found)
    tests = sum(map(len, suites.values())) or 1
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="velac lint" tests="{tests}" failures="{failed}">',
    ]
    for name, found in sorted(suites.items()):
        lines += _suite(name, found, report)
    if not suites:
        lines += ['  <testsuite name="velac lint" tests="1" failures="0">',
                  '    <testcase name="clean" classname="velac"/>', "  </testsuite>"]  # fmt: skip
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(name: str, found: list[Result], report: Report) -> list[str]:
    failed = sum(r.counts for r in found)
    lines = [f'  <testsuite name={_attribute(name)} tests="{len(found)}" failures="{failed}">']
    for result in found:
        rule = f"{result.code} {report.slug(result.code)}"
        where = result.objects[0][0] if result.objects else name
        case = f"    <testcase name={_attribute(rule)} classname={_attribute(where)}"
        if result.file:
            case += f' file={_attribute(result.file)} line="{result.span.line}"'
        inner = f"<skipped message={_attribute(result.waived or 'in the baseline')}/>"
        if result.counts:
            place = f"{result.file}:{result.span.line}: " if result.file else ""
            text = escape(_clean(f"{place}{result.message}"))
            kind = str(result.severity)
            inner = f'<failure type="{kind}" message={_attribute(result.message)}>{text}</failure>'
        lines.append(f"{case}>{inner}</testcase>")
    return [*lines, "  </testsuite>"]


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))
