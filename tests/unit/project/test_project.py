"""The project file: found upwards, strict, every value with a default, relative to itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.project import Project, find_project, json_schema, load_project, written_for

APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: prod}
spec:
  components:
  - {name: web, type: webservice, properties: {image: nginx:1.27}}
"""


def run(*args: str) -> Result:
    return CliRunner().invoke(ROOT, list(args), standalone_mode=False)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "web.yaml").write_text(APP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_everything_has_a_default(repository: Path) -> None:
    assert find_project() == Project()


def test_the_nearest_file_upwards_counts_and_paths_are_relative_to_it(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "velac.yaml").write_text("applications: [apps]\ninventory: clusters.yaml\n")
    (repository / "apps" / "deep").mkdir()
    monkeypatch.chdir(repository / "apps" / "deep")
    project = find_project()
    assert project.applications == ("../../apps",)
    assert project.inventory == "../../clusters.yaml"


def test_all_problems_at_once(repository: Path) -> None:
    (repository / "velac.yaml").write_text(
        "aplications: [apps]\nkubernetesVersion: new\nstrictness: {unusedParameter: loud}\n"
    )
    with pytest.raises(Rejected) as rejected:
        load_project("velac.yaml")
    found = [(d.code, d.help) for d in rejected.value.diagnostics]
    assert ("V301", "did you mean `applications`?") in found
    assert len(found) == 3


def test_build_and_plan_without_arguments(repository: Path) -> None:
    (repository / "velac.yaml").write_text(
        "applications: [apps]\noutput: {directory: out, layout: cluster}\nlabels: {team: a}\n"
    )
    assert run("build").return_value == 0
    text = (repository / "out" / "local" / "manifest.yaml").read_text()
    assert "team: a" in text
    assert "prod/web" in run("plan").stdout


def test_the_inventory_beside_the_project_file_is_that_of_its_parts(repository: Path) -> None:
    placed = APP + "  policies: [{name: one, type: topology, properties: {clusters: [far]}}]\n"
    (repository / "apps" / "web.yaml").write_text(placed)
    (repository / "clusters.yaml").write_text("clusters: [{name: far}]\n")
    assert run("build", "apps").return_value == 1, "no project, so no inventory"
    (repository / "velac.yaml").write_text("applications: [apps]\n")
    for paths in ((), ("apps",), ("apps/web.yaml",), (".",)):
        assert run("build", *paths, "--no-cache", "-o", "out").return_value == 0, paths
    (repository / "apps" / "clusters.yaml").write_text("clusters: [{name: near}]\n")
    assert run("build", "apps").return_value == 1, "its own comes first"


def test_without_path_and_project_it_is_wrong_usage(repository: Path) -> None:
    result = run("build")
    assert "velac init" in str(result.exception)


def test_init_describes_what_it_finds_and_build_accepts_it(repository: Path) -> None:
    (repository / "clusters.yaml").write_text("clusters: [{name: a}]\n")
    assert run("init").return_value == 0
    project = find_project()
    assert project.applications == ("apps",)
    assert project.inventory == "clusters.yaml"
    assert run("build").return_value == 0
    assert isinstance(run("init").exception, Rejected), "an existing file stays"


def test_the_schema_knows_every_field() -> None:
    schema = json_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert {"applications", "definitions", "inventory", "labels"} <= schema["properties"].keys()
    assert schema["properties"]["strictness"]["properties"]["unusedParameter"]["enum"] == [
        "error",
        "warning",
        "note",
        "off",
    ]


def test_what_init_writes_is_sound(tmp_path: Path) -> None:
    file = tmp_path / "velac.yaml"
    file.write_text(written_for(str(tmp_path)))
    assert load_project(str(file)).layout == "app"
