"""Test results as JUnit XML, the dialect that CI systems read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from velac.compiler.workbench.testing import SuiteResult

_FORBIDDEN: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[SuiteResult]) -> str:
    """One `testsuite` per test file."""
    tests = sum(len(r.outcomes) for r in results)
    failed = sum(r.failed for r in results)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="velac" tests="{tests}" failures="{failed}">',
    ]
    for result in results:
        seconds = sum(outcome.seconds for outcome in result.outcomes)
        lines.append(
            f'  <testsuite name={_attribute(result.suite)} tests="{len(result.outcomes)}" '
            f'failures="{result.failed}" time="{seconds:.3f}">'
        )
        group = _attribute(f"{result.type}.{result.definition}")
        for outcome in result.outcomes:
            head = f"    <testcase classname={group} name={_attribute(outcome.name)} "
            head += f'time="{outcome.seconds:.3f}"'
            if not outcome.failures:
                lines.append(head + "/>")
                continue
            text = _clean("\n".join([outcome.place, *outcome.failures]))
            message = _attribute(outcome.failures[0])
            lines.append(head + ">")
            lines.append(f"      <failure message={message}>{escape(text)}</failure>")
            lines.append("    </testcase>")
        lines.append("  </testsuite>")
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _attribute(text: str) -> str:
    return quoteattr(_clean(text).replace("\n", " "))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
