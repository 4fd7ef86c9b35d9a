"""What a pipeline run found, step by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

PASSED: Final = "passed"
FAILED: Final = "failed"
SKIPPED: Final = "skipped"


@dataclass(slots=True)
class Step:
    """One step: how it ended, in a few words why, and its reports by file name."""

    name: str
    state: str
    text: str
    reports: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Verdict:
    """All steps of a run, in their order."""

    steps: list[Step]

    @property
    def ok(self) -> bool:
        """Whether no step failed."""
        return all(step.state != FAILED for step in self.steps)

    @property
    def reports(self) -> dict[str, str]:
        """All reports by file name."""
        return {name: text for step in self.steps for name, text in step.reports.items()}
