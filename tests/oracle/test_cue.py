"""velac and the real cue on random programs: `make oracle`.

CUE_ORACLE_SECONDS (default 60) is how long to try, CUE_ORACLE_SEED where to begin. What is found is printed, made
small; the seed of a run makes it repeatable.
"""

from __future__ import annotations

import os

import pytest
from tests.oracle import fuzz
from tests.oracle.compare import cue_binary, real_cue
from tests.oracle.programs import numbered
from tests.oracle.reach import Reach

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def binary() -> str:
    """The real cue."""
    found = cue_binary()
    if found is None:
        pytest.skip("no cue on this machine (make tools)")
    return found


def test_random_programs(binary: str) -> None:
    """At most one program in a hundred may differ, none may be without an answer of ours."""
    seconds = float(os.environ.get("CUE_ORACLE_SECONDS", "60"))
    seed = int(os.environ.get("CUE_ORACLE_SEED", "1"))
    reach = Reach()
    with real_cue(binary) as cue:
        results = list(fuzz.run(cue, seconds, seed, reach=reach))
    tally = results[-1][0]
    for difference in tally.differences:
        print(difference)
    print(tally)
    print(reach.table())
    assert not tally.broke["velac crash"]
    assert len(tally.differences) <= max(3, tally.programs // 100)


@pytest.mark.slow
def test_everything_is_reached() -> None:
    """Some thousand programs use every production of the grammar, every operator and every builtin."""
    reach = Reach()
    for seed in range(12_000):
        reach.note(numbered(seed))
        if seed % 1000 == 0 and not reach.missed():
            break
    assert len(reach.missed()) <= 3
