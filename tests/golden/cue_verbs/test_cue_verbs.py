"""`velac cue` prints what `cue` prints, byte for byte, and refuses what it refuses."""

from __future__ import annotations

import importlib.util
import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.cli import run

HERE = Path(__file__).parent


def load_record() -> Any:
    """The module beside this file (tests are not a package)."""
    spec = importlib.util.spec_from_file_location("cue_verbs_record", HERE / "record.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORD = load_record()
RECORDED = json.loads(RECORD.ANSWERS.read_text())

# As they stand: the real answer first, ours is another one. Each says why.
DIFFERENT = {
    "literals: export literals.cue --out yaml": "numbers of lists come in decimals, not as the author wrote them",
    "module: export pkg": "a directory may be named without `./`",
}


@pytest.mark.parametrize(("folder", "arguments"), RECORD.commands())
def test_answer(
    folder: str,
    arguments: str,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    name = f"{folder}: {arguments}"
    answer = RECORDED[name]
    monkeypatch.chdir(HERE / "cases" / folder)
    code = run(["cue", *shlex.split(arguments)])
    out, err = capfdbinary.readouterr()
    same = (code == 0) == answer["ok"] and out.decode() == answer["out"]
    assert same == (name not in DIFFERENT), f"{out.decode()}\n{err.decode()}"
    assert code in (0, 1)
    assert bool(err) == (code == 1)  # a refusal says why, an answer says nothing else


@pytest.mark.oracle
@pytest.mark.skipif(shutil.which("cue") is None, reason="the real cue is not here (make tools)")
def test_recorded_answers_are_those_of_cue() -> None:
    for folder, arguments in RECORD.commands():
        assert RECORD.ask(folder, arguments) == RECORDED[f"{folder}: {arguments}"], arguments
