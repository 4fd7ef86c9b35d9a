"""A text that cannot be read, as data: what the readers of YAML and JSON report."""

from __future__ import annotations

from velac.grammar.record import record
from velac.grammar.source import Span


@record
class TextProblem:
    """One finding in a text.

    `code` is a diagnostic code (V101 YAML, V103 JSON, V106 too large, V108 duplicate key), `message` one short phrase,
    `labels` the places with a text about each, the primary one first, `help` what to do about it.
    """

    code: str
    message: str
    labels: tuple[tuple[Span, str], ...]
    help: str = ""

    @property
    def span(self) -> Span:
        """The primary place."""
        return self.labels[0][0]

    def __str__(self) -> str:
        return f"{self.span}: {self.message}"
