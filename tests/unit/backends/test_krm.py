"""`velac krm`: a ResourceList in, a ResourceList out."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from click.testing import CliRunner

from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected

HERE: Final = Path(__file__).resolve().parents[3]
KUSTOMIZE: Final = shutil.which("kustomize", path=f"{HERE}/.tools/bin:{os.environ.get('PATH', '')}")
APP: Final = {
    "apiVersion": "core.oam.dev/v1beta1",
    "kind": "Application",
    "metadata": {
        "name": "web",
        "namespace": "prod",
        "annotations": {"config.kubernetes.io/path": "apps/web.yaml"},
    },
    "spec": {
        "components": [
            {"name": "web", "type": "webservice", "properties": {"image": "nginx:1.27"}}
        ],
        "policies": [{"name": "eu", "type": "topology", "properties": {"clusters": ["eu1"]}}],
    },
}
OTHER: Final = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {
        "name": "other",
        "annotations": {
            "internal.config.kubernetes.io/index": "3",
            "config.kubernetes.io/index": "3",
        },
    },
    "data": {"number": "1"},
}
CONFIG: Final = {
    "apiVersion": "velac.dev/v1alpha1",
    "kind": "Compile",
    "metadata": {"name": "eu1"},
    "spec": {"cluster": "eu1", "clusters": [{"name": "eu1"}]},
}


def krm(*items: Any, config: Any = CONFIG, version: str = "v1") -> tuple[int, dict[str, Any]]:
    given = {
        "apiVersion": f"config.kubernetes.io/{version}",
        "kind": "ResourceList",
        "items": list(items),
        "functionConfig": config,
    }
    done = CliRunner().invoke(ROOT, ["krm"], input=yaml.safe_dump(given), standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.return_value, yaml.safe_load(done.stdout)


@pytest.mark.parametrize("version", ["v1", "v1beta1"])
def test_applications_become_objects_and_others_stay(version: str) -> None:
    code, listed = krm(APP, OTHER, version=version)
    assert code == 0
    assert listed["apiVersion"] == f"config.kubernetes.io/{version}"
    assert listed["functionConfig"] == CONFIG
    other, made = listed["items"]
    assert other == OTHER
    assert (made["kind"], made["metadata"]["namespace"]) == ("Deployment", "prod")
    assert "results" not in listed


def test_a_cluster_that_gets_nothing() -> None:
    code, listed = krm(APP, OTHER, config={"spec": {"clusters": [{"name": "eu1"}]}})
    assert code == 0
    assert listed["items"] == [OTHER]


def test_without_applications_nothing_happens() -> None:
    assert krm(OTHER, config={}) == (
        0,
        {
            "apiVersion": "config.kubernetes.io/v1",
            "kind": "ResourceList",
            "items": [OTHER],
            "functionConfig": {},
        },
    )


def test_findings_are_results_and_items_stay_on_errors() -> None:
    bad = {**APP, "spec": {"components": [{"name": "web", "type": "webservise"}]}}
    code, listed = krm(bad, OTHER)
    assert code == 1
    assert listed["items"] == [bad, OTHER]
    (result,) = [r for r in listed["results"] if r["severity"] == "error"]
    assert "did you mean `webservice`?" in result["message"]
    assert result["resourceRef"] == {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "name": "web",
        "namespace": "prod",
    }
    assert result["file"] == {"path": "apps/web.yaml"}


def test_unknown_cluster() -> None:
    code, listed = krm(APP, config={"spec": {"cluster": "eu2", "clusters": [{"name": "eu1"}]}})
    assert code == 1
    assert listed["results"] == [{"message": "there is no cluster `eu2`", "severity": "error"}]


def test_what_is_no_resource_list_is_refused() -> None:
    for text in ("", "kind: List\n", "a: [", "kind: ResourceList\napiVersion: v1\n"):
        done = CliRunner().invoke(ROOT, ["krm"], input=text, standalone_mode=False)
        assert isinstance(done.exception, Rejected), text
    with pytest.raises(Rejected):
        krm(APP, config={"spec": {"clutser": "eu1"}})


@pytest.mark.oracle
@pytest.mark.skipif(KUSTOMIZE is None, reason="kustomize is not there (`make tools`)")
def test_kustomize_runs_it(tmp_path: Path) -> None:
    assert KUSTOMIZE is not None
    function = {**CONFIG, "metadata": {"name": "eu1", "annotations": {}}}
    function["metadata"] = {
        "name": "eu1",
        "annotations": {"config.kubernetes.io/function": "exec: {path: ./velac-krm}\n"},
    }
    files = {
        "app.yaml": APP,
        "other.yaml": OTHER,
        "function.yaml": function,
        "kustomization.yaml": {
            "resources": ["app.yaml", "other.yaml"],
            "transformers": ["function.yaml"],
        },
    }
    for name, content in files.items():
        (tmp_path / name).write_text(yaml.safe_dump(content))
    script = tmp_path / "velac-krm"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m velac krm\n')
    script.chmod(0o755)
    done = subprocess.run(
        [KUSTOMIZE, "build", "--enable-alpha-plugins", "--enable-exec", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(HERE / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert [obj["kind"] for obj in yaml.safe_load_all(done.stdout)] == ["ConfigMap", "Deployment"]
