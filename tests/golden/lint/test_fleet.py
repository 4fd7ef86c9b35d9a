"""All presets over the example fleet; the findings are in a file for each, one a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from velac.compiler.commands.lint_work import lint_project
from velac.compiler.lint.session import Request
from velac.compiler.options import Options
from velac.compiler.project import Project

HERE = Path(__file__).parent


@pytest.mark.parametrize("preset", ["recommended", "security", "strict"])
def test_fleet(preset: str, root: Path, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(root / "examples/fleet")
    report = lint_project(Options((".",)), Request(Project(), date(2030, 1, 1), (preset,)))
    lines = []
    for result in report.results:
        if not result.code.startswith("VL"):
            continue  # what the build says is compared elsewhere
        clusters = f" [{len(result.clusters)} clusters]" if result.clusters else ""
        lines.append(f"{result.span}: {result.severity} {result.code} {result.message}{clusters}\n")
    golden(HERE / f"{preset}.txt", "".join(lines))
