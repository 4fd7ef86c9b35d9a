"""The whole build inside one process: read, plan, render, write."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import velac
from benchmarks.fleet import PRESETS, Fleet
from velac.compiler.output.write import write_output

EXAMPLE = Path(__file__).resolve().parent.parent / "examples/fleet"
FLEETS = [
    PRESETS["G"],
    PRESETS["tiny"],
    Fleet("overrides", components=5, traits=2, clusters=50, classes=50),
    Fleet("applications", applications=20, components=2, traits=5, clusters=20, classes=5, shared=True),
]  # fmt: skip


def build(source: Path, out: Path) -> int:
    result = velac.compile(str(source))
    assert result.ok
    return write_output(str(out), result.files()).written


@pytest.mark.benchmark(group="build")
@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def bench_build(
    benchmark: Any, corpus: Callable[[Fleet], Path], tmp_path: Path, fleet: Fleet
) -> None:
    source, out = corpus(fleet), tmp_path / "out"

    def fresh() -> None:
        shutil.rmtree(out, ignore_errors=True)

    rounds = {"setup": fresh, "rounds": 5, "warmup_rounds": 1}
    assert benchmark.pedantic(build, (source, out), **rounds) == fleet.applications * fleet.places


@pytest.mark.benchmark(group="build")
def bench_example(benchmark: Any, tmp_path: Path) -> None:
    out = tmp_path / "out"

    def fresh() -> None:
        shutil.rmtree(out, ignore_errors=True)

    assert benchmark.pedantic(lambda: build(EXAMPLE, out), setup=fresh, rounds=5, warmup_rounds=1)
