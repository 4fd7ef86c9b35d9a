"""Text to syntax: CUE definitions, and Applications with many overrides as YAML and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fleet import Fleet
from velac.grammar.json import read_json
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile
from velac.grammar.yaml import read_yaml
from velac.grammar.yaml_node import to_data

MANY = Fleet("parse", components=5, traits=2, clusters=100, classes=100)


def definition(name: str) -> SourceFile:
    path = files("velac.compiler.definitions").joinpath(f"{name}.cue")
    return SourceFile(f"{name}.cue", path.read_text(encoding="utf-8"))


@pytest.mark.benchmark(group="parse CUE")
@pytest.mark.parametrize("name", ["component/webservice", "trait/hpa", "trait/scaler"])
def bench_definition(benchmark: Any, name: str) -> None:
    assert benchmark(parse, definition(name)).decls


@pytest.mark.benchmark(group="parse an Application of 100 overrides")
def bench_yaml(benchmark: Any, corpus: Callable[[Fleet], Path]) -> None:
    source = SourceFile("app.yaml", (corpus(MANY) / "apps/app-0.yaml").read_text())
    assert benchmark(lambda: to_data(read_yaml(source).documents[0]))


@pytest.mark.benchmark(group="parse an Application of 100 overrides")
def bench_json(benchmark: Any, corpus: Callable[[Fleet], Path]) -> None:
    text = SourceFile("app.yaml", (corpus(MANY) / "apps/app-0.yaml").read_text())
    source = SourceFile("app.json", json.dumps(to_data(read_yaml(text).documents[0])))
    assert benchmark(lambda: read_json(source))
