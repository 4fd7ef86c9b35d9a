"""The CUE engine alone: templates of definitions, and a program that computes."""

from __future__ import annotations

from typing import Any, Final

import pytest

import velac.cue
from benchmarks.bench_parse import definition
from velac.compiler.load.builtin import read_definition
from velac.compiler.load.definition import Definition
from velac.compiler.render.engine import Templates

CONTEXT: Final = {
    "name": "web",
    "appName": "shop",
    "namespace": "default",
    "revision": "",
    "clusterVersion": {"major": "1", "minor": 33},
}
PROPERTIES: Final = {
    "component/webservice": {
        "image": "registry.example.com/web:1",
        "cpu": "100m",
        "memory": "128Mi",
        "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        "ports": [{"port": 8080, "name": "http", "expose": True}],
    },
    "trait/hpa": {"min": 2, "max": 8, "cpu": {"value": 70}},
}
COMPUTING: Final = """\
import ("list", "strings")
#Item: {name: string, size: int & >0, label: "\\(name)-\\(size)"}
items: [for i in list.Range(0, 100, 1) {#Item & {name: strings.Join(["item", "\\(i)"], "-"), size: i + 1}}]
byName: {for item in items {(item.name): item}}
total: list.Sum([for item in items {item.size}])
"""


def template_of(name: str) -> tuple[Templates, Definition]:
    return Templates(), read_definition(definition(name))


@pytest.mark.benchmark(group="compile a template")
@pytest.mark.parametrize("name", PROPERTIES)
def bench_compile(benchmark: Any, name: str) -> None:
    found = read_definition(definition(name))
    assert benchmark(lambda: Templates().of(found))


@pytest.mark.benchmark(group="evaluate a template")
@pytest.mark.parametrize("name", PROPERTIES)
def bench_evaluate(benchmark: Any, name: str) -> None:
    templates, found = template_of(name)
    template = templates.of(found)
    key = "output" if name.startswith("component") else "outputs"

    def evaluate() -> Any:
        value = template.evaluate(PROPERTIES[name], CONTEXT).lookup(key)
        assert value is not None
        return value.plain()

    assert benchmark(evaluate)


@pytest.mark.benchmark(group="cue export")
def bench_export(benchmark: Any) -> None:
    assert benchmark(velac.cue.export, {"in.cue": COMPUTING})["total"] == 5050
