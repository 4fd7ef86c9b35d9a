"""Somebody else's wheel adds a backend and a pass; nothing of ours is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "lantern-velac"
version = "1.0"
[project.entry-points."velac.backends"]
lantern = "lantern_velac.inventory"
[project.entry-points."velac.passes"]
lantern = "lantern_velac.passes"
[tool.hatch.build.targets.wheel]
packages = ["lantern_velac"]
"""
BACKEND = """
from velac.compiler.ir.backend import BackendSpec, Loss, Setting
from velac.compiler.ir.shape import STRING


def emit(given):
    for app in given.manifests.apps:
        for group in app.groups:
            lines = [f"{given.settings['mark']} {m.identity}" for m in group.manifests]
            for cluster in group.clusters:
                yield f"{cluster}/{app.name}.txt", "\\n".join(lines).encode() + b"\\n"


def lossiness(given):
    for plan in given.plan.apps:
        yield Loss(f"`{plan.app.label}` is only listed", place=plan.app.name_span)


BACKEND = BackendSpec(
    "lantern", "lists of objects", ("only",), emit,
    (Setting("mark", STRING, "-", "what begins a line"),), lossiness,
)
"""
PASS = '''
from dataclasses import replace

from velac.compiler.pipeline import PassSpec


def rename(app, context):
    """Components of this company begin with its initials."""
    made = [
        replace(d, components=tuple(replace(c, name="ln-" + c.name) for c in d.components))
        for d in app.deployments
    ]
    return replace(app, deployments=tuple(made))


PASS = PassSpec("initials", "app", frozenset({"override", "replication"}), rename, "initials")
'''
APP = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: prod}
spec:
  components:
  - {name: web, type: webservice, properties: {image: nginx:1.27}}
"""


def test_backend_and_pass_of_another_wheel(tmp_path: Path) -> None:
    source = tmp_path / "source"
    package = source / "lantern_velac"
    (package / "passes").mkdir(parents=True)
    (source / "pyproject.toml").write_text(PROJECT)
    (package / "__init__.py").touch()
    (package / "inventory.py").write_text(BACKEND)
    (package / "passes" / "__init__.py").touch()
    (package / "passes" / "initials.py").write_text(PASS)
    python = [sys.executable, "-m"]
    subprocess.run([*python, "hatchling", "build", "-t", "wheel"], cwd=source, check=True)
    (wheel,) = (source / "dist").glob("*.whl")
    target = tmp_path / "site"
    flags = ["--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*python, "pip", "install", *flags, "--target", target, wheel], check=True)

    work = tmp_path / "work"
    work.mkdir()
    (work / "web.yaml").write_text(APP)
    (work / "velac.yaml").write_text("backends: {lantern: {mark: '*'}}\n")
    there = {**os.environ, "PYTHONPATH": str(target)}

    def velac(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*python, "velac", *args],
            cwd=work, env=there, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert "lists of objects" in velac("backend", "list").stdout
    assert "initials" in velac("passes").stdout
    done = velac("build", ".", "--backend", "lantern", "--backend", "plain")
    assert done.returncode == 0, done.stderr
    assert "lantern: `prod/web` is only listed" in done.stderr
    assert (work / "dist/lantern/local/web.txt").read_text() == "* Deployment prod/ln-web\n"
    assert "name: ln-web" in (work / "dist/plain/local/prod/web/manifest.yaml").read_text()
