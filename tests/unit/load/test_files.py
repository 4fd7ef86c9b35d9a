"""Which files are read, in which order, and what is said about those that cannot be."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from velac.compiler.load import files as files_module
from velac.compiler.load.bundle import load
from velac.compiler.load.files import Files

APP = "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: %s}\nspec: {components: []}\n"


def found(root: Path) -> list[str]:
    return [os.path.relpath(f.path, root) for f in Files().find([str(root)])]


def touch(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def test_order_and_kinds_of_files(tmp_path: Path) -> None:
    touch(
        tmp_path,
        "b.yaml",
        "a/z.yml",
        "a/b.cue",
        "c.json",
        "d.txt",
        "e.yaml.bak",
        ".git/x.yaml",
        ".h.yaml",
    )
    assert found(tmp_path) == ["a/b.cue", "a/z.yml", "b.yaml", "c.json"]


def test_a_file_is_read_once_however_often_it_is_named(tmp_path: Path) -> None:
    touch(tmp_path, "a.yaml", "d/b.yaml")
    reader = Files()
    roots = [str(tmp_path / "a.yaml"), str(tmp_path), str(tmp_path / "d")]
    assert [f.path for f in reader.find(roots)] == [
        str(tmp_path / "a.yaml"),
        str(tmp_path / "d" / "b.yaml"),
    ]


def test_names_are_those_the_user_gave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "d/a.yaml")
    monkeypatch.chdir(tmp_path)
    assert [f.name for f in Files().find(["."])] == ["d/a.yaml"]
    assert [f.name for f in Files().find(["./d/"])] == ["d/a.yaml"]


def test_outputs_of_builds_are_no_input(tmp_path: Path) -> None:
    touch(tmp_path, "a.yaml", "dist/.velac/index.json", "dist/local/b.yaml")
    assert found(tmp_path) == ["a.yaml"]


def test_links_inside_are_followed_once_links_out_are_errors(tmp_path: Path) -> None:
    root, away = tmp_path / "root", tmp_path / "away"
    touch(root, "real/a.yaml")
    touch(away, "b.yaml", "notes.txt")
    (root / "again").symlink_to(root / "real")
    (root / "a-link.yaml").symlink_to(root / "real" / "a.yaml")
    (root / "loop").symlink_to(root)
    (root / "text").symlink_to(away / "notes.txt")
    reader = Files()
    assert len(list(reader.find([str(root)]))) == 1
    assert reader.diagnostics == []
    (root / "out.yaml").symlink_to(away / "b.yaml")
    (root / "out").symlink_to(away)
    reader = Files()
    assert len(list(reader.find([str(root)]))) == 1
    assert [d.code for d in reader.diagnostics] == ["V107", "V107"]


def test_missing_path(tmp_path: Path) -> None:
    reader = Files()
    assert list(reader.find([str(tmp_path / "nope")])) == []
    assert [d.code for d in reader.diagnostics] == ["V109"]


def test_unreadable_files_are_reported_and_the_others_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "MAX_BYTES", 1000)
    (tmp_path / "a-latin.yaml").write_bytes(b"name: \xe9")
    (tmp_path / "b-utf16.yaml").write_bytes("name: x".encode("utf-16"))
    (tmp_path / "c-huge.yaml").write_text("#" * 1001)
    (tmp_path / "d-folder.yaml").mkdir()
    (tmp_path / "e-gone.yaml").symlink_to(tmp_path / "nowhere.yaml")
    (tmp_path / "f.yaml").write_text(APP % "fine")
    bundle = load([str(tmp_path)])
    problems = [(d.code, d.span.file.name.rpartition("/")[2]) for d in bundle.diagnostics if d.span]
    assert problems == [
        ("V105", "a-latin.yaml"),
        ("V105", "b-utf16.yaml"),
        ("V106", "c-huge.yaml"),
        ("V104", "e-gone.yaml"),
    ]
    assert len(bundle.applications) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_file_is_told_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    (tmp_path / "b.yaml").symlink_to("b.yaml")
    (tmp_path / "c.yaml").write_text(APP % "fine")
    bundle = load([str(tmp_path)])
    assert [d.code for d in bundle.diagnostics] == ["V104", "V104"]
    assert "not a regular file" in bundle.diagnostics[0].message
    assert "Too many levels of symbolic links" in bundle.diagnostics[1].message
    assert len(bundle.applications) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text on this system")
def test_a_name_that_is_not_text_is_told(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/caf\xe9.yaml", "w") as file:
        file.write(APP % "fine")
    (problem,) = load([str(tmp_path)]).diagnostics
    assert problem.code == "V105"
    assert "caf\\xe9.yaml" in problem.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permissions(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("")
    (tmp_path / "a.yaml").chmod(0)
    assert [d.code for d in load([str(tmp_path)]).diagnostics] == ["V104"]


def test_documents_go_where_they_belong(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        (APP % "one")
        + "---\n---\n"
        + "apiVersion: core.oam.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\ntype: override\n---\n"
        + "apiVersion: core.oam.dev/v1alpha1\nkind: Workflow\nmetadata: {name: w}\n---\n"
        + "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: other}\n---\n"
        + "apiVersion: core.oam.dev/v1alpha2\nkind: Application\nmetadata: {name: old}\n---\n"
        + "kind: ConfigMap\napiVersion: v1\n---\n- a list\n---\njust text\n---\n"
        + "apiVersion: v1\nkind: List\nitems:\n- "
        + (APP % "two").replace("\n", "\n  ")
    )
    bundle = load([str(tmp_path)])
    assert [a.data["metadata"]["name"] for a in bundle.applications] == ["one", "two"]
    assert (len(bundle.policies), len(bundle.workflows)) == (1, 1)
    assert [d.code for d in bundle.diagnostics] == ["V110", "V315", "V110", "V110", "V110"]
    assert bundle.applications[1].span(("metadata", "name")).line > 20


def test_json(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '{"apiVersion": "core.oam.dev/v1beta1", "kind": "Application", "metadata": {"name": "j"}}'
    )
    (tmp_path / "b.json").write_text('{"a": 1,}')
    bundle = load([str(tmp_path)])
    (application,) = bundle.applications
    assert application.span(("metadata", "name")).column == 84
    assert [d.code for d in bundle.diagnostics] == ["V103"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("clusters: [{name: a}, {name: b, labels: {x: y1}, kubernetesVersion: '1.30'}]", []),
        ("clusters: [{name: a}, {name: a}]", ["V313"]),
        ("clusters: [{name: a}, {name: A}]", ["V506"]),
        ("clusters: [{name: ../a}]", ["V305"]),
        ("clusters: [{nam: a}]", ["V302", "V301"]),
        ("clusters: [{name: a, labels: {x: yes}}]", ["V303"]),
        ("clusters: [{name: a, kubernetesVersion: 1.30}]", ["V303"]),
        ("clusters: [{name: a, kubernetesVersion: latest}]", ["V304"]),
        ("clusters: {a: b}", ["V303"]),
        ("- a", ["V505"]),
        ("cluster: []", ["V302", "V301"]),
        ("clusters: [", ["V101"]),
        ("", []),
    ],
)
def test_inventory(tmp_path: Path, text: str, codes: list[str]) -> None:
    (tmp_path / "clusters.yaml").write_text(text)
    bundle = load([str(tmp_path)])
    assert sorted(d.code for d in bundle.diagnostics) == sorted(codes)
    assert next(iter(bundle.inventory.clusters)) == "local"
    if not codes and text:
        assert [c.version for c in bundle.inventory.clusters.values()] == ["1.37", "1.37", "1.30"]


def test_inventory_given_by_name_hides_the_one_at_the_root(tmp_path: Path) -> None:
    (tmp_path / "clusters.yaml").write_text("clusters: [{name: a}]")
    (tmp_path / "other.txt").write_text("clusters: [{name: local, labels: {x: '1'}}, {name: b}]")
    bundle = load([str(tmp_path)], clusters=str(tmp_path / "other.txt"))
    assert list(bundle.inventory.clusters) == ["local", "b"]
    assert bundle.inventory.select({"x": "1"}) == ("local",)
    assert [d.code for d in load([str(tmp_path)], clusters="nope").diagnostics] == ["V109"]


def test_a_helm_chart_is_not_read_unless_it_is_asked_for(tmp_path: Path) -> None:
    for name in ("charts/demo/Chart.yaml", "charts/demo/templates/a.yaml", "charts/values.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: {{ .Values.a }}")
    found = [file.name for file in Files().find([str(tmp_path)])]
    assert found == [f"{tmp_path}/charts/values.yaml"]
    inside = [file.name for file in Files().find([str(tmp_path / "charts/demo")])]
    assert len(inside) == 2
