"""The plan and the graphs of the example fleet, as people see them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from velac.compiler.commands.root import ROOT
from velac.compiler.ir.app import Component, Trait
from velac.compiler.ir.values import Values
from velac.compiler.show.plan import changes

FLEET = "examples/fleet"
PLANS = Path(__file__).parents[2] / "golden" / "plan"


def velac(*args: str) -> str:
    result = CliRunner().invoke(ROOT, list(args), standalone_mode=False)
    assert result.exception is None, result.output
    assert result.return_value == 0, result.output
    return str(result.stdout)


@pytest.fixture(autouse=True)
def _in_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)


def test_the_plan_of_the_example_fleet(golden: Callable[[Path, str], None]) -> None:
    golden(PLANS / "fleet.txt", velac("plan", FLEET))


def test_the_plan_as_markdown(golden: Callable[[Path, str], None]) -> None:
    golden(PLANS / "orders.md", velac("plan", FLEET, "--app", "orders", "--output", "markdown"))


def test_the_plan_as_json_lists_applications_by_name() -> None:
    names = [entry["name"] for entry in json.loads(velac("plan", FLEET, "--output", "json"))]
    assert "orders" in names
    assert len(names) == len(set(names))


def test_a_plan_tells_what_an_override_changed() -> None:
    written = Component(
        "web", "webservice", Values({"a": 1, "b": {"c": "x"}}), (Trait("scaler"), Trait("hpa"))
    )
    deployed = Component(
        "web",
        "webservice",
        Values({"a": 2, "b": {"c": "x", "d": True}}),
        (Trait("scaler"), Trait("env")),
    )
    assert changes(written, deployed) == [
        "a: 1 -> 2",
        "b.d: true (new)",
        "trait hpa removed",
        "trait env added",
    ]
    assert changes(written, written) == []
    assert changes(None, deployed) == ["added by an override"]


@pytest.mark.parametrize("what", ["components", "workflow", "fleet"])
def test_graphs_as_text(what: str, golden: Callable[[Path, str], None]) -> None:
    golden(PLANS / f"graph-{what}.txt", velac("graph", FLEET, "--what", what))


def test_the_format_of_a_graph_may_be_called_output_as_elsewhere() -> None:
    assert velac("graph", FLEET, "--output", "dot") == velac("graph", FLEET, "--format", "dot")


@pytest.mark.parametrize("what", ["components", "workflow", "fleet"])
def test_graphs_as_svg_hold_every_node(what: str) -> None:
    svg = ElementTree.fromstring(velac("graph", FLEET, "--what", what, "--format", "svg"))
    texts = {element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")}
    data = json.loads(velac("graph", FLEET, "--what", what, "--format", "json"))
    for graph in data:
        for vertex in graph["nodes"]:
            assert set(vertex["text"].split("\n")) <= texts


def test_mermaid_and_dot_name_gates_apart() -> None:
    assert "{{" in velac("graph", FLEET, "--what", "workflow", "--format", "mermaid")
    assert "hexagon" in velac("graph", FLEET, "--what", "workflow", "--format", "dot")


def test_clusters_by_selector() -> None:
    listed = json.loads(velac("clusters", FLEET, "--selector", "stage=prod", "--output", "json"))
    assert listed
    assert {cluster["labels"]["stage"] for cluster in listed} == {"prod"}
