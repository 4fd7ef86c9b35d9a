"""Whole builds: each folder `cases/<name>/` is a project, `cases/<name>.txt` what its build says and writes.

The text holds the diagnostics, the plan and every file of the output. `make golden` rewrites it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from velac.compiler.diagnostics.render import render_text
from velac.compiler.driver import compile
from velac.compiler.ir.printer import print_plan

CASES = Path(__file__).parent / "cases"
LAYOUTS = {"layout-object": "object", "layout-cluster": "cluster"}


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir() if path.is_dir()))
def test_build(
    case: str, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CASES / case)
    definitions = ["given"] if Path("given").is_dir() else []
    paths = ["apps"] if Path("apps").is_dir() else ["."]
    clusters = "clusters.yaml" if paths == ["apps"] else None
    result = compile(
        paths,
        definitions=definitions,
        clusters=clusters,
        layout=LAYOUTS.get(case, "app"),
        verify=True,
    )
    parts = [render_text(result.diagnostics)]
    if result.ok:
        parts.append(f"{print_plan(result.plan)}\n")
    for path, content in result.files():
        parts.append(f"=== {path}\n{content.decode()}")
    golden(CASES / f"{case}.txt", "".join(parts))
    assert result.ok == (not case.startswith("bad-"))
