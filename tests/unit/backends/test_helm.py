"""Helm: with the values of a cluster, the charts give its objects of plain (by the real `helm`)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from benchmarks.corpus import write_corpus
from benchmarks.fleet import drawn_fleet

from velac.backends.helm.chart import literal
from velac.backends.helm.schema import leaf_schema
from velac.compiler.driver import compile
from velac.compiler.output.write import write_output
from velac.compiler.result import CompileResult

HERE = Path(__file__).resolve()
APPS = HERE.parents[2] / "golden" / "backends" / "app"
TOOLS = HERE.parents[3] / ".tools" / "bin"
HELM = shutil.which("helm") or shutil.which("helm", path=str(TOOLS))
needs_helm = pytest.mark.skipif(HELM is None, reason="helm is not on this machine (make tools)")


def build(path: Path | str) -> CompileResult:
    return compile(str(path), backend="helm", settings={"helm": {"unsupported": "ignore"}})


def helm(*args: object) -> str:
    done = subprocess.run(
        [str(HELM), *map(str, args)], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def key(obj: dict[str, Any]) -> tuple[str, ...]:
    return (
        obj["apiVersion"],
        obj["kind"],
        obj["metadata"].get("namespace", ""),
        obj["metadata"]["name"],
    )


def by_key(text: str | bytes) -> dict[tuple[str, ...], Any]:
    return {key(obj): obj for obj in yaml.safe_load_all(text) if obj}


def check_repository(repository: Path, out: Path) -> None:
    write_output(str(out), build(repository).files())
    for path, content in compile(str(repository)).files():
        cluster, namespace, app, _ = path.split("/")
        chart = out / namespace / app
        text = helm("template", app, chart, "--values", chart / "values" / f"{cluster}.yaml")
        assert by_key(text) == by_key(content), path


@needs_helm
@pytest.mark.oracle
def test_the_same_objects_as_plain(tmp_path: Path) -> None:
    check_repository(APPS, tmp_path / "out")


@needs_helm
@pytest.mark.oracle
@pytest.mark.slow
def test_the_same_objects_as_plain_for_the_example_fleet(root: Path, tmp_path: Path) -> None:
    check_repository(root / "examples" / "fleet", tmp_path / "out")


@needs_helm
@pytest.mark.oracle
@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_the_same_objects_as_plain_for_generated_fleets(block: int, tmp_path: Path) -> None:
    for seed in range(20 * block, 20 * block + 20):
        fleet = drawn_fleet(seed)
        write_corpus(fleet, tmp_path / fleet.name)
        check_repository(tmp_path / fleet.name, tmp_path / f"{fleet.name}-charts")


@needs_helm
@pytest.mark.oracle
def test_lint_and_schema(tmp_path: Path) -> None:
    write_output(str(tmp_path / "out"), build(APPS).files())
    chart = tmp_path / "out" / "shop" / "lamp"
    helm("lint", "--strict", chart)
    values = tmp_path / "values.yaml"
    values.write_text("components: {lamp: {properties: {imag: nginx}}}\n")
    with pytest.raises(AssertionError, match="imag"):
        helm("template", "lamp", chart, "--values", values)
    values.write_text("components: {lamp: {properties: {image: 'other:1'}}}\n")
    assert 'image: "other:1"' in helm("template", "lamp", chart, "--values", values)


def test_values_are_called_after_parameters() -> None:
    files = dict(build(APPS).files())
    values = yaml.safe_load(files["shop/lamp/values.yaml"])
    assert values["components"]["lamp"] == {
        "properties": {
            "env": {"0": {"name": "GREETING", "value": "it is {{ bright }} for ${USER}"}},
            "image": "lantern/lamp:1.4",
            "ports": {"0": {"port": 8080}},
        },
        "traits": {"0": {"replicas": 2}},
    }
    west = yaml.safe_load(files["shop/lamp/values/west.yaml"])
    assert west == {
        "components": {
            "lamp": {"properties": {"image": "lantern/lamp:1.5"}, "traits": {"0": {"replicas": 5}}}
        }
    }
    assert yaml.safe_load(files["shop/lamp/values/east.yaml"]) == {}
    schema = json.loads(files["shop/lamp/values.schema.json"])
    assert jsonschema_rs.is_valid(schema, values)
    assert not jsonschema_rs.is_valid(schema, {"components": {"lump": {}}})


def test_the_schema_says_what_the_definition_says() -> None:
    files = dict(build(APPS).files())
    values = yaml.safe_load(files["shop/lamp/values.yaml"])
    schema = json.loads(files["shop/lamp/values.schema.json"])
    lamp = values["components"]["lamp"]
    for where, key, wrong in [
        (lamp["properties"], "image", 7),
        (lamp["properties"]["ports"]["0"], "port", "http"),
        (lamp["traits"]["0"], "replicas", "many"),
    ]:
        right = where[key]
        where[key] = wrong
        assert not jsonschema_rs.is_valid(schema, values), key
        where[key] = right
    assert jsonschema_rs.is_valid(schema, values)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("a",), {"type": "string", "enum": ["x"]}),
        (("list", "0", "b"), {"type": "integer", "minimum": 1}),
        (("map", "any"), {"type": "string"}),
        (("either",), {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        (("list",), None),
        (("open", "x"), None),
        (("a", "b"), None),
    ],
)
def test_what_a_schema_says_of_a_leaf(path: tuple[str, ...], expected: Any) -> None:
    item = {"type": "object", "properties": {"b": {"type": "integer", "minimum": 1, "default": 3}}}
    properties = {
        "a": {"type": "string", "enum": ["x"], "default": "x"},
        "list": {"type": "array", "items": item},
        "map": {"type": "object", "additionalProperties": {"type": "string"}},
        "either": {"anyOf": [{"type": "string"}, {"type": "integer"}, item]},
        "open": {"type": "object"},
    }
    assert leaf_schema({"type": "object", "properties": properties}, path) == expected


TWICE = """
apiVersion: core.oam.dev/v1beta1
kind: Application
metadata: {name: web, namespace: prod}
spec:
  components:
  - {name: web, type: webservice, properties: {image: "nginx:1", cmd: [a]}}
  policies:
  - {name: one, type: topology, properties: {clusters: [local], namespace: one}}
  - {name: two, type: topology, properties: {clusters: [local], namespace: two}}
  - name: newer
    type: override
    properties: {components: [{name: web, properties: {image: "nginx:2"}}]}
  workflow:
    steps:
    - {name: first, type: deploy, properties: {policies: [one]}}
    - {name: second, type: deploy, properties: {policies: [newer, two]}}
"""


def test_a_parameter_with_two_values_in_one_cluster(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(TWICE)
    files = dict(build(tmp_path).files())
    templates = "".join(t.decode() for p, t in files.items() if "/templates/" in p)
    assert "image: nginx:2\n" in templates
    assert (
        'image: {{ (index .Values "components" "web" "properties" "image") | toJson }}' in templates
    )
    if HELM is not None:
        check_repository(tmp_path, tmp_path / "out")


def test_literal_braces() -> None:
    assert literal("a {{ b }} {{{") == 'a {{ "{{" }} b }} {{ "{{" }}{'
