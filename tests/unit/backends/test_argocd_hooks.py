"""Argo CD: workloads of chosen component types are hooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from velac.compiler.driver import compile
from velac.compiler.result import CompileResult

APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: store}
spec:
  components:
    - {name: migrate, type: task, properties: {image: "shop:2", cmd: [migrate]}}
    - name: web
      type: webservice
      properties: {image: "shop:2"}
      traits: [{type: expose, properties: {port: [80]}}]
"""


def build(folder: Path, hooks: Any) -> CompileResult:
    (folder / "app.yaml").write_text(APP)
    return compile(
        str(folder), backend="argocd",
        settings={"argocd": {"repoURL": "https://git.example/x", "hooks": hooks}},
    )  # fmt: skip


def marks_of(result: CompileResult) -> dict[str, dict[str, str]]:
    files = dict(result.files())
    objects = yaml.safe_load_all(files["manifests/local/store/shop/manifest.yaml"])
    return {o["kind"]: o["metadata"].get("annotations") or {} for o in objects}


def test_a_task_runs_before_each_sync(tmp_path: Path) -> None:
    found = marks_of(build(tmp_path, {"task": "PreSync"}))
    assert found["Job"] == {
        "argocd.argoproj.io/hook": "PreSync",
        "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
    }
    assert "argocd.argoproj.io/hook" not in found["Deployment"] | found["Service"]


def test_what_is_skipped_is_never_made(tmp_path: Path) -> None:
    found = marks_of(build(tmp_path, {"task": "Skip"}))
    assert found["Job"] == {"argocd.argoproj.io/hook": "Skip"}


def test_without_the_setting_nothing_is_a_hook(tmp_path: Path) -> None:
    assert not any(
        "hook" in name for found in marks_of(build(tmp_path, {})).values() for name in found
    )


def test_there_are_only_the_phases_of_argo_cd(tmp_path: Path) -> None:
    (found,) = build(tmp_path, {"task": "BeforeSync"}).diagnostics
    assert found.code == "V304"
    assert "PreSync" in found.message
