"""The order of passes is computed from what they come after."""

from __future__ import annotations

import pytest

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.context import Context
from velac.compiler.pipeline import PassSpec, pass_order
from velac.compiler.registry import load_passes


def spec(name: str, *after: str) -> PassSpec:
    def run(app: AppIR, _: Context) -> AppIR:
        return app

    return PassSpec(name, "application", frozenset(after), run)


def test_installed_passes() -> None:
    assert [p.name for p in load_passes()] == [
        "workflow",
        "condition",
        "override",
        "rules",
        "topology",
        "env-binding",
        "replication",
        "dependency",
        "review",
    ]


def test_order_does_not_depend_on_discovery() -> None:
    specs = [spec("d", "b", "c"), spec("c", "a"), spec("b", "a"), spec("a"), spec("z", "not-there")]
    for turned in (specs, specs[::-1], specs[2:] + specs[:2]):
        assert [p.name for p in pass_order(turned)] == ["a", "z", "b", "c", "d"]


def test_a_circle_is_an_error() -> None:
    with pytest.raises(Rejected) as error:
        pass_order([spec("a", "b"), spec("b", "a")])
    assert error.value.diagnostics[0].code == "V902"
