"""The built-in traits on a workload, one after the other: what their patches do, markers included.

Golden files are those of the stacks, and those of single traits that say what becomes of the workload.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from velac import cue
from velac.compiler.cue.tree import Tree, TStruct
from velac.compiler.render.jsonpatch import PatchFailed
from velac.compiler.render.patch import apply_patch
from velac.compiler.render.trees import data_of, tree_of

ROOT: Final = Path(__file__).resolve().parents[3]
FOLDER: Final = ROOT / "tests/golden/definitions/trait"
DEFINITIONS: Final = (
    ROOT / "compiler/definitions/trait",
    *sorted((ROOT / "compiler/definitions/addon").glob("*/trait")),
)
CONTEXT: Final = {
    "name": "x",
    "appName": "app",
    "namespace": "default",
    "clusterVersion": {"major": "1", "minor": 29},
}


def stack_of(path: Path) -> dict[str, Any] | None:
    """A golden file in the form of a stack; None when it says nothing about the workload."""
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    error = case["expect"].get("error")
    if path.parent == FOLDER:
        if "workload" not in case["expect"] and (error is None or error["of"] != "workload"):
            return None
        case["traits"] = [{key: case[key] for key in ("definition", "parameter") if key in case}]
        if error is not None:
            case["expect"] = {"error": error["has"]}
    return case  # type: ignore[no-any-return]


STACKS: Final = {
    path.stem: stack
    for path in sorted([*FOLDER.glob("*.yaml"), *FOLDER.glob("stacks/*.yaml")])
    if (stack := stack_of(path)) is not None
}


class Refused(Exception):
    """A stack that cannot be applied."""


def definition_text(name: str) -> str:
    """The source of a trait."""
    paths = [folder / f"{name}.cue" for folder in DEFINITIONS]
    return next(path for path in paths if path.is_file()).read_text(encoding="utf-8")


def apply_trait(trait: Mapping[str, Any], context: Mapping[str, Any], workload: Tree) -> Tree:
    """The workload after one trait."""
    seen = {**CONTEXT, **context, "output": data_of(workload)}
    text = definition_text(trait["definition"]) + "\ncontext: " + json.dumps(seen, default=float)
    if "parameter" in trait:
        text += "\ntemplate: parameter: " + json.dumps(trait["parameter"], sort_keys=True)
    template = cue.evaluate({"trait.cue": text}).lookup("template")
    assert template is not None
    errs = template.lookup("errs")
    messages = errs.plain() if errs is not None else []
    if messages:
        raise Refused("\n".join(messages))
    tree = template.tree()
    assert isinstance(tree, TStruct)
    patch = tree.fields["patch"]
    return apply_patch(workload, patch.value, patch.marks)


def apply_stack(stack: Mapping[str, Any]) -> Any:
    """The workload after all traits, as data."""
    context = stack["context"]
    try:
        workload = tree_of(context["output"])
        for trait in stack["traits"]:
            workload = apply_trait(trait, context, workload)
        return data_of(workload)
    except (cue.CueError, PatchFailed) as error:
        raise Refused(str(error)) from error


@pytest.mark.parametrize("name", STACKS)
def test_stack(name: str) -> None:
    stack = STACKS[name]
    expected = stack["expect"]
    if "error" not in expected:
        assert apply_stack(stack) == expected["workload"]
        return
    with pytest.raises(Refused) as caught:
        apply_stack(stack)
    for part in expected["error"]:
        assert part in str(caught.value)
