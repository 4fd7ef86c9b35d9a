"""The built-in traits: each golden file is one behaviour, seen through the engine and through the real `cue`.

A definition file is evaluated as it stands: references to `context` inside its `template` find a field of that
name at the top of the file, and the properties are unified with `template.parameter`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from velac import cue

ROOT: Final = Path(__file__).resolve().parents[3]
CASES: Final = sorted((ROOT / "tests/golden/definitions/trait").glob("*.yaml"))
FOLDERS: Final = (
    ROOT / "compiler/definitions/trait",
    *sorted((ROOT / "compiler/definitions/addon").glob("*/trait")),
)
CONTEXT: Final = {
    "name": "x",
    "appName": "app",
    "namespace": "default",
    "clusterVersion": {"major": "1", "minor": 29},
}
STATUS: Final = {"isHealth": "healthPolicy", "message": "customStatus"}

Evaluate = Callable[[Mapping[str, str], str | None], Any]
"""Files and an expression (all of the file without one) in, data out; ValueError says what is wrong."""


def by_engine(files: Mapping[str, str], expression: str | None) -> Any:
    """The value by velac's own engine."""
    try:
        return cue.export(files, expression)
    except cue.CueError as error:
        raise ValueError(str(error)) from error


def by_cue(files: Mapping[str, str], expression: str | None) -> Any:
    """The value by the real `cue`."""
    if shutil.which("cue") is None:
        pytest.skip("no cue on the path")
    (text,) = files.values()
    command = ["cue", "export", *(["-e", expression] if expression else []), "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(done.stderr)
    return json.loads(done.stdout)


def definition_text(name: str) -> str:
    """The source of a trait."""
    for folder in FOLDERS:
        path = folder / f"{name}.cue"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(name)


def trait_source(case: Mapping[str, Any]) -> str:
    """The definition with properties (in order of their keys, as they arrive) and context."""
    lines = [definition_text(case["definition"])]
    if "parameter" in case:
        lines.append("template: parameter: " + json.dumps(case["parameter"], sort_keys=True))
    lines.append("context: " + json.dumps(CONTEXT | case["context"]))
    return "\n".join(lines) + "\n"


def status_source(case: Mapping[str, Any], block: str, evaluate: Evaluate) -> str:
    """A status block of the definition with the properties as written and the live objects."""
    reach = f'DEF="{case["definition"]}": _\nblock: DEF.attributes.status.{block}\n'
    text = evaluate({"trait.cue": trait_source(case) + reach}, "block")
    live = json.dumps(CONTEXT | case["context"])
    return f"{text}\ncontext: {live}\nparameter: {json.dumps(case['parameter'])}\n"


def refusal(files: Mapping[str, str], expression: str | None, evaluate: Evaluate) -> str:
    """The message with which an evaluation fails."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - both evaluators raise it
        evaluate(files, expression)
    return str(caught.value)


def verify_case(path: Path, evaluate: Evaluate) -> None:
    """Whatever a golden file expects, except what takes the patch engine."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    expected = case["expect"]
    source = {"trait.cue": trait_source(case)}
    if "error" in expected:
        wanted = expected["error"]
        message = refusal(source, f"template.{wanted['of']}", evaluate)
        # Below an expression the engine says where, but not at which field, a sibling is wrong.
        message += refusal(source, None, evaluate)
        for part in wanted["has"]:
            assert part in message
        return
    for name, value in expected.items():
        if name in STATUS:
            status = {"status.cue": status_source(case, STATUS[name], evaluate)}
            assert evaluate(status, name) == value
        elif name != "workload":
            assert evaluate(source, f"template.{name}") == value


def patched(path: Path) -> bool:
    """Whether a case takes the patch engine (it is run with the stacks)."""
    error = yaml.safe_load(path.read_text(encoding="utf-8"))["expect"].get("error", {})
    return bool(error.get("of") == "workload")


VALUES: Final = [path for path in CASES if not patched(path)]


@pytest.mark.parametrize("path", VALUES, ids=lambda path: path.stem)
def test_trait(path: Path) -> None:
    verify_case(path, by_engine)


@pytest.mark.oracle
@pytest.mark.parametrize("path", VALUES, ids=lambda path: path.stem)
def test_trait_by_cue(path: Path) -> None:
    verify_case(path, by_cue)


def test_every_trait_has_a_case() -> None:
    covered = {yaml.safe_load(path.read_text(encoding="utf-8"))["definition"] for path in CASES}
    traits = {path.stem for folder in FOLDERS for path in folder.glob("*.cue")}
    assert len(list(FOLDERS[0].glob("*.cue"))) == 35
    assert covered <= traits
    kinds = {name for name in traits if 'type:        "trait"' in definition_text(name)}
    assert kinds <= covered
