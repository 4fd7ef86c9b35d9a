"""Reading and writing YAML, next to PyYAML's own libyaml loader and dumper on the same documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from velac.grammar.source import SourceFile
from velac.grammar.yaml import read_yaml
from velac.grammar.yaml_node import to_data
from velac.grammar.yaml_scalar import one_line
from velac.grammar.yaml_writer import _heads, emit

TEXT = (Path(__file__).parent.parent / "tests/unit/yaml/data/dry-run.yaml").read_text()
OBJECTS = [
    yaml.load(part, Loader=yaml.CSafeLoader) for part in re.split(r"(?m)^---\n", TEXT) if part
]


def forget() -> None:
    one_line.cache_clear()
    _heads.cache_clear()


@pytest.mark.benchmark(group="yaml write")
def bench_emit_warm(benchmark: Any) -> None:
    assert benchmark(lambda: [emit(obj) for obj in OBJECTS])


@pytest.mark.benchmark(group="yaml write")
def bench_emit_cold(benchmark: Any) -> None:
    assert benchmark.pedantic(lambda: [emit(obj) for obj in OBJECTS], setup=forget, rounds=20)


@pytest.mark.benchmark(group="yaml write")
def bench_pyyaml_dump(benchmark: Any) -> None:
    assert benchmark(lambda: [yaml.dump(obj, Dumper=yaml.CSafeDumper) for obj in OBJECTS])


@pytest.mark.benchmark(group="yaml read")
def bench_read(benchmark: Any) -> None:
    assert benchmark(lambda: [to_data(node) for node in read_yaml(SourceFile("x", TEXT)).documents])


@pytest.mark.benchmark(group="yaml read")
def bench_pyyaml_load(benchmark: Any) -> None:
    assert benchmark(lambda: list(yaml.load_all(TEXT, Loader=yaml.CSafeLoader)))
