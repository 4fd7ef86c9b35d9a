"""Linting texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import indent

import pytest

from velac.compiler.commands.lint_work import lint_project
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.session import Request
from velac.compiler.options import Options
from velac.compiler.project import Project

_HEAD = "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: sample, namespace: shop, labels: {team: web}}\nspec:\n"
_DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: sample}\nspec:\n"
    "  selector: {matchLabels: {app: sample}}\n  template:\n    metadata: {labels: {app: sample}}\n    spec:\n"
)


def application(text: str) -> str:
    """A rule's example as Applications: one as it is, a spec, objects, or the spec of a pod."""
    text = text.replace("LARGE", "x" * (1 << 21))
    if re.search(r"(?m)^apiVersion: core.oam.dev", text):
        return text
    if re.search(r"(?m)^components:", text):
        return _HEAD + indent(text, "  ")
    if not re.search(r"(?m)^kind:", text):
        text = _DEPLOYMENT + indent(text, "      ")
    objects = "".join(
        "        -\n" + indent(part, "          ") for part in re.split(r"(?m)^---\n", text)
    )
    head = (
        "  components:\n  - name: objects\n    type: k8s-objects\n    properties:\n      objects:\n"
    )
    return _HEAD + head + objects


def clusters(text: str) -> str:
    """The inventory that an example asks for in its comments."""
    version = re.search(r"Kubernetes (1\.\d+)", text)
    stage = "prod" if "is production" in text else "dev"
    lines = [
        f'  - {{name: local, kubernetesVersion: "{version[1] if version else "1.34"}", labels: {{stage: {stage}}}}}'
    ]
    lines += [f"  - {{name: far-{n}, labels: {{stage: prod}}}}" for n in range(30)]
    return "clusters:\n" + "\n".join(lines) + "\n"


Lint = Callable[..., Report]


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lint:
    """`lint(text, presets=…, settings=…)`: the report of an example or Application."""
    monkeypatch.chdir(tmp_path)

    def run(text: str, *presets: str, today: str = "2030-06-15", **settings: object) -> Report:
        Path("app.yaml").write_text(application(text), encoding="utf-8")
        Path("clusters.yaml").write_text(clusters(text), encoding="utf-8")
        project = Project(lint=settings)
        options = Options((".",), project=project)
        return lint_project(options, Request(project, date.fromisoformat(today), presets))

    return run
