"""What `eval` and `def` promise, on random programs."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("hypothesis", reason="hypothesis is not installed")

from hypothesis import given, settings
from hypothesis import strategies as st

from velac import cue
from velac.compiler.cue.definition import consolidated
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.inputs import Inputs, Instance
from velac.compiler.cue.packages import Packages, Reader
from velac.compiler.cue.results import results

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.append(ROOT)

from tests.oracle.programs import program  # noqa: E402

pytestmark = pytest.mark.slow
SEEDS = st.randoms(use_true_random=False)
LAW = settings(max_examples=40, deadline=None)


def drawn(random: Random) -> tuple[str, object]:
    """A program that can be exported, and its data."""
    for _ in range(40):
        text = program(random)
        try:
            return text, cue.export({"in.cue": text})
        except CueError:
            continue
    return "", {}


@LAW
@given(SEEDS)
def test_what_eval_prints_has_the_same_data(random: Random) -> None:
    text, data = drawn(random)
    shown = cue.evaluate({"in.cue": text}).text()
    assert cue.export({"in.cue": shown}) == data


@LAW
@given(SEEDS)
def test_what_def_prints_has_the_same_data(random: Random) -> None:
    text, data = drawn(random)
    instance = Instance("", (cue.parse(text),), Packages(Reader(), None))
    (result,) = results(Inputs(loose=instance))
    shown = consolidated(result)
    assert cue.export({"in.cue": shown}) == data
