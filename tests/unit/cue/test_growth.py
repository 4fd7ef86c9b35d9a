"""Work grows with the size of a program, not with its square. Calls of functions are counted, which no clock disturbs."""

from __future__ import annotations

import pytest
from benchmarks.bench_growth import SHAPES, calls, compiled, evaluate, exponent

SMALL, LARGE = 60, 480
# Sorting n elements and trees of hashes have a logarithm in them; nothing has a square.
MOST = 1.1


@pytest.mark.parametrize("shape", SHAPES)
def test_calls_grow_with_the_size(shape: str) -> None:
    small, large = (compiled(shape, size) for size in (SMALL, LARGE))
    evaluate(compiled(shape, 2))  # modules that are imported on first use do not count
    assert exponent(calls(small), calls(large), LARGE / SMALL) <= MOST


@pytest.mark.parametrize("shape", SHAPES)
def test_steps_grow_with_the_size(shape: str) -> None:
    small, large = (evaluate(compiled(shape, size)) for size in (SMALL, LARGE))
    assert large <= small * (LARGE / SMALL) ** MOST + 10


def test_a_square_would_be_noticed() -> None:
    assert exponent(60 * 60, 480 * 480, 8) > MOST
