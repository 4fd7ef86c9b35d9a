"""`velac backend`, and what `velac build` can do instead of writing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner, Result

from velac.compiler.commands.root import ROOT
from velac.compiler.project import json_schema
from velac.compiler.registry import load_backends

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


def test_check_says_what_would_change_and_writes_nothing(repository: Path) -> None:
    out = repository / "dist"
    fresh = run("build", "apps", "--check")
    assert fresh.return_value == 1
    assert "--- /dev/null\n+++ b/local/prod/web/manifest.yaml\n" in fresh.stdout
    assert not out.exists()
    assert run("build", "apps").return_value == 0
    clean = run("build", "apps", "--check")
    assert (clean.return_value, clean.stdout) == (0, "")
    file = out / "local" / "prod" / "web" / "manifest.yaml"
    file.write_text(file.read_text().replace("nginx:1.27", "nginx:1.26"))
    (out / "README.md").write_text("ours\n")
    before = file.read_text()
    changed = run("build", "apps", "--check")
    assert changed.return_value == 1
    assert "-      - image: nginx:1.26\n+      - image: nginx:1.27\n" in changed.stdout
    assert "README" not in changed.stdout
    assert file.read_text() == before


def test_check_sees_obsolete_files(repository: Path) -> None:
    (repository / "apps" / "old.yaml").write_text(APP.replace("name: web", "name: old"))
    run("build", "apps")
    (repository / "apps" / "old.yaml").unlink()
    result = run("build", "apps", "--check")
    assert result.return_value == 1
    assert "--- a/local/prod/old/manifest.yaml\n+++ /dev/null\n" in result.stdout


def test_print_gives_one_cluster_and_nothing_else(repository: Path) -> None:
    result = run("build", "apps", "--print", "local")
    assert result.return_value == 0
    assert result.stdout.startswith("apiVersion: apps/v1\n")
    assert not (repository / "dist").exists()
    unknown = run("build", "apps", "--print", "locl")
    assert isinstance(unknown.exception, UsageError)
    assert "did you mean `local`?" in str(unknown.exception)


def test_list_and_show(repository: Path) -> None:
    listed = json.loads(run("backend", "list", "--output", "json").stdout)
    assert [entry["name"] for entry in listed] == sorted(load_backends())
    for name, backend in load_backends().items():
        assert backend.title in run("backend", "list").stdout
        text = run("backend", "show", name).stdout
        shown = json.loads(run("backend", "show", name, "--output", "json").stdout)
        assert shown["schema"] == backend.schema()
        for setting in backend.all_settings:
            assert f"  {setting.name}: " in text
            assert setting.text in text
    assert isinstance(run("backend", "show", "plian").exception, UsageError)


def test_project_schema_holds_the_settings_of_backends() -> None:
    backends = json_schema()["properties"]["backends"]["properties"]
    assert backends == {name: backend.schema() for name, backend in load_backends().items()}


def test_the_project_chooses_backends(repository: Path) -> None:
    (repository / "velac.yaml").write_text(
        "applications: [apps]\noutput: {backends: [plain]}\nbackends: {plain: {layout: object}}\n"
    )
    assert run("build").return_value == 0
    assert (repository / "dist/local/prod/web/deployment-web.yaml").is_file()
    (repository / "velac.yaml").write_text("applications: [apps]\nbackends: {plain: {lay: x}}\n")
    error = run("build")
    assert error.return_value == 1
    assert "velac.yaml:2" in error.stderr
