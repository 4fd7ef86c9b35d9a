"""Argo Workflows: the order of tasks, gates, requests; every field is one that hera's models know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from velac.compiler.driver import compile
from velac.compiler.result import CompileResult

APPS = Path(__file__).resolve().parents[2] / "golden" / "backends" / "app"
SETTINGS = {"repoURL": "https://git.example/fleet.git", "image": "tools/kubectl:1", "path": "dist"}
STEPS = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod}
spec:
  components: [{name: web, type: webservice, properties: {image: nginx:1}}]
  policies:
  - {name: east, type: topology, properties: {clusters: [east]}}
  - {name: rest, type: topology, properties: {clusters: [west, south]}}
  workflow:
    steps:
    - {name: first, type: deploy, properties: {policies: [east]}}
    - {name: look, type: suspend, properties: {duration: 10m}}
    - name: both
      type: step-group
      subSteps:
      - {name: tell, type: webhook, properties: {url: {value: "https://chat.example"}, data: {text: done}}}
      - {name: others, type: deploy, properties: {policies: [rest], auto: false}}
    - {name: odd, type: webhook, properties: {url: {value: "https://chat.example/{{x}}"}, data: {a: b}}}
    - {name: note, type: print-message-in-status, properties: {message: over}}
"""


def build(path: Path) -> CompileResult:
    return compile(str(path), backend="argo-workflows", settings={"argo-workflows": SETTINGS})


def templates(result: CompileResult) -> dict[str, Any]:
    return {path: yaml.safe_load(content) for path, content in result.files()}


def tasks(template: dict[str, Any]) -> dict[str, list[str]]:
    (dag,) = [t["dag"] for t in template["spec"]["templates"] if "dag" in t]
    return {task["name"]: task.get("dependencies", []) for task in dag["tasks"]}


@pytest.fixture
def steps(tmp_path: Path) -> CompileResult:
    (tmp_path / "app.yaml").write_text(STEPS)
    (tmp_path / "clusters.yaml").write_text((APPS / "clusters.yaml").read_text())
    return build(tmp_path)


def test_order(steps: CompileResult) -> None:
    (template,) = templates(steps).values()
    assert tasks(template) == {
        "first": [],
        "look": ["first"],
        "tell": ["look"],
        "others-approval": ["look"],
        "others": ["others-approval"],
    }
    made = {t["name"]: t for t in template["spec"]["templates"]}
    assert made["look"]["suspend"] == {"duration": "10m"}
    assert made["others-approval"]["suspend"] == {}
    assert made["tell"]["http"] == {
        "method": "POST", "url": "https://chat.example", "body": '{"text": "done"}',
    }  # fmt: skip


def test_steps_that_nobody_carries_out(steps: CompileResult) -> None:
    told = [d.message for d in steps.diagnostics if d.code == "V810"]
    assert any("`note` (print-message-in-status)" in text for text in told)
    assert any("`odd` (webhook)" in text for text in told)
    assert not any("`tell`" in text for text in told)


def test_everything_of_plain_is_applied(root: Path) -> None:
    """Whatever no step deploys, too: an Application without workflow, objects of policies."""
    for repository in (APPS, root / "examples" / "fleet"):
        wanted = {path.rpartition("/")[0] for path, _ in compile(str(repository)).files()}
        found = set()
        for path, template in templates(build(repository)).items():
            (dag,) = [t["dag"] for t in template["spec"]["templates"] if "dag" in t]
            for task in dag["tasks"]:
                for one in task.get("arguments", {}).get("parameters", []):
                    found |= {f"{c}/{path.rpartition('/')[0]}" for c in one["value"].split()}
        assert found >= wanted


def test_every_field_is_known(steps: CompileResult, root: Path) -> None:
    models = pytest.importorskip("hera.workflows.models", reason="needs the extra `argo`")
    results = [steps, build(APPS), build(root / "examples" / "fleet")]
    for result in results:
        assert result.ok
        for template in templates(result).values():
            model = models.WorkflowTemplate.model_validate(template)
            kept = model.model_dump(by_alias=True, exclude_none=True, mode="json")
            assert kept == template


def test_script_holds_nothing_of_the_application(steps: CompileResult) -> None:
    (template,) = templates(steps).values()
    (apply,) = [t for t in template["spec"]["templates"] if t["name"] == "apply"]
    script = apply["container"]["command"][2]
    assert "{{" not in script
    assert "shop" not in script
