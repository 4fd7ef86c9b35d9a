"""Manifests to bytes, and bytes to disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import velac
from benchmarks.fleet import Fleet
from velac.compiler.output.write import write_output

FLEET = Fleet("emit", components=5, traits=2, clusters=200, classes=20)
LAYOUTS = ["app", "object", "cluster"]


@pytest.mark.benchmark(group="emit 4,000 objects")
@pytest.mark.parametrize("layout", LAYOUTS)
def bench_bytes(benchmark: Any, corpus: Callable[[Fleet], Path], layout: str) -> None:
    def compiled() -> tuple[tuple[velac.CompileResult], dict[str, Any]]:
        return (velac.compile(str(corpus(FLEET)), layout=layout),), {}

    def size(result: velac.CompileResult) -> int:
        return sum(len(content) for _, content in result.files())

    assert benchmark.pedantic(size, setup=compiled, rounds=5)


@pytest.mark.benchmark(group="write 4,000 objects")
def bench_new_directory(benchmark: Any, corpus: Callable[[Fleet], Path], tmp_path: Path) -> None:
    files = list(velac.compile(str(corpus(FLEET))).files())
    out = tmp_path / "out"

    def write() -> int:
        return write_output(str(out), files).written

    def fresh() -> None:
        shutil.rmtree(out, ignore_errors=True)

    assert benchmark.pedantic(write, setup=fresh, rounds=10) == len(files)


@pytest.mark.benchmark(group="write 4,000 objects")
def bench_unchanged(benchmark: Any, corpus: Callable[[Fleet], Path], tmp_path: Path) -> None:
    files = list(velac.compile(str(corpus(FLEET))).files())
    out = str(tmp_path / "out")
    write_output(out, files)
    assert benchmark(lambda: write_output(out, files).unchanged) == len(files)


@pytest.mark.benchmark(group="write 4,000 objects")
def bench_copy(benchmark: Any, corpus: Callable[[Fleet], Path], tmp_path: Path) -> None:
    """What copying the same tree costs inside Python."""
    out, copy = tmp_path / "out", tmp_path / "copy"
    write_output(str(out), velac.compile(str(corpus(FLEET))).files())

    def fresh() -> None:
        shutil.rmtree(copy, ignore_errors=True)

    assert benchmark.pedantic(lambda: shutil.copytree(out, copy), setup=fresh, rounds=10)
