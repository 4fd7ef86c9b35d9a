"""Terraform: root modules that the real tool accepts, variables taken literally, what is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import hcl2
import pytest

from velac.compiler.driver import compile
from velac.compiler.output.write import write_output
from velac.compiler.result import CompileResult

TERRAFORM = shutil.which("terraform")
HCL = """
variable "size" { type = number }
variable "label" { type = string }
output "endpoint" { value = "${var.label}-${var.size}" }
"""
DEFINITIONS = f"""
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {{name: store, namespace: vela-system, labels: {{type: terraform}}}}
spec:
  workload: {{definition: {{apiVersion: terraform.core.oam.dev/v1beta2, kind: Configuration}}}}
  schematic:
    terraform:
      type: hcl
      configuration: {json.dumps(HCL)}
      providerRef: {{name: cloud, namespace: default}}
---
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {{name: network, namespace: vela-system, labels: {{type: terraform}}}}
spec:
  workload: {{definition: {{apiVersion: terraform.core.oam.dev/v1beta2, kind: Configuration}}}}
  schematic:
    terraform: {{type: remote, configuration: "https://git.example/modules.git", path: net/plain}}
"""
APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop, namespace: prod}
spec:
  components:
  - {name: pictures, type: store, properties: {size: 3, label: "a ${b} %{c}"}}
  - {name: books.old, type: store, dependsOn: [pictures], properties: {size: 1, label: x}}
  - {name: web, type: webservice, properties: {image: nginx:1}}
"""
NET = "  - {name: net, type: network, properties: {cidr: 10.0.0.0/8}}\n"


def build(tmp_path: Path, app: str = APP) -> CompileResult:
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "definitions.yaml").write_text(DEFINITIONS)
    (tmp_path / "apps" / "app.yaml").write_text(app)
    return compile(str(tmp_path / "apps"), backend="terraform")


def test_root_module(tmp_path: Path) -> None:
    files = dict(build(tmp_path, APP + NET).files())
    here = "local/prod/shop"
    assert json.loads(files[f"{here}/main.tf.json"])["module"] == {
        "pictures": {
            "source": "./modules/pictures",
            "size": "${var.pictures_size}",
            "label": "${var.pictures_label}",
        },
        "books__old": {
            "source": "./modules/books__old",
            "size": "${var.books__old_size}",
            "label": "${var.books__old_label}",
            "depends_on": ["module.pictures"],
        },
        "net": {
            "source": "git::https://git.example/modules.git//net/plain",
            "cidr": "${var.net_cidr}",
        },
    }
    variables = json.loads(files[f"{here}/variables.tf.json"])["variable"]
    assert variables["pictures_label"] == {"default": "a ${b} %{c}"}
    module = hcl2.loads(files[f"{here}/modules/pictures/main.tf"].decode())
    assert len(module["variable"]) == 2
    assert not any("web" in path for path in files)


def test_losses_are_told(tmp_path: Path) -> None:
    told = [d.message for d in build(tmp_path).diagnostics if d.code == "V810"]
    assert any("`providerRef` of Configuration prod/pictures" in text for text in told)
    assert "terraform: 1 objects of `prod/shop` are no cloud components and are not written" in told


@pytest.mark.oracle
@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not on this machine")
def test_terraform_accepts_it(tmp_path: Path) -> None:
    write_output(str(tmp_path / "out"), build(tmp_path).files())
    folder = tmp_path / "out" / "local" / "prod" / "shop"
    for args in (
        ["init", "-backend=false", "-input=false"],
        ["validate"],
        ["plan", "-input=false"],
    ):
        done = subprocess.run(
            [str(TERRAFORM), *args, "-no-color"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
