"""The built-in components, policies and workflow steps: each golden file is one behaviour, seen through the engine
and through the real `cue`.

A golden file says `definition`, `parameter`, what of `context` matters, for operations what they `return` (by the path
of the operation), and `expect`: values by their path in the template, `isHealth` and `message` of the status, or an
`error` of the value at a path. The template is evaluated as KubeVela does it: its text, the parameters, the context.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).resolve().parents[3]
GOLDEN: Final = ROOT / "tests/golden/definitions"
DEFINITIONS: Final = ROOT / "compiler/definitions"
PACKAGES: Final = ROOT / "compiler/cue/builtins/vela"
KINDS: Final = ("component", "policy", "workflowstep")
CASES: Final = [path for kind in KINDS for path in sorted((GOLDEN / kind).glob("*.yaml"))]
COMPONENT_CONTEXT: Final = {
    "name": "x",
    "appName": "app",
    "namespace": "default",
    "revision": "x-v1",
    "appRevision": "app-v1",
    "clusterVersion": {"major": "1", "minor": 29},
}
STEP_CONTEXT: Final = {
    "name": "app",
    "appName": "app",
    "namespace": "default",
    "stepName": "s1",
    "stepSessionID": "ab12cd34ef",
}
STATUS: Final = {"isHealth": "healthPolicy", "message": "customStatus"}
# The real `cue` takes an import path without a dot for one of its own packages.
DOTTED: Final = "vela.dev"

Evaluate = Callable[[Mapping[str, str], str | None], Any]
"""Files and an expression (all of the files without one) in, data out; ValueError says what is wrong."""


def by_engine(files: Mapping[str, str], expression: str | None) -> Any:
    """The value by velac's own engine."""
    from velac import cue

    try:
        return cue.export(files, expression)
    except cue.CueError as error:
        raise ValueError(str(error)) from error


@pytest.fixture
def by_cue(tmp_path: Path) -> Evaluate:
    """The value by the real `cue`."""
    if shutil.which("cue") is None:
        pytest.skip("no cue on the path")

    def evaluate(files: Mapping[str, str], expression: str | None) -> Any:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = ["cue", "export", *(["-e", expression] if expression else []), "in.cue"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ValueError(done.stderr)
        return json.loads(done.stdout)

    return evaluate


def definition_path(name: str) -> Path:
    """The file of a definition."""
    folders = [*(DEFINITIONS / kind for kind in KINDS), *sorted(DEFINITIONS.glob("addon/*/*"))]
    return next(p for f in folders if (p := f / f"{name}.cue").is_file())


def packages(scope: str) -> Iterator[tuple[str, str]]:
    """The `vela/*` packages as files of a module."""
    yield "cue.mod/module.cue", 'module: "golden.dev/case@v0"\nlanguage: version: "v0.14.1"\n'
    for path in {*(PACKAGES / scope).glob("*.cue"), PACKAGES / "render/helm.cue"}:
        yield f"cue.mod/pkg/{DOTTED}/{path.stem}/{path.name}", path.read_text(encoding="utf-8")


def template_files(case: Mapping[str, Any]) -> dict[str, str]:
    """The definition with properties (in order of their keys, as they arrive), context and results."""
    path = definition_path(case["definition"])
    text = path.read_text(encoding="utf-8")
    step = path.parent.name == "workflowstep"
    context = (STEP_CONTEXT if step else COMPONENT_CONTEXT) | case.get("context", {})
    lines = ["package case", text.replace('"vela/', f'"{DOTTED}/')]
    if "parameter" in case:
        lines.append(f"template: parameter: {json.dumps(case['parameter'], sort_keys=True)}")
    for operation, result in case.get("returns", {}).items():
        keys = ": ".join(operation.split("."))
        lines.append(f"template: {keys}: {json.dumps(result)}")
    lines.append(f"context: {json.dumps(context)}")
    files = dict(packages("workflow" if step else "render")) if f"{DOTTED}/" in lines[1] else {}
    return {**files, "in.cue": "\n".join(lines) + "\n"}


def status_files(case: Mapping[str, Any], block: str, evaluate: Evaluate) -> dict[str, str]:
    """A status block of the definition with the properties as written and the live objects."""
    files = template_files(case)
    files["in.cue"] += f'DEF="{case["definition"]}": _\nblock: DEF.attributes.status.{block}\n'
    text = evaluate(files, "block")
    live = json.dumps(COMPONENT_CONTEXT | case["context"])
    parameter = json.dumps(case.get("parameter", {}))
    return {"in.cue": f"package case\n{text}\ncontext: {live}\nparameter: {parameter}\n"}


def refusal(files: Mapping[str, str], expression: str | None, evaluate: Evaluate) -> str:
    """The message with which an evaluation fails, empty if it does not."""
    try:
        evaluate(files, expression)
    except ValueError as error:
        return str(error)
    return ""


def verify_case(path: Path, evaluate: Evaluate) -> None:
    """Whatever a golden file expects."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    for name, value in case["expect"].items():
        if name == "error":
            files = template_files(case)
            message = refusal(files, f"template.{value['of']}", evaluate)
            assert message
            # Below an expression the engine says where, but not at which field, a sibling is wrong.
            message += refusal(files, None, evaluate)
            for part in value["has"]:
                assert part in message
        elif name in STATUS:
            assert evaluate(status_files(case, STATUS[name], evaluate), name) == value
        else:
            assert evaluate(template_files(case), f"template.{name}") == value


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_definition(path: Path) -> None:
    verify_case(path, by_engine)


@pytest.mark.oracle
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_definition_by_cue(path: Path, by_cue: Evaluate) -> None:
    verify_case(path, by_cue)


@pytest.mark.parametrize(
    ("kind", "count"), [("component", 10), ("policy", 10), ("workflowstep", 36)]
)
def test_every_definition_has_a_case(kind: str, count: int) -> None:
    files = {path.stem for path in (DEFINITIONS / kind).glob("*.cue")}
    cases = (yaml.safe_load(p.read_text(encoding="utf-8")) for p in (GOLDEN / kind).glob("*.yaml"))
    assert len(files) == count
    assert files <= {case["definition"] for case in cases}
