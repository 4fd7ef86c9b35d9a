"""The recorded answers against the cue on this machine: a sample of each package."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
VERSION = "v0.14.1"


def cue() -> str:
    """The command, if it is there in the version that the answers are from."""
    command = shutil.which("cue")
    if command is None:
        pytest.skip("cue is not on this machine")
    text = subprocess.run([command, "version"], capture_output=True, text=True).stdout
    if VERSION not in text:
        pytest.skip(f"cue on this machine is not {VERSION}")
    return command


def recorder() -> Any:
    spec = importlib.util.spec_from_file_location("record_builtins", HERE / "record.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    before = sys.path[:]
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
        sys.modules.pop("encoding", None)
    return module


@pytest.mark.oracle
@pytest.mark.parametrize("file", sorted(HERE.glob("*.jsonl")), ids=lambda file: file.stem)
def test_cue_still_says_so(file: Path) -> None:
    command = cue()
    cases = [json.loads(line) for line in file.read_text().splitlines()]
    good = [case for case in cases if "out" in case and case["shape"] != "?"]
    sample = good[:: max(1, len(good) // 40)]
    answers = recorder().ask(command, cases[0]["path"], [case["expr"] for case in sample])
    assert answers == [{"out": case["out"], "shape": case["shape"]} for case in sample]
