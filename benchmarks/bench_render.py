"""Plan to manifests: variants of components with their traits and patches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fleet import Fleet
from velac.compiler.driver import Session
from velac.compiler.options import Options

FLEETS = [
    Fleet("one-component", components=1, traits=2),
    Fleet("five-traits", components=2, traits=5),
    Fleet("fifty-components", components=50, traits=2),
    Fleet("hundred-overrides", components=5, traits=2, clusters=100, classes=100),
    Fleet("thousand-clusters", components=5, traits=2, clusters=1000, classes=4),
]


@pytest.mark.benchmark(group="render")
@pytest.mark.parametrize("fleet", FLEETS, ids=lambda fleet: fleet.name)
def bench_render(benchmark: Any, corpus: Callable[[Fleet], Path], fleet: Fleet) -> None:
    def planned() -> tuple[tuple[Session, Any], dict[str, Any]]:
        session = Session(Options((str(corpus(fleet)),), layout="app"))
        session.load()
        return (session, session.plan()), {}

    def render(session: Session, plans: Any) -> Any:
        return session.render(plans)[0]

    assert benchmark.pedantic(render, setup=planned, rounds=5, warmup_rounds=1)
