"""Revisions as sides of `velac diff`: what was published, with the definitions of then, against the clusters of now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.unit.diff.test_diff import CLUSTERS

from velac.compiler import cli
from velac.compiler.commands.root import ROOT
from velac.compiler.diagnostics.model import Rejected

APP = """\
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: prod}
spec:
  components:
  - {name: web, type: text, properties: {text: FIRST}}
  policies:
  - {name: all, type: topology, properties: {clusterLabelSelector: {stage: prod}}}
"""
TEXT = """\
text: {type: "component", attributes: workload: definition: {apiVersion: "v1", kind: "ConfigMap"}}
template: {
    output: {apiVersion: "v1", kind: "ConfigMap", metadata: name: context.name, data: text: "first " + parameter.text}
    parameter: text: string
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two revisions, and edits since then."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "velac.yaml").write_text("applications: [apps]\nrevisions: {directory: kept}\n")
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps/clusters.yaml").write_text(CLUSTERS)
    (tmp_path / "apps/app.yaml").write_text(APP.replace("FIRST", "one"))
    (tmp_path / "apps/text.cue").write_text(TEXT)
    assert cli.run(["build"]) == 0
    (tmp_path / "apps/text.cue").write_text(TEXT.replace("first", "second"))
    (tmp_path / "apps/app.yaml").write_text(APP.replace("FIRST", "two"))
    assert cli.run(["build"]) == 0
    (tmp_path / "apps/app.yaml").write_text(APP.replace("FIRST", "three"))
    return tmp_path


def diff(*args: str) -> Result:
    return CliRunner().invoke(ROOT, ["diff", *args], standalone_mode=False)


def changed(*args: str) -> list[dict[str, Any]]:
    """The changed fields that are data of the object, with the places of their causes."""
    result = diff(*args, "--output", "json")
    assert result.exception is None, result.exception
    found: list[dict[str, Any]] = json.loads(result.stdout)["changes"]
    assert all(len(change["clusters"]) == 12 for change in found)
    return found


def data(changes: list[dict[str, Any]]) -> list[tuple[str, str]]:
    fields = [field for change in changes for field in change["fields"]]
    return [(f["before"], f["after"]) for f in fields if f["path"].startswith("data")]


def test_two_revisions_with_their_definitions(folder: Path) -> None:
    found = changed("web@v1", "prod/web@2")
    assert data(found) == [("first one", "second two")]
    assert [cause.partition(":")[0] for change in found for cause in change["causes"]] == ["prod/web@v2"]  # fmt: skip


def test_a_revision_against_the_working_tree(folder: Path) -> None:
    assert data(changed("web@v1")) == [("first one", "second three")]
    assert data(changed("web@v2", ".")) == [("second two", "second three")]
    assert data(changed(".", "web@v2")) == [("second three", "second two")]


def test_equal_revisions_and_nothing_is_recorded(folder: Path) -> None:
    before = {path: path.read_bytes() for path in (folder / "kept").rglob("*.json")}
    assert diff("web@v1", "web@v1").stdout == "no change in any cluster\n"
    changed("web@v1")
    assert {path: path.read_bytes() for path in (folder / "kept").rglob("*.json")} == before


def test_a_revision_of_an_application_whose_file_is_gone(folder: Path) -> None:
    (folder / "apps/app.yaml").unlink()
    assert data(changed("web@v1", "web@v2")) == [("first one", "second two")]
    (change,) = changed("web@v2")
    assert change["verb"] == "delete"


@pytest.mark.parametrize(
    ("sides", "text"),
    [
        (("web@v9",), "has no revision"),
        (("wbe@v1",), "no revision of `wbe`"),
        (("web@v1", "other@v1"), "two Applications"),
    ],
)
def test_what_is_no_revision_is_said(sides: tuple[str, ...], text: str, folder: Path) -> None:
    (folder / "apps/other.yaml").write_text(APP.replace("name: web", "name: other"))  # fmt: skip
    assert cli.run(["build"]) == 0
    error = diff(*sides).exception
    assert isinstance(error, Rejected)
    assert [d.code for d in error.diagnostics] == ["V822"]
    assert text in error.diagnostics[0].message


def test_without_revisions_it_is_a_git_ref(folder: Path) -> None:
    (folder / "velac.yaml").write_text("applications: [apps]\n")
    error = diff("web@v1").exception
    assert isinstance(error, Rejected)
    assert [d.code for d in error.diagnostics] == ["V806"]


def test_what_only_says_another_revision_is_told_once(folder: Path) -> None:
    """The label of the revision stands on every object: it is one change of the Application, with its objects."""
    more = "  - {name: other, type: text, properties: {text: SAME}}\n  policies:"
    app = APP.replace("FIRST", "two").replace("  policies:", more)
    (folder / "apps/app.yaml").write_text(app)
    assert cli.run(["build"]) == 0
    (folder / "apps/app.yaml").write_text(app.replace("text: two", "text: four"))
    assert cli.run(["build"]) == 0
    result = diff("web@v3", "web@v4")
    assert result.output.splitlines()[:6] == [
        "prod/web",
        "  ~ change ConfigMap prod/web in 12 clusters (prod-eu-*)",
        '      data.text: "second two" -> "second four"',
        "      from prod/web@v4:10:13 (component `web`)",
        "  · revise 2 objects in 12 clusters (prod-eu-*)",
        '      app.oam.dev/appRevision: "web-v3" -> "web-v4"',
    ]
    unified = diff("web@v3", "web@v4", "--output", "unified").output
    assert "ConfigMap prod/other" in unified, "the objects are named"
    found = json.loads(diff("web@v3", "web@v4", "--output", "json").output)["changes"]
    assert [(c["verb"], c["kind"]) for c in found] == [
        ("change", "ConfigMap"),
        ("revise", "Revision"),
    ]


def test_paths_that_neither_side_has_stop_a_diff_of_revisions(folder: Path) -> None:
    with pytest.raises(Rejected, match="`aps` does not exist"):
        raise diff("web@v1", "--path", "aps").exception or AssertionError("nothing was said")
