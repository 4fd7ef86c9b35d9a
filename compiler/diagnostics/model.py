"""Diagnostics as data; nothing here prints."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from velac.grammar.record import record
from velac.grammar.source import Span


class Severity(StrEnum):
    """How much a diagnostic matters; only an error stops a build."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@record
class Label:
    """A place that contributed, with a short text about its part; the first label of a diagnostic is primary."""

    span: Span
    text: str = ""


@record
class Fix:
    """A safe edit: replace the characters of `span` by `text`."""

    span: Span
    text: str


@record
class Diagnostic:
    """One finding.

    `code` is registered in `codes.CODES`; `message` is one short phrase, lower case, no full stop, the user's
    words in backticks; `labels` are all places that contributed, the primary one first; `help` says what to do.
    """

    code: str
    message: str
    labels: tuple[Label, ...] = ()
    severity: Severity = Severity.ERROR
    notes: tuple[str, ...] = ()
    help: str = ""
    fix: Fix | None = field(default=None, compare=False)

    @property
    def span(self) -> Span | None:
        """The primary place, if the diagnostic has one."""
        return self.labels[0].span if self.labels else None

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Orders by place, then code: file name, line, column, code, message."""
        span = self.span
        if span is None:
            return ("", 0, 0, self.code, self.message)
        line, column = span.file.position(span.start)
        return (span.file.name, line, column, self.code, self.message)


class Rejected(Exception):
    """Carries the diagnostics that stopped a stage; caught by the driver, never shown as a traceback."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics
