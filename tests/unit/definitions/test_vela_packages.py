"""The `vela/*` packages: who may import what, and that every operation can be told apart."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from velac import cue
from velac.compiler.cue.builtins.vela import Scope, import_paths, load

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = [(scope, path) for scope in Scope for path in import_paths(scope)]
# Parts of operations, and the frame around several of them.
NO_OPERATIONS = {"App", "Filter", "Reference", "Verdict", "Steps"}


def source_of(scope: Scope, path: str) -> str:
    """The text of a package that is there."""
    package = load(path, scope)
    assert package is not None
    assert package.path == path
    return package.source


@pytest.mark.parametrize(("scope", "path"), PACKAGES)
def test_package_is_named_after_its_path(scope: Scope, path: str) -> None:
    clause = re.search(r"^package (\w+)$", source_of(scope, path), re.MULTILINE)
    assert clause is not None
    assert f"vela/{clause[1]}" == path


@pytest.mark.parametrize(("scope", "path"), PACKAGES)
def test_operations_say_what_they_do(scope: Scope, path: str) -> None:
    text = source_of(scope, path)
    names = set(re.findall(r"^#(\w+):", text, re.MULTILINE)) - NO_OPERATIONS
    assert names
    imported = path.removeprefix("vela/")
    files = {
        "cue.mod/module.cue": 'module: "test.dev/x@v0"\nlanguage: version: "v0.14.1"\n',
        f"cue.mod/pkg/vela.dev/{imported}/p.cue": text,
    }
    for name in sorted(names):
        main = f'import p "vela.dev/{imported}"\na: p.#{name}\nkey: "\\(a.#provider)/\\(a.#do)"\n'
        key = cue.export(files | {"in.cue": main}, "key")
        assert re.fullmatch(r"\w+/[\w-]+", key), name


def test_templates_and_steps_do_not_share_kube() -> None:
    assert "resource:" in source_of(Scope.RENDER, "vela/kube")
    assert "#Read:" in source_of(Scope.WORKFLOW, "vela/kube")
    assert "#Read:" not in source_of(Scope.RENDER, "vela/kube")


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        (Scope.RENDER, "vela/op"),
        (Scope.POLICY, "vela/helm"),
        (Scope.CONFIG, "vela/http"),
        (Scope.WORKFLOW, "vela/base64"),
        (Scope.RENDER, "vela/nosuch"),
        (Scope.RENDER, "base64"),
        (Scope.RENDER, "strings"),
    ],
)
def test_anything_else_is_no_package(scope: Scope, path: str) -> None:
    assert load(path, scope) is None


@pytest.mark.oracle
def test_sources_are_formatted() -> None:
    if shutil.which("cue") is None:
        pytest.skip("no cue on the path")
    files = [
        *(ROOT / "compiler/cue/builtins/vela").rglob("*.cue"),
        *(ROOT / "compiler/definitions").rglob("*.cue"),
    ]
    assert len(files) > 100
    command = ["cue", "fmt", "--check", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
