"""Numbers into CUE and out of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from velac.compiler.cue.leaf import Input, Leaf, Residual
from velac.compiler.render.numbers import input_data, object_data, object_scalar


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (1, 1), (2**53, 2**53), (9007199254740993, 9007199254740992), (9223372036854775807, 9223372036854776000),
        (1.0, 1), (-0.0, 0), (1e3, 1000), (1.5, Decimal("1.5")), (1.25e-7, Decimal("1.25E-7")), (1e21, Decimal("1E+21")),
        (Decimal("2.0"), 2), (Decimal("0.10"), Decimal("0.1")), (1e20, 10**20), (True, True), (None, None), ("x", "x"),
    ],
)  # fmt: skip
def test_input(given: Any, wanted: Any) -> None:
    got = input_data({"v": given})["v"]
    assert got == wanted
    assert type(got) is type(wanted)


def test_keys_are_sorted_at_every_depth() -> None:
    data = input_data({"b": [{"z": 1, "a": 2}], "a": {"y": 1, "x": 2}})
    assert list(data) == ["a", "b"]
    assert list(data["a"]) == ["x", "y"]
    assert list(data["b"][0]) == ["a", "z"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (Decimal("1.0"), 1), (Decimal("1.5"), 1.5), (5, 5), (2**63, 9223372036854776000), (10**20, 1e20),
        (Decimal("1E+21"), 1e21), (b"\x00x", "AHg="), (-(2**63), -(2**63)), (False, False),
    ],
)  # fmt: skip
def test_output(given: Any, wanted: Any) -> None:
    got = object_data([given])[0]
    assert got == wanted
    assert type(got) is type(wanted)


def test_leaves_pass_unless_they_have_to_change() -> None:
    text, number = Leaf("x", Input(0)), Leaf(Decimal("2.0"), Input(1))
    out = object_data({"t": text, "n": number})
    assert out["t"] is text
    assert out["n"].value == 2
    assert isinstance(out["n"].source, Residual)
    assert object_scalar(Decimal("2.5")) == 2.5
    assert input_data([text])[0] is text
