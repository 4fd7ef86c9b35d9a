"""What every format is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import final

from velac.compiler.diagnostics.codes import CODES
from velac.compiler.diagnostics.model import Severity
from velac.compiler.lint.result import RANK, Result
from velac.compiler.lint.rule import RuleSpec
from velac.compiler.words import counted


@final
@dataclass
class Report:
    """The results of a run, arranged, and the rules that there are."""

    results: list[Result]
    rules: Mapping[str, RuleSpec]
    counts: Mapping[str, int] = field(default_factory=dict)
    """Applications, objects, clusters, rules: what was looked at."""

    @cached_property
    def counting(self) -> list[Result]:
        """Results that are neither waived nor in the baseline."""
        return [r for r in self.results if r.counts]

    @cached_property
    def worst_first(self) -> list[Result]:
        """The counting results, errors first."""
        return sorted(self.counting, key=lambda r: RANK[r.severity])

    def number(self, severity: Severity) -> int:
        """How many results of a severity count."""
        return sum(r.severity is severity for r in self.counting)

    @property
    def waived(self) -> int:
        """How many results are waived."""
        return sum(bool(r.waived) for r in self.results)

    @property
    def baselined(self) -> int:
        """How many results only the baseline excuses."""
        return sum(r.baselined and not r.waived for r in self.results)

    def slug(self, code: str) -> str:
        """The short name of a code."""
        rule = self.rules.get(code)
        if rule is not None:
            return rule.slug
        return CODES[code].slug if code in CODES else ""

    def summary(self) -> str:
        """`2 errors, 1 warning, 3 notes; 4 waived, 5 in the baseline`."""
        words = ((Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.NOTE, "note"))
        parts = [counted(self.number(s), word) for s, word in words if self.number(s)]
        debt = [f"{self.waived} waived"] if self.waived else []
        debt += [f"{self.baselined} in the baseline"] if self.baselined else []
        text = ", ".join(parts) or "nothing found"
        return text + (f"; {', '.join(debt)}" if debt else "")


def region(result: Result) -> tuple[int, int, int, int]:
    """First line and column, last line and column (exclusive), 1-based; a span over lines ends with its first."""
    span = result.span
    line, column = span.file.position(span.start)
    end_line, end_column = span.file.position(span.end)
    if end_line != line:
        # People mark the line that begins it, and GitHub shows an alert only where all of its lines are in the diff.
        end_line, end_column = line, len(span.file.line(line)) + 1
    return line, column, end_line, max(end_column, column + 1)
