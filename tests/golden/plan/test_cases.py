"""A small Application per policy, per step type and per kind of mistake: its plan, and what is said about it.

A case is one file of `cases/`: Applications and standalone objects over the fleet below. Its golden file holds the plan
as text and the diagnostics; for names that begin with `build-` also the objects that a build would write.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from velac.compiler.diagnostics.render import render_text
from velac.compiler.driver import Session
from velac.compiler.options import Options
from velac.compiler.show.plan import plan_document
from velac.compiler.show.plan_text import plan_text

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.yaml"))
FLEET = """\
clusters:
  - {name: eu-1, labels: {region: eu, stage: prod}, kubernetesVersion: "1.31"}
  - {name: eu-2, labels: {region: eu, stage: test}, kubernetesVersion: "1.31"}
  - {name: us-1, labels: {region: us, stage: prod}, kubernetesVersion: "1.33"}
"""


def shown(folder: Path, case: str) -> str:
    """What a golden file holds."""
    session = Session(Options((".",)))
    if case.startswith("build-"):
        result = session.run()
        text = "\n".join(plan_text(plan_document(result.plan.apps)))
        for path, content in result.files():
            text += f"\n\n# {path}\n{content.decode().rstrip()}"
        diagnostics = result.diagnostics
    else:
        session.load()
        text = "\n".join(plan_text(plan_document(session.plan())))
        diagnostics = session.diagnostics
    return f"{text}\n\n{render_text(diagnostics)}".rstrip() + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    golden: Callable[[Path, str], None],
) -> None:
    shutil.copy(case, tmp_path / "app.yaml")
    (tmp_path / "clusters.yaml").write_text(FLEET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    golden(HERE / "expected" / f"{case.stem}.txt", shown(tmp_path, case.stem))
