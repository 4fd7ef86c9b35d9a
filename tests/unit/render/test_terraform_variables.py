"""Terraform components in a build: properties against the variables of the module in the definition."""

from __future__ import annotations

from pathlib import Path

import pytest

from velac.compiler.driver import compile
from velac.grammar.source import Span

pytest.importorskip("hcl2")

DEFINITION = """\
apiVersion: core.oam.dev/v1beta1
kind: ComponentDefinition
metadata: {name: bucket, labels: {type: terraform}}
spec:
  workload: {definition: {apiVersion: terraform.core.oam.dev/v1beta1, kind: Configuration}}
  schematic:
    terraform:
      type: hcl
      configuration: |
        variable "name" { type = string }
        variable "zones" {
          type    = list(string)
          default = ["a"]
        }
        variable "size" {
          type    = number
          default = 1
        }
        variable "open" {
          type    = bool
          default = false
        }
        variable "tags" {
          type    = map(string)
          default = {}
        }
        variable "anything" { default = null }
"""


def pointed(span: Span) -> str:
    return span.file.text[span.start : span.end]


def told(
    tmp_path: Path, properties: str, definition: str = DEFINITION
) -> list[tuple[str, str, str]]:
    """Code and message of what a build says, and the text that it points at."""
    (tmp_path / "bucket.yaml").write_text(definition)
    (tmp_path / "app.yaml").write_text(
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
    return [
        (d.code, d.message.partition(": ")[2], pointed(d.labels[0].span))
        for d in compile(str(tmp_path)).diagnostics
    ]


@pytest.mark.parametrize(
    "properties",
    [
        "{name: a}",
        "{name: 7, size: '12', open: 'true', zones: [b, 3], tags: {a: 1}, anything: [1, {}]}",
        "{name: a, providerRef: {name: aws}, customRegion: eu, forceDelete: true, backend: {}}",
        "{name: a, writeConnectionSecretToRef: {name: out}, deleteResource: false}",
    ],
)
def test_accepted(tmp_path: Path, properties: str) -> None:
    assert told(tmp_path, properties) == []


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = told(tmp_path, "{zone: b, size: big, open: 2, zones: {}, tags: {a: []}}")
    assert sorted(found) == [
        ("V702", "`parameter.zone`: field not allowed", "zone"),
        (
            "V703",
            "`parameter.name` is required (the Terraform module has no default for this string)",
            "{zone: b, size: big, open: 2, zones: {}, tags: {a: []}}",
        ),
        ("V704", "`parameter.open`: the Terraform module wants bool", "2"),
        ("V704", "`parameter.size`: the Terraform module wants number", "big"),
        ("V704", "`parameter.tags.a`: the Terraform module wants string", "[]"),
        ("V704", "`parameter.zones`: the Terraform module wants list(string)", "{}"),
    ]


def test_of_a_remote_module_nothing_is_known(tmp_path: Path) -> None:
    remote = DEFINITION[: DEFINITION.index("      type: hcl")]
    remote += "      type: remote\n      configuration: https://example.com/m.git\n"
    assert told(tmp_path, "{zone: b}", remote) == []


def test_what_is_no_hcl_is_left_to_others(tmp_path: Path) -> None:
    broken = DEFINITION.replace('variable "name" { type = string }', "variable {{{")
    assert told(tmp_path, "{zone: b}", broken) == []
