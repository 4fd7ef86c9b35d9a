"""What a start must not cost: counts of modules, not times."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from velac.compiler.entry_points import entry_points
from velac.compiler.version import VERSION

CODE = "import sys; from velac.compiler.cli import run; run(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"

APPLICATION = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: shop}
spec: {components: [{name: web, type: webservice, properties: {image: nginx}}]}
"""


def modules_of(*args: str) -> set[str]:
    """The modules that are there at the end of a run."""
    command = [sys.executable, "-c", CODE, *args]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stderr.split("\n")[-2].split())


def test_version_is_that_of_the_package(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


def test_version_imports_next_to_nothing() -> None:
    found = modules_of("--version")
    assert not found & {"click", "importlib.metadata", "dataclasses", "yaml", "orjson"}


def test_a_build_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(APPLICATION, encoding="utf-8")
    found = modules_of("build", str(tmp_path), "-o", str(tmp_path / "out"))
    assert not found & {"importlib.metadata", "networkx", "jinja2", "rich", "email"}


def test_entry_points_of_an_installed_package(tmp_path: Path) -> None:
    info = tmp_path / "acme-1.0.dist-info"
    info.mkdir()
    text = "[console_scripts]\nacme = acme:main\n\n[velac.lint]\n# ours\nacme = acme.rules\n"
    (info / "entry_points.txt").write_text(text, encoding="utf-8")
    sys.path.append(str(tmp_path))
    try:
        assert ("acme", "acme.rules") in entry_points("velac.lint")
        assert ("acme", "acme:main") not in entry_points("velac.lint")
    finally:
        sys.path.remove(str(tmp_path))
    assert ("velac", "velac.passes.lint") in entry_points("velac.lint")
