"""A small fleet in the files of each backend: `<case>.txt` holds diagnostics and all files, schemas know every object."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from velac.compiler.diagnostics.render import render_text
from velac.compiler.driver import compile
from velac.compiler.result import CompileResult

jsonschema_rs = pytest.importorskip("jsonschema_rs", reason="needs the extra `schemas`")

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent.parent
SCHEMAS: Final = HERE.parent.parent / "schemas"
_ARGO: Final = {"repoURL": "https://git.lantern.example/fleet.git"}
_FLUX: Final = {"url": "https://git.lantern.example/fleet.git"}
CASES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "argocd": ("argocd", {**_ARGO, "path": "dist", "hydrator": True, "plugin": True}),
    "argocd-list": ("argocd", {**_ARGO, "generator": "list", "project": "store"}),
    "argocd-clusters": ("argocd", {**_ARGO, "generator": "clusters", "path": "a/b"}),
    "argocd-git": ("argocd", {**_ARGO, "generator": "git", "path": "dist", "layout": "object"}),
    "flux": ("flux", {**_FLUX, "path": "dist"}),
    "flux-oci": (
        "flux",
        {
            "url": "oci://registry.lantern.example/fleet",
            "source": "oci",
            "artifact": "cluster",
            "wait": False,
            "approved": ["store/shop/look"],
            "unsupported": "ignore",
        },
    ),
    "kustomize": ("kustomize", {"unsupported": "ignore"}),
    "flux-fleet": ("flux", {**_FLUX, "artifact": "fleet", "layout": "object"}),
}


def built(case: str) -> CompileResult:
    backend, settings = CASES[case]
    return compile(["fleet"], backend=backend, settings={backend: settings}, verify=True)


@pytest.mark.parametrize("case", CASES)
def test_golden(
    case: str, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    result = built(case)
    assert result.ok, render_text(result.diagnostics)
    parts = [render_text(result.diagnostics)]
    for path, content in result.files():
        # Compressed bytes depend on the zlib that made them; the unit test of artifacts looks into them.
        if not path.startswith("oci/"):
            parts.append(f"=== {path}\n{content.decode()}")
    golden(HERE / f"{case}.txt", "".join(parts))


@pytest.mark.parametrize("case", [case for case in CASES if case != "kustomize"])
def test_objects_of_the_target_fit_its_schemas(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    validators = {
        path.stem: jsonschema_rs.validator_for(path.read_text()) for path in SCHEMAS.glob("*.json")
    }
    checked = 0
    for path, content in built(case).files():
        if path.startswith(("manifests/", "oci/")) or not path.endswith(".yaml"):
            continue
        for document in yaml.safe_load_all(content):
            validator = validators.get(document["kind"].lower())
            if validator is not None:
                problems = [
                    f"{e.instance_path}: {e.message}" for e in validator.iter_errors(document)
                ]
                assert not problems, f"{path}: {problems}"
                checked += 1
    assert checked


@pytest.mark.parametrize("case", [case for case in CASES if case != "kustomize"])
def test_manifests_are_those_of_plain_but_for_annotations(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(HERE)
    result = built(case)
    layout = CASES[case][1].get("layout", "app")
    plain = dict(compile(["fleet"], layout=layout).files())
    annotated = 0
    for path, content in result.files():
        if not path.startswith("manifests/") or not path.endswith(".yaml"):
            continue
        ours = list(yaml.safe_load_all(content))
        theirs = list(yaml.safe_load_all(plain.pop(path.removeprefix("manifests/"))))
        assert len(ours) == len(theirs)
        for one, two in zip(ours, theirs, strict=True):
            mine, before = (obj["metadata"].pop("annotations", None) or {} for obj in (one, two))
            added = mine.keys() - before.keys()
            assert all(name.partition("/")[0] in TARGETS for name in added)
            assert {name: mine[name] for name in before} == before
            assert one == two
            annotated += bool(added)
    assert not plain
    assert annotated


TARGETS: Final = ("argocd.argoproj.io", "kustomize.toolkit.fluxcd.io")


def test_schemas_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HERE)
    files = dict(built("argocd").files())
    document = yaml.safe_load(files["argocd/root.yaml"])
    validator = jsonschema_rs.validator_for((SCHEMAS / "application.json").read_text())
    assert validator.is_valid(document)
    document["spec"]["syncPolicy"]["automatic"] = {}
    assert not validator.is_valid(document)


PROGRAM: Final = """
import hashlib, json, sys
from velac.compiler.driver import compile
paths, cases = json.loads(sys.argv[1])
for case, (backend, settings) in cases.items():
    result = compile(paths, backend=backend, settings={backend: settings})
    assert result.ok, result.diagnostics
    digest = hashlib.sha256()
    for path, content in result.files():
        digest.update(f"{path} {len(content)} ".encode() + content)
    print(case, digest.hexdigest())
"""


def test_same_bytes_with_other_hash_seeds_and_working_directories(tmp_path: Path) -> None:
    import json

    def digests(seed: str, folder: Path) -> str:
        paths = [os.path.relpath(ROOT / "examples" / "fleet", folder)]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, json.dumps([paths, CASES])],
            cwd=folder,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    one = digests("1", ROOT)
    assert one == digests("4711", tmp_path)
    assert len(set(one.split())) == 2 * len(CASES), "every case has its own output"
