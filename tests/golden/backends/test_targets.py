"""What each target gets for one small repository, to the letter; and what velac says it loses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.driver import compile

HERE = Path(__file__).parent
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "ocm": ("ocm", "", {}),
    "ocm-replicaset": ("ocm", "replicaset", {"updateStrategy": "Update", "rollout": "Progressive"}),
    "argo-workflows": (
        "argo-workflows",
        "",
        {"repoURL": "https://git.example/fleet.git", "image": "tools/kubectl:1"},
    ),
    "helm": ("helm", "", {}),
    "karmada": ("karmada", "", {}),
    "karmada-local": ("karmada", "", {"local": "hub", "gates": "ignore"}),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_output(case: str, golden: Callable[[Path, str], None]) -> None:
    backend, layout, settings = CASES[case]
    result = compile(
        str(HERE / "app"), backend=backend, layout=layout, settings={backend: settings}
    )
    parts = [f"# {d.severity}: {d.message}\n" for d in result.diagnostics]
    parts += [f"\n##### {path}\n{content.decode()}" for path, content in result.files()]
    assert result.ok
    golden(HERE / "expected" / f"{case}.txt", "".join(parts))
