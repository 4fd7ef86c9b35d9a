"""What each target gets for one small repository, to the letter; and what velac says it loses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
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


PROGRAM = """
import hashlib, json, sys
from velac.compiler.driver import compile
path, cases = json.loads(sys.argv[1])
for case, (backend, layout, settings) in cases.items():
    result = compile(path, backend=backend, layout=layout, settings={backend: settings})
    assert result.ok, result.diagnostics
    digest = hashlib.sha256()
    for name, content in result.files():
        digest.update(f"{name} {len(content)} ".encode() + content)
    print(case, digest.hexdigest())
"""


def test_same_bytes_with_other_hash_seeds_and_working_directories(
    root: Path, tmp_path: Path
) -> None:
    found = set()
    for seed, folder in (("1", tmp_path), ("77", root / "examples")):
        path = os.path.relpath(root / "examples" / "fleet", folder)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps([path, CASES])],
            cwd=folder, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.add(done.stdout)
    assert len(found) == 1
