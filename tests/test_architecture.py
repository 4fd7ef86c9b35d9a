"""The rules of ARCHITECTURE.md, kept by machine."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import distribution, entry_points
from pathlib import Path

import pytest

FOLDERS = ("backends", "compiler", "grammar", "passes")
GROUPS = {
    "velac.passes": "velac.passes",
    "velac.backends": "velac.backends",
    "velac.lint": "velac.passes.lint",
    "velac.builtins": "velac.compiler.cue.builtins",
    "velac.definitions": "velac.compiler.definitions",
}
HEAVY = {"networkx", "lark", "jinja2", "rich", "yaml", "re2", "distributed", "kubernetes"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder_is_the_package(root: Path, folder: str) -> None:
    link = root / "src" / "velac" / folder
    assert link.is_symlink(), f"src/velac/{folder} must be a link (git config core.symlinks true)"
    assert not link.readlink().is_absolute()
    assert link.resolve() == root / folder
    module = importlib.import_module(f"velac.{folder}")
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == root / folder / "__init__.py"


def test_entry_points_are_installed_and_import() -> None:
    installed = {
        point.group: point.value
        for point in distribution("velac").entry_points
        if point.group.startswith("velac.")
    }
    assert installed == GROUPS, "pyproject.toml changed after the last `make setup`: run it again"
    for group, package in GROUPS.items():
        assert importlib.import_module(package).__name__ == package
        assert package in {point.value for point in entry_points(group=group)}


def test_every_package_folder_has_an_init(root: Path) -> None:
    bare = {
        str(source.parent.relative_to(root))
        for folder in FOLDERS
        for source in (root / folder).rglob("*.py")
        if not (source.parent / "__init__.py").exists()
    }
    assert not bare


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_command_line_starts_light(flag: str) -> None:
    if importlib.util.find_spec("velac.compiler.cli") is None:
        pytest.skip("velac.compiler.cli is not there yet")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "velac", flag],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = {
        line.rpartition("|")[2].strip().partition(".")[0]
        for line in done.stderr.splitlines()
        if line.startswith("import time:")
    }
    assert "velac" in loaded
    assert not loaded & HEAVY


def test_facades_import_nothing_until_used() -> None:
    program = (
        "import sys, velac, velac.cue; "
        "print(sorted(m for m in sys.modules if m.startswith('velac.') and m != 'velac.cue'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_public_names_resolve() -> None:
    import velac

    assert velac.__version__ == distribution("velac").version
    assert velac.Diagnostic.__module__ == "velac.compiler.diagnostics.model"
    with pytest.raises(AttributeError, match="no_such_name"):
        velac.__getattr__("no_such_name")


def test_import_contracts(root: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_bare_folder_imports_are_refused(root: Path) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ruff")),
            "check",
            "--select",
            "TID251",
            "--no-cache",
            "--stdin-filename",
            "passes/sample.py",
            "-",
        ],
        input="import compiler.cue\n",
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "import velac.compiler" in done.stdout


@pytest.mark.slow
def test_wheel_holds_every_file_of_the_folders(root: Path, tmp_path: Path) -> None:
    """Built from a copy without links, as on a system that has none."""
    copy = tmp_path / "velac"
    ignore = shutil.ignore_patterns(".git", ".venv", ".tools", "build", "__pycache__", ".*_cache")
    shutil.copytree(root, copy, symlinks=True, ignore=ignore)
    for folder in FOLDERS:
        link = copy / "src" / "velac" / folder
        link.unlink()
        link.write_text(f"../../{folder}")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"velac/{source.relative_to(root).as_posix()}"
        for folder in FOLDERS
        for source in (root / folder).rglob("*")
        if source.is_file() and source.suffix != ".pyc"
    }
    assert expected | {"velac/__init__.py", "velac/cue.py", "velac/py.typed"} <= packed
