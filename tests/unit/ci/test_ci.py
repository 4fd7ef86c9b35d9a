"""`velac ci` on the example repository, with a git history that the test makes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from velac.compiler.commands.root import ROOT
from velac.compiler.diff.markdown import COMMENT_LIMIT

REPORTS = {
    "diff.html", "diff.json", "diff.md", "diff.patch", "lint.codequality.json", "lint.json", "lint.junit.xml",
    "lint.md", "lint.sarif", "summary.json", "summary.md",
}  # fmt: skip


def run(*args: str) -> Result:
    return CliRunner().invoke(ROOT, args, standalone_mode=False)


def git(*args: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    subprocess.run(("git", *identity, *args), check=True, capture_output=True)


@pytest.fixture
def repository(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example on a branch of its own, after a commit with its output on `main`."""
    folder = tmp_path / "parcels"
    shutil.copytree(root / "examples/pull-request", folder)
    monkeypatch.chdir(folder)
    assert run("build").return_value == 0
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "change")
    return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def steps(result: Result, reports: str = "velac-reports") -> dict[str, dict[str, Any]]:
    data = json.loads(Path(reports, "summary.json").read_text())
    assert data["ok"] is (result.return_value == 0)
    return {step["name"]: step for step in data["steps"]}


def states(result: Result) -> list[str]:
    assert result.exception is None, result.exception
    return [step["state"] for step in steps(result).values()]


def test_a_clean_branch_passes_and_all_reports_are_there(repository: Path) -> None:
    result = run("ci")
    assert (states(result), result.return_value) == (["passed"] * 3, 0)
    files = {p.name for p in (repository / "velac-reports").iterdir() if p.is_file()}
    assert files == REPORTS
    sarif = json.loads((repository / "velac-reports/lint.sarif").read_text())
    assert sarif["version"] == "2.1.0"


def test_each_step_fails_on_its_own(repository: Path) -> None:
    edit(repository / "apps/parcels.yaml", "api:3.4.1", "api:3.5.0")
    assert states(run("ci")) == ["passed", "passed", "failed"]
    assert run("build").return_value == 0
    assert states(run("ci")) == ["passed", "passed", "passed"]
    edit(repository / "apps/parcels.yaml", "replicas: 6", "replicas: 0")
    assert run("build").return_value == 0
    assert states(run("ci", "--fail-on-risk", "high")) == ["passed", "failed", "passed"]
    edit(repository / "apps/parcels.yaml", "replicas: 0", "replicas: 12")
    assert run("build").return_value == 0
    assert states(run("ci")) == ["failed", "passed", "passed"]


def test_the_reports_of_an_earlier_run_do_not_stay(repository: Path) -> None:
    edit(repository / "apps/parcels.yaml", "api:3.4.1", "api:3.5.0")
    run("ci")
    patch = repository / "velac-reports/check.patch"
    assert "+        image: registry.example.com/parcels/api:3.5.0" in patch.read_text()
    run("build")
    run("ci")
    assert not patch.exists()


def test_the_reports_are_no_input(repository: Path) -> None:
    edit(repository / "velac.yaml", "applications: [apps]", "applications: [.]")
    assert run("ci").stdout == run("ci").stdout


def test_the_comment_has_steps_findings_and_changes(repository: Path) -> None:
    edit(repository / "apps/parcels.yaml", "replicas: 6", "replicas: 12")
    run("ci")
    text = (repository / "velac-reports/summary.md").read_text()
    assert text.startswith("# velac ci failed\n")
    assert "| ❌ | lint |" in text
    assert "apps/parcels.yaml:39" in text, "the line of the override"
    assert "+  replicas: 12" in text
    assert text.endswith("<!-- velac ci -->\n")


def test_the_comment_fits_however_much_changes(repository: Path) -> None:
    parcels = (repository / "apps/parcels.yaml").read_text()
    for i in range(60):
        text = parcels.replace("name: parcels", f"name: p{i}").replace("name: api", f"name: api{i}")
        text = text.replace("name: carriers", f"name: c{i}").replace("5s", "x" * 3000)
        (repository / f"apps/p{i}.yaml").write_text(text.replace("cpu: 250m", "cpu: nonsense"))
    run("ci")
    text = (repository / "velac-reports/summary.md").read_text()
    assert len(text) <= COMMENT_LIMIT
    assert "did not fit" in text
    assert text.endswith("<!-- velac ci -->\n")


def test_sources_that_do_not_compile_fail_lint_and_skip_the_diff(repository: Path) -> None:
    edit(repository / "apps/parcels.yaml", "type: worker", "type: wroker")
    result = run("ci")
    assert states(result) == ["failed", "skipped", "failed"]
    assert "wroker" in (repository / "velac-reports/lint.md").read_text()
    assert steps(result)["diff"]["text"] == "the sources do not compile"


def test_a_base_that_does_not_compile_can_be_repaired(repository: Path) -> None:
    edit(repository / "apps/parcels.yaml", "type: worker", "type: wroker")
    git("commit", "-qam", "broken")
    edit(repository / "apps/parcels.yaml", "type: wroker", "type: worker")
    result = run("ci", "--base", "HEAD")
    assert states(result) == ["passed", "skipped", "passed"]
    assert steps(result)["diff"]["text"] == "the base does not compile (1 error)"
    assert states(run("ci", "--base", "HEAD", "--fail-on-risk", "high"))[1] == "failed"


def test_a_base_that_is_not_there_fails(repository: Path) -> None:
    result = run("ci", "--base", "origin/main")
    assert states(result) == ["passed", "failed", "passed"]
    assert "neither a directory nor a commit" in steps(result)["diff"]["text"]


def test_without_git_and_output_lint_remains(repository: Path) -> None:
    shutil.rmtree(repository / ".git")
    shutil.rmtree(repository / "dist")
    result = run("ci")
    assert states(result) == ["passed", "skipped", "skipped"]
    assert "nothing to compare with" in steps(result)["diff"]["text"]
    assert states(run("ci", "--check"))[2] == "failed"


def test_a_project_below_the_top_of_its_repository(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    shutil.rmtree(repository / ".git")
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "one")
    monkeypatch.chdir(repository)
    edit(repository / "apps/parcels.yaml", "replicas: 6", "replicas: 5")
    result = run("ci", "--no-check")
    assert states(result) == ["passed", "passed", "skipped"]
    assert steps(result)["diff"]["text"] == "1 Application, 5 clusters: 1 to change"


def test_annotations_are_for_github(repository: Path) -> None:
    edit(repository / "apps/parcels.yaml", "replicas: 6", "replicas: 12")
    assert "::error file=apps/parcels.yaml,line=39," in run("ci", "--annotations", "github").stdout


def test_a_secret_is_an_error_and_its_change_is_shown_without_its_value(repository: Path) -> None:
    secret = """
    - name: key
      type: k8s-objects
      properties:
        objects: [{apiVersion: v1, kind: Secret, metadata: {name: key}, stringData: {same: aaaa1, token: VALUE}}]
  policies:"""
    app = repository / "apps/labels.yaml"
    edit(app, "\n  policies:", secret)
    edit(app, "VALUE", "hunter2")
    git("commit", "-qam", "secret")
    edit(app, "hunter2", "hunter3")
    result = run("ci", "--base", "HEAD", "--no-check")
    assert states(result) == ["failed", "passed", "skipped"]
    assert "V811" in result.stdout
    for name in REPORTS - {"lint.json", "lint.sarif"}:
        text = (repository / "velac-reports" / name).read_text()
        assert "hunter" not in text, name
    patch = (repository / "velac-reports/diff.patch").read_text()
    assert "-  token: (hidden, before)\n+  token: (hidden, after)\n" in patch
    assert "\n   same: (hidden)\n" in patch


def test_nothing_of_the_repository_changes_but_the_reports(repository: Path) -> None:
    def tree() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in repository.rglob("*") if p.is_file() and "velac-reports" not in p.parts}  # fmt: skip

    before = tree()
    run("ci")
    assert tree() == before


def test_sarif_is_accepted_and_its_fingerprints_stay(repository: Path, root: Path) -> None:
    """The official schema, GitHub's limits, lines of the source; lines above a finding do not change who it is."""
    jsonschema_rs = pytest.importorskip("jsonschema_rs", reason="the extra `schemas` is not installed")  # fmt: skip
    schema = json.loads((root / "tests/schemas/sarif-schema-2.1.0.json").read_text())
    validator = jsonschema_rs.validator_for(schema)

    def results() -> list[dict[str, Any]]:
        run("ci", "--no-check")
        raw = (repository / "velac-reports/lint.sarif").read_bytes()
        assert len(raw) < 10 << 20
        data = json.loads(raw)
        assert [str(error) for error in validator.iter_errors(data)] == []
        assert len(data["runs"]) <= 20
        (found,) = data["runs"]
        assert len(found["results"]) <= 5000
        for rule in found["tool"]["driver"]["rules"]:
            assert len(rule["fullDescription"]["text"]) <= 1024
            assert len(rule["properties"]["tags"]) <= 20
        listed: list[dict[str, Any]] = found["results"]
        return listed

    edit(repository / "apps/parcels.yaml", "replicas: 6", "replicas: 12")
    first = results()
    (refused,) = [r for r in first if r["ruleId"] == "VL402"]
    place = refused["locations"][0]["physicalLocation"]
    lines = (repository / place["artifactLocation"]["uri"]).read_text().splitlines()
    assert "replicas: 12" in lines[place["region"]["startLine"] - 1]
    assert refused["relatedLocations"][0]["message"]["text"].startswith("rendered as Deployment")
    for name in ("parcels", "labels"):
        file = repository / f"apps/{name}.yaml"
        file.write_text("# one\n# two\n" + file.read_text())
    clusters = repository / "clusters.yaml"
    clusters.write_text(clusters.read_text().replace("prod-us-2", "prod-us-9"))
    second = results()

    def who(found: list[dict[str, Any]]) -> list[str]:
        return [r["partialFingerprints"]["primaryLocationLineHash"] for r in found]

    assert who(first) == who(second)
    assert len(set(who(first))) == len(first)
    assert [r["locations"] for r in first] != [r["locations"] for r in second]


def test_fields_that_are_no_change(repository: Path) -> None:
    edit(repository / "apps/parcels.yaml", "replicas: 6", "replicas: 5")
    result = run("ci", "--no-check", "--ignore", "spec.replicas")
    assert steps(result)["diff"]["text"] == "no change in any cluster"
