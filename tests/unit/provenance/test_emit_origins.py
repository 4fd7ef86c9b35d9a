"""`velac build --emit-origins`: a file for each Application says of every field what `velac explain` would say."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks.corpus import write_corpus
from benchmarks.fleet import Fleet
from click.testing import CliRunner

from velac.compiler.commands.root import ROOT
from velac.compiler.provenance.map import SCHEMA

FLEET = Fleet("origins", applications=2, components=2, traits=5, clusters=4, classes=4)


def run(*args: str | Path) -> str:
    done = CliRunner().invoke(ROOT, list(map(str, args)))
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fleet")
    write_corpus(FLEET, path / "fleet")
    return path / "fleet"


@pytest.fixture(scope="module")
def built(fleet: Path) -> Path:
    run("build", fleet, "-o", fleet.parent / "out", "--emit-origins")
    return fleet.parent / "out"


def origins(built: Path, cluster: str, kind: str, name: str) -> dict[str, list[dict[str, str]]]:
    """The origins of the fields of one object."""
    for path in sorted((built / ".origins" / "fleet").iterdir()):
        data = json.loads(path.read_text())
        for group in data["classes"]:
            for item in group["objects"]:
                if cluster in group["clusters"] and (item["kind"], item["name"]) == (kind, name):
                    return {k: [data["origins"][i] for i in v] for k, v in item["fields"].items()}
    raise AssertionError(f"no {kind} {name} in {cluster}")


@pytest.mark.parametrize("cluster", ["cluster-0", "cluster-3"])
@pytest.mark.parametrize("kind", ["Deployment", "Service", "HorizontalPodAutoscaler"])
def test_as_explain_says(fleet: Path, built: Path, cluster: str, kind: str) -> None:
    # The second component and the later clusters are filled in, not traced.
    said = run("explain", f"{cluster}/{kind}/web-0-1", fleet, "--output", "json")
    expected = {field["name"]: field["origins"] for field in json.loads(said)}
    assert origins(built, cluster, kind, "web-0-1") == expected


def test_each_cluster_has_the_line_of_its_own_override(built: Path) -> None:
    image = "spec.template.spec.containers[0].image"
    found = [origins(built, f"cluster-{n}", "Deployment", "web-0-0")[image] for n in range(4)]
    assert [[o["kind"] for o in chain] for chain in found] == 4 * [
        ["definition", "override", "property"]
    ]
    assert len({chain[1]["place"] for chain in found}) == 4
    assert len({chain[2]["place"] for chain in found}) == 1


def test_every_object_is_there(built: Path) -> None:
    for app in ("app-0", "app-1"):
        data = json.loads((built / ".origins" / "fleet" / f"{app}.json").read_text())
        for group in data["classes"]:
            for cluster in group["clusters"]:
                text = (built / cluster / "fleet" / app / "manifest.yaml").read_text()
                assert len(group["objects"]) == text.count("\nkind:")
                assert all(item["fields"] for item in group["objects"])


def test_format(built: Path) -> None:
    checker: Any = pytest.importorskip("jsonschema_rs", reason="jsonschema-rs is not installed")
    checker.validator_for(SCHEMA)
    for path in (built / ".origins").rglob("*.json"):
        checker.validate(SCHEMA, json.loads(path.read_text()))


def test_same_bytes_by_any_number_of_processes(fleet: Path, built: Path, tmp_path: Path) -> None:
    run("build", fleet, "-o", tmp_path / "two", "--emit-origins", "-j", "2")
    for path in (built / ".origins").rglob("*.json"):
        assert (tmp_path / "two" / path.relative_to(built)).read_bytes() == path.read_bytes()


def test_objects_that_no_template_makes(tmp_path: Path) -> None:
    app = {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": "shop"},
        "spec": {
            "components": [
                {
                    "name": "raw",
                    "type": "k8s-objects",
                    "properties": {
                        "objects": [{"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "b"}}]
                    },
                }
            ]
        },
    }
    (tmp_path / "app.json").write_text(json.dumps(app))
    run("build", tmp_path / "app.json", "-o", tmp_path / "out", "--emit-origins")
    data = json.loads((tmp_path / "out" / ".origins" / "default" / "shop.json").read_text())
    (item,) = data["classes"][0]["objects"]
    assert [data["origins"][i]["kind"] for i in item["fields"]["data.a"]][-1] == "property"


def test_it_costs_nothing_when_nobody_asks(fleet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = f"""
import sys
from velac.compiler.cli import run
run(["build", {str(fleet)!r}, "-o", {str(out)!r}, "--no-cache"])
print([name for name in sys.modules if ".provenance" in name])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert not (out / ".origins").exists()
