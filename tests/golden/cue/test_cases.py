"""The programs of cases/ against the recorded answers of the real cue, text by text."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from velac import cue
from velac.compiler.cue import jsontext

HERE = Path(__file__).parent


def load_cases() -> Any:
    """The module beside this file (tests are not a package)."""
    spec = importlib.util.spec_from_file_location("cue_cases", HERE / "cases.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["cue_cases"] = module
    spec.loader.exec_module(module)
    return module


CASES = load_cases()


def answers(feature: str) -> dict[str, dict[str, str]]:
    """The recorded answers by name."""
    lines = (HERE / "answers" / f"{feature}.jsonl").read_text("utf-8").splitlines()
    return {record["name"]: record for record in map(json.loads, lines)}


def our_text(case: Any) -> str:
    """What velac exports, as the text that `cue export` prints."""
    if case.out == "yaml":
        return "---\n".join(
            cue.export(case.files, e, out="yaml") for e in case.expressions or [None]
        )
    values = [cue.export(case.files, e) for e in case.expressions or [None]]
    if case.out == "text":
        return "".join(f"{value}\n" for value in values)
    return "".join(map(jsontext.render, values))


def params() -> list[Any]:
    """Every program with its answer."""
    out = []
    for feature in CASES.features():
        known = answers(feature)
        for case in CASES.read(feature):
            assert case.name in known, f"{feature}: no answer to {case.name!r}; run record.py"
            out.append(pytest.param(case, known[case.name], id=f"{feature}: {case.name}"))
    return out


@pytest.mark.parametrize(("case", "answer"), params())
def test_answers_as_cue_does(case: Any, answer: dict[str, str]) -> None:
    if "out" in answer:
        assert our_text(case) == answer["out"]
        return
    with pytest.raises(cue.CueError) as caught:
        our_text(case)
    assert caught.value.problems


def test_names_are_unique() -> None:
    for feature in CASES.features():
        names = [case.name for case in CASES.read(feature)]
        assert len(set(names)) == len(names), feature
