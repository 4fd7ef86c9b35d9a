"""Terraform modules that lie in the repository: the project file says which directory stands for an address."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.driver import Session
from velac.compiler.options import Options
from velac.compiler.project import load_project

pytest.importorskip("hcl2")

DEFINITION = """\
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: bucket, labels: {type: terraform}}
spec:
  workload: {definition: {apiVersion: terraform.core.oam.dev/v1beta1, kind: Configuration}}
  schematic:
    terraform:
      type: remote
      configuration: https://git.example.com/acme/modules.git
      path: aws/bucket
"""
PROJECT = "terraform: {modules: {https://git.example.com/acme/modules: modules}}\n"
VARIABLES = """\
# variable "commented" {}
/* variable "commented too" {} */
variable "name" {
  type        = string
  description = "Name of the bucket, such as \\"logs\\" or ${var.other} }"
}

variable "rules" {
  type = list(object({
    days  = number # until it goes
    class = optional(string, "cold")
  }))
  default = []
}
"""
MAIN = """\
locals {
  text = <<-EOT
    variable "in_text" {}
  EOT
  variable = "no block: ${join("}", ["{", "\\"}"])}"
  odd      = var.a ... # nothing that is not a variable has to be understood
}
variable "size" {
  type = number
}
"""
OVERRIDE = 'variable "size" {\n  default = 5\n}\n'
JSON = '{"variable": {"tags": {"type": "map(string)", "default": {}, "description": "Labels"}}}'


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the definition `bucket` and its module."""
    module = tmp_path / "modules/aws/bucket"
    module.mkdir(parents=True)
    for name, text in (
        ("variables.tf", VARIABLES),
        ("main.tf", MAIN),
        ("main_override.tf", OVERRIDE),
        ("more.tf.json", JSON),
        ("outputs.txt", "variable x {{{"),
    ):
        (module / name).write_text(text)
    (tmp_path / "velac.yaml").write_text(PROJECT)
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/bucket.yaml").write_text(DEFINITION)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def built(properties: str) -> list[Diagnostic]:
    Path("apps/app.yaml").write_text(
        f"""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: shop}}
spec:
  components:
    - name: files
      type: bucket
      properties: {properties}
"""
    )
    return Session(Options(("apps",), project=load_project("velac.yaml"))).run().diagnostics


def told(properties: str) -> list[tuple[str, str]]:
    return sorted((d.code, d.message.partition(": ")[2]) for d in built(properties))


@pytest.mark.parametrize(
    "properties",
    [
        "{name: logs}",
        "{name: logs, size: '12', tags: {a: b}, rules: [{days: 3}, {days: '4', class: hot}]}",
        "{name: logs, providerRef: {name: aws}, rules: null}",
        # Another path or version of the module has other variables.
        "{path: aws/other, anything: 1}",
        "{gitRef: {tag: v1}, anything: 1}",
    ],
)
def test_accepted(repository: Path, properties: str) -> None:
    assert told(properties) == []


def test_all_that_is_wrong_is_told_at_once(repository: Path) -> None:
    assert told("{nam: a, size: big, tags: [], rules: [{class: {}}, 3], in_text: 1}") == [
        ("V702", "`parameter.in_text`: field not allowed"),
        ("V702", "`parameter.nam`: field not allowed"),
        ("V703", "`parameter.name` is required (the Terraform module has no default for this string)"),
        ("V703", "`parameter.rules.0.days` is required (the Terraform module wants this number)"),
        ("V704", "`parameter.rules.0.class`: the Terraform module wants string"),
        (
            "V704",
            '`parameter.rules.1`: the Terraform module wants object({days = number, class = optional(string, "cold")})',
        ),
        ("V704", "`parameter.size`: the Terraform module wants number"),
        ("V704", "`parameter.tags`: the Terraform module wants map(string)"),
    ]  # fmt: skip


def test_what_a_configuration_cannot_hold_is_refused(repository: Path) -> None:
    assert told("{name: a, forceDelete: 'yes', providerRef: aws, backend: null}") == [
        ("V704", "`parameter.forceDelete` has to be a boolean"),
        ("V704", "`parameter.providerRef` has to be a object"),
    ]


def test_without_a_setting_nothing_is_known(repository: Path) -> None:
    (repository / "velac.yaml").write_text("")
    assert told("{anything: 1}") == []


@pytest.mark.parametrize("path", ["../../..", "/etc", "aws/../../..", "linked"])
def test_a_path_stays_in_its_directory(repository: Path, path: str) -> None:
    outside = repository / "outside"
    outside.mkdir()
    (repository / "modules/linked").symlink_to(outside)
    (repository / "apps/bucket.yaml").write_text(DEFINITION.replace("aws/bucket", path))
    (problem,) = built("{}")
    assert problem.code == "V312"
    assert problem.message == (
        f"`bucket`: the path `{path}` of its Terraform module leads out of `modules`"
    )
    assert problem.labels[0].span.file.name == "apps/bucket.yaml"


def test_a_file_stays_in_its_directory(repository: Path) -> None:
    (repository / "secret.tf").write_text('variable "x" {}')
    (repository / "modules/aws/bucket/link.tf").symlink_to(repository / "secret.tf")
    (problem,) = built("{name: a}")
    assert problem.message == "`bucket`: `modules/aws/bucket/link.tf` leads out of `modules`"


def test_a_module_that_is_not_there(repository: Path) -> None:
    (repository / "apps/bucket.yaml").write_text(DEFINITION.replace("aws/bucket", "aws/none"))
    (problem,) = built("{}")
    assert problem.message == (
        "`bucket`: its Terraform module is not there: `modules/aws/none` is no directory"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('variable "x" {', "this file of a module is not HCL: this is not closed"),
        ('variable "x" {}}', "this file of a module is not HCL: this closes what was never opened"),
        ('variable "x', "this file of a module is not HCL: this does not end"),
        ("x = <<EOT\n", "this file of a module is not HCL: this does not end with EOT"),
        ("[" * 100_000, "this file of a module is not HCL: this is not closed"),
        ('"' + "${" * 100_000, "this file of a module is not HCL: this does not end"),
        ('variable "x" {\n default = = 1\n}', "the configuration of `bucket` is not HCL: "),
        ('variable "x" {\n default = ' + "[" * 9000 + "]" * 9000 + "\n}", "the configuration of "),
        ('variable "x" {}\n' * 50_000, "the variables of `bucket` are more than 256 KiB of text"),
    ],
)
def test_hostile_modules_are_diagnostics(repository: Path, text: str, message: str) -> None:
    (repository / "modules/aws/bucket/odd.tf").write_text(text)
    (problem,) = built("{name: a}")
    assert problem.code == "V312"
    assert problem.message.startswith(message)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{", b"[" * 100_000])
def test_files_that_are_no_text(repository: Path, content: bytes) -> None:
    (repository / "modules/aws/bucket/odd.tf.json").write_bytes(content)
    (problem,) = built("{name: a}")
    assert problem.code == "V312"


def test_a_pipe_is_not_waited_for(repository: Path) -> None:
    os.mkfifo(repository / "modules/aws/bucket/pipe.tf")
    (problem,) = built("{name: a}")
    assert problem.message.endswith("is not a regular file")


# ------------------------------------------------------------------------------------------------ `velac def`


def run(*args: str) -> str:
    done = CliRunner().invoke(ROOT, args, standalone_mode=False)
    assert done.exception is None, done.output
    return done.stdout


def test_the_verbs_know_the_variables(repository: Path) -> None:
    assert run("def", "vet", "apps") == ""
    shown: list[dict[str, Any]] = json.loads(
        run("def", "show", "apps/bucket.yaml", "--output", "json")
    )
    table = {row["name"]: row for row in shown[0]["parameters"]}
    assert table["name"]["required"]
    assert table["name"]["type"] == "string"
    assert (table["size"]["type"], table["size"]["default"]) == ("number", "5")
    assert (table["tags"]["type"], table["tags"]["usage"]) == ("map(string)", "Labels")
    accepts = pytest.importorskip("jsonschema_rs").validator_for(shown[0]["schema"]).is_valid
    assert accepts({"name": "a", "rules": [{"days": "3"}], "size": None})
    assert accepts({"path": "aws/other", "anything": 1})
    assert not accepts({"size": 1})
    assert not accepts({"name": "a", "other": 1})
    assert not accepts({"name": "a", "rules": [{}]})
