"""What a flood of diagnostics looks like: the errors first, as many as anybody reads, and how many there were."""

from __future__ import annotations

import pytest

from velac.compiler.commands import report
from velac.compiler.diagnostics.model import Diagnostic, Label, Severity
from velac.grammar.source import SourceFile, Span

FILE = SourceFile("a.yaml", "".join(f"line {n}\n" for n in range(20)))


def told(*severities: Severity) -> list[Diagnostic]:
    return [
        Diagnostic("V101", f"number {n}", (Label(Span(FILE, 7 * n, 7 * n + 4)),), severity)
        for n, severity in enumerate(severities)
    ]


def test_errors_go_before_warnings_and_the_rest_is_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "MOST_SHOWN", 3)
    warning, error = Severity.WARNING, Severity.ERROR
    assert report.show(told(warning, warning, error, warning, error)) == 1
    shown = capsys.readouterr().err
    assert [n for n in range(5) if f"number {n}" in shown] == [0, 2, 4]
    assert shown.endswith("… and 2 more\n2 errors, 3 warnings\n")


def test_repetitions_do_not_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(report, "MOST_SHOWN", 3)
    assert report.show(told(*[Severity.WARNING] * 3) * 5) == 0
    assert "more" not in capsys.readouterr().err
