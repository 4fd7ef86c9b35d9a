"""The files that other people's pipelines read: schemas know them, shellcheck reads them, no input becomes script."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from velac.compiler.ci.run import LINT_REPORTS
from velac.compiler.commands.ci import COMMAND as CI
from velac.compiler.commands.root import COMMANDS

needs_schemas = pytest.mark.skipif(
    importlib.util.find_spec("check_jsonschema") is None, reason="check-jsonschema is not installed"
)
SHELLCHECK = shutil.which("shellcheck") or shutil.which(
    "shellcheck", path=str(Path(sys.executable).parent)
)


def load(root: Path, name: str) -> Any:
    return yaml.safe_load((root / name).read_text())


def gitlab(root: Path) -> tuple[Any, Any]:
    header, jobs = yaml.safe_load_all((root / "templates" / "gitlab-ci.yml").read_text())
    return header["spec"]["inputs"], jobs


def check(schema: str, file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@needs_schemas
def test_files_meet_the_vendored_schemas(root: Path, tmp_path: Path) -> None:
    check("vendor.github-actions", root / "action.yml")
    (tmp_path / "jobs.yml").write_text(yaml.safe_dump(gitlab(root)[1]))
    check("vendor.gitlab-ci", tmp_path / "jobs.yml")


@needs_schemas
def test_the_schemas_can_refuse(root: Path, tmp_path: Path) -> None:
    action = load(root, "action.yml")
    del action["runs"]["steps"][0]["shell"]
    (tmp_path / "action.yml").write_text(yaml.safe_dump(action))
    with pytest.raises(AssertionError):
        check("vendor.github-actions", tmp_path / "action.yml")


def scripts(root: Path) -> Iterator[tuple[str, str]]:
    for step in load(root, "action.yml")["runs"]["steps"]:
        yield "bash", step["run"]
    (job,) = gitlab(root)[1].values()
    yield from (("sh", script) for script in job["script"])
    text = (root / "Dockerfile").read_text().replace("\\\n", "")
    yield from (("sh", run) for run in re.findall(r"^RUN (.+)", text, re.MULTILINE))


@pytest.mark.skipif(SHELLCHECK is None, reason="shellcheck is not installed")
def test_shellcheck_finds_nothing(root: Path) -> None:
    for shell, script in scripts(root):
        done = subprocess.run(
            [str(SHELLCHECK), "--shell", shell, "-"],
            input=script, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout


def test_no_expression_in_a_script(root: Path) -> None:
    for _, script in scripts(root):
        assert "${{" not in script
        assert "$[[" not in script
    inputs, _ = gitlab(root)
    assert all("regex" in one for one in inputs.values())


def test_arguments_stay_arguments(root: Path, tmp_path: Path) -> None:
    """The step that runs velac, with a velac that prints what it got."""
    binary = tmp_path / "velac" / "bin" / "velac"
    binary.parent.mkdir(parents=True)
    binary.write_text('#!/bin/sh\nprintf "[%s]" "$@"\nexit 7\n')
    binary.chmod(0o755)
    outputs = tmp_path / "outputs"
    evil = f"$(touch {tmp_path}/evil)\n`touch {tmp_path}/evil`\n; touch {tmp_path}/evil\n*\n"
    environment = {
        "PATH": os.environ["PATH"],
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_OUTPUT": str(outputs),
        "VELAC_ARGS": f"build\n\ntwo words\n{evil}",
        "VELAC_DIRECTORY": str(tmp_path),
    }
    (step,) = [s for s in load(root, "action.yml")["runs"]["steps"] if s.get("id") == "run"]
    done = subprocess.run(
        ["bash", "-e", "-c", step["run"]], env=environment, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 7
    assert done.stdout == "".join(f"[{a}]" for a in ["build", "two words", *evil.splitlines()])
    assert outputs.read_text() == "exit-code=7\n"
    assert not (tmp_path / "evil").exists()


def test_everything_is_pinned(root: Path) -> None:
    for step in load(root, "action.yml")["runs"]["steps"]:
        assert "uses" not in step, "a step of somebody else would need a commit"
        for line in step["run"].splitlines():
            assert "pip install" not in line or '--constraint "$lock"' in line
    inputs, _ = gitlab(root)
    assert re.fullmatch(inputs["image"]["regex"], "registry.example/velac@sha256:" + "0" * 64)
    assert not re.fullmatch(inputs["image"]["regex"], "registry.example/velac:latest")
    dockerfile = (root / "Dockerfile").read_text()
    assert re.search(r"^ARG PYTHON=\S+:\d+\.\d+\.\d+-slim", dockerfile, re.MULTILINE)
    lock = (root / "requirements-dev.lock").read_text()
    assert re.search(r"^hatchling==", lock, re.MULTILINE)


def test_image_does_not_run_as_root(root: Path) -> None:
    last = (root / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (root / "Dockerfile").read_text(), re.M)
    names = {name for line in copied for name in line.split()}
    for name in names:
        assert (root / name).exists()
    ignored = (root / ".dockerignore").read_text().split()
    assert names == {entry[1:] for entry in ignored if entry.startswith("!")}


def test_hooks_name_commands_that_exist(root: Path) -> None:
    hooks = load(root, ".pre-commit-hooks.yaml")
    assert len({hook["id"] for hook in hooks}) == len(hooks) > 0
    allowed = {
        "id", "name", "description", "entry", "language", "files", "types", "pass_filenames",
        "always_run", "require_serial", "minimum_pre_commit_version",
    }  # fmt: skip
    for hook in hooks:
        assert {"id", "name", "entry", "language"} <= hook.keys() <= allowed
        assert hook["language"] == "python"
        program, *words = hook["entry"].split()
        assert program == "velac"
        assert words[0] in COMMANDS
        done = subprocess.run(
            [sys.executable, "-m", "velac", *words, "--help"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_what_builds_velac_is_installed_before_it(root: Path) -> None:
    """Nothing is isolated, so that the lock file decides: the build's own requirements have to be there."""
    needed = tomllib.loads((root / "pyproject.toml").read_text())["build-system"]["requires"]
    names = {re.split(r"[<>=]", one)[0] for one in needed}
    assert "hatchling" in names
    dockerfile = (root / "Dockerfile").read_text().replace("\\\n", "")
    (image,) = re.findall(r"--target /opt/build (.+?) +&&", dockerfile)
    action, _ = re.findall(r'install --quiet --constraint "\$lock" (.+)$', (root / "action.yml").read_text(), re.M)  # fmt: skip
    assert names <= set(image.split())
    assert names <= set(action.split())


@pytest.mark.slow
def test_the_files_of_the_image_make_a_wheel(root: Path, tmp_path: Path) -> None:
    """What the Dockerfile copies is enough to build from, with the trees of the definitions."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (root / "Dockerfile").read_text(), re.M)
    for name in (name for line in copied for name in line.split()):
        if (root / name).is_dir():
            leave = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / name, tmp_path / name, symlinks=True, ignore=leave)
        else:
            shutil.copy(root / name, tmp_path / name)
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert sum(name.endswith(".cue.tree") for name in names) > 50


def test_reports_that_pipelines_collect_are_those_that_are_written(root: Path) -> None:
    inputs, jobs = gitlab(root)
    (job,) = jobs.values()
    collected = {path.rpartition("/")[2] for path in job["artifacts"]["reports"].values()}
    action = load(root, "action.yml")
    collected |= set(re.findall(r"}}/([\w.]+)$", str(action["runs"]["steps"][-1]["env"]["VELAC_SUMMARY"])))  # fmt: skip
    written = {*LINT_REPORTS, "summary.md"}
    assert {"lint.codequality.json", "lint.junit.xml", "summary.md"} == collected <= written
    folder = next(o for o in CI.params if o.name == "reports").default
    assert inputs["reports"]["default"] == action["inputs"]["reports"]["default"] == folder


def test_default_arguments_are_understood(root: Path) -> None:
    inputs, _ = gitlab(root)
    action = load(root, "action.yml")
    commented = "ci\n--base\norigin/main\n--annotations\ngithub"
    lines = "".join(
        line.lstrip("# ") for line in (root / "action.yml").read_text().splitlines(True)
    )
    assert commented in lines
    for words in (
        inputs["args"]["default"].split(),
        [*inputs["args"]["default"].split(), "--base", "0" * 40],
        action["inputs"]["args"]["default"].split(),
        commented.split(),
    ):
        assert words[0] == "ci"
        CI.make_context("ci", words[1:])
    with pytest.raises(click.UsageError):
        CI.make_context("ci", ["--no-such-option"])
