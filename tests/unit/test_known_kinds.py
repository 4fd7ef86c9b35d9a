"""Objects of kinds that their API group does not have."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from velac.compiler.driver import Session
from velac.compiler.ir.kinds import EXTENSIONS, KINDS
from velac.compiler.options import Options
from velac.compiler.project import Project
from velac.compiler.result import CompileResult
from velac.compiler.workbench.collect import builtin_definitions

CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boxes.example.com}
spec: {group: example.com, names: {kind: Box, plural: boxes}, scope: Namespaced, versions: []}
"""


def built(
    tmp_path: Path, version: str, kind: str, crds: str = "", **strictness: str
) -> CompileResult:
    app = f"""\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {{name: shop}}
spec:
  components:
    - name: one
      type: k8s-objects
      properties: {{objects: [{{apiVersion: {version}, kind: {kind}, metadata: {{name: a}}}}]}}
    - name: two
      type: k8s-objects
      properties: {{objects: [{{apiVersion: {version}, kind: {kind}, metadata: {{name: b}}}}]}}
"""
    (tmp_path / "app.yaml").write_text(app)
    (tmp_path / "crd.yaml").write_text(crds)
    return Session(Options((str(tmp_path),), project=Project(strictness=strictness))).run()


def told(result: CompileResult) -> list[tuple[str, str, str]]:
    return [(str(d.severity), d.message, d.help) for d in result.diagnostics if d.code == "V719"]


def test_a_misspelt_kind_is_told_once(tmp_path: Path) -> None:
    assert told(built(tmp_path, "apps/v1", "Deploymnet")) == [
        (
            "warning",
            "component `one` makes a Deploymnet, which the API group `apps` does not have",
            "did you mean `Deployment`?",
        )
    ]


def test_a_kind_of_another_group(tmp_path: Path) -> None:
    assert told(built(tmp_path, "v1", "Deployment"))[0][1:] == (
        "component `one` makes a Deployment, which the core API group does not have",
        "the group of Deployment is `apps`, `extensions`",
    )


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("v1", "ConfigMap"),
        ("networking.k8s.io/v1beta1", "Ingress"),
        ("policy/v1beta1", "PodSecurityPolicy"),
        ("helm.toolkit.fluxcd.io/v2", "HelmRelease"),
        ("terraform.core.oam.dev/v1beta2", "Configuration"),
        ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ],
)
def test_kinds_of_kubernetes_and_of_the_addons_are_known(
    tmp_path: Path, version: str, kind: str
) -> None:
    assert not told(built(tmp_path, version, kind))


def test_a_group_that_nothing_defines_is_told(tmp_path: Path) -> None:
    assert told(built(tmp_path, "foo.bar/v1", "Any")) == [
        (
            "warning",
            "component `one` makes a Any of the API group `foo.bar`, which nothing here defines",
            "put its CustomResourceDefinition below PATH; or see `unknownKind`",
        )
    ]
    assert told(built(tmp_path, "batc/v1", "Job"))[0][2] == "the group of Job is `batch`"
    assert told(built(tmp_path, "batc/v1", "Jib"))[0][2] == "did you mean `batch`?"


def test_kinds_that_the_definitions_of_velac_make_are_known() -> None:
    """Whoever adds a definition that makes objects of an extension says its kinds in `compiler/ir/kinds.py`."""
    text = "".join(
        item.definition.template.span.file.text
        for item in builtin_definitions()
        if item.definition.template is not None
    )
    found = set(re.findall(r'apiVersion: +"([a-z0-9.-]+)/v[^"]*"\s+kind: +"(\w+)"', text))
    assert ("helm.toolkit.fluxcd.io", "HelmRelease") in found
    known = {**KINDS, **EXTENSIONS}
    assert {(g, k) for g, k in found if k not in known.get(g, ())} == set()


def test_a_group_is_as_its_definitions_say(tmp_path: Path) -> None:
    assert not told(built(tmp_path, "example.com/v1", "Box", CRD))
    assert told(built(tmp_path, "example.com/v1", "Bax", CRD))[0][2] == "did you mean `Box`?"


def test_the_project_sets_the_severity(tmp_path: Path) -> None:
    assert told(built(tmp_path, "apps/v1", "X", unknownKind="error"))[0][0] == "error"
    assert not told(built(tmp_path, "apps/v1", "X", unknownKind="off"))


def test_parts_of_a_fleet_are_judged_as_the_whole_is(tmp_path: Path) -> None:
    """Each Application that makes the kind is told; an Application may make what it defines itself."""
    (tmp_path / "other").mkdir()
    first = told(built(tmp_path, "apps/v1", "Deploymnet"))
    other = (tmp_path / "app.yaml").read_text().replace("name: shop", "name: store")
    (tmp_path / "other" / "app.yaml").write_text(other)
    assert told(built(tmp_path, "apps/v1", "Deploymnet")) == 2 * first
