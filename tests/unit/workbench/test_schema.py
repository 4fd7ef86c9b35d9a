"""The schema of parameters and of Applications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from velac.compiler.load.builtin import read_definition
from velac.compiler.workbench.application_schema import application_schema, as_openapi
from velac.compiler.workbench.collect import Found, builtin_definitions
from velac.compiler.workbench.schema import clean, parameter_schema
from velac.compiler.workbench.table import rows
from velac.grammar.source import SourceFile


def schema_of(parameter: str, before: str = "") -> dict[str, Any]:
    text = f'd: {{type: "trait", attributes: {{}}}}\ntemplate: {{\n{before}\nparameter: {parameter}\npatch: {{}}\n}}'
    found: dict[str, Any] = clean(parameter_schema(read_definition(SourceFile("d.cue", text))))
    return found


def field_of(value: str, before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = schema_of(f"{{x: {value}}}", before)["properties"]["x"]
    return found


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("string", {"type": "string"}),
        ("int", {"type": "integer"}),
        ("bool", {"type": "boolean"}),
        ("_", {}),
        ("5", {"const": 5, "type": "integer"}),
        ('*"a" | "b"', {"enum": ["a", "b"], "type": "string", "default": "a"}),
        ("*1 | int", {"type": "integer", "default": 1}),
        ("*true | bool", {"type": "boolean", "default": True}),
        ("string | int", {"type": ["string", "integer"]}),
        ("null | [...string]", {"anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "string"}}]}),
        (">0 & <=10 & int", {"type": "integer", "exclusiveMinimum": 0, "maximum": 10}),
        ("uint8", {"type": "integer", "minimum": 0, "maximum": 255}),
        ('=~"^a+$"', {"type": "string", "pattern": "^a+$"}),
        ('string & !~"b"', {"type": "string", "not": {"pattern": "b"}}),
        ("[...int]", {"type": "array", "items": {"type": "integer"}}),
        ("[string]: int", {"type": "object", "additionalProperties": {"type": "integer"}}),
        ('{[=~"^x-"]: int}', {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}}),
        ("{...}", {"type": "object"}),
        ("close({a: int})", {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"],
                             "additionalProperties": False}),
    ],
)  # fmt: skip
def test_values(value: str, schema: dict[str, Any]) -> None:
    assert field_of(value) == schema


def test_a_pattern_that_is_not_ecma_is_left_out() -> None:
    assert field_of(r'=~"(?i)a"') == {"type": "string"}


def test_required_means_without_a_concrete_value() -> None:
    schema = schema_of(
        "{a: string, b?: string, c: *1 | int, d: {e: string}, f: {g: *1 | int}, h: [...string]}"
    )
    assert schema["required"] == ["a", "d"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    "value", [r'*"/\(name)" | string', "*name | string", '*("/" + name) | string', r'"\(name)"']
)
def test_what_is_made_from_another_parameter_is_not_required(value: str) -> None:
    schema = schema_of(f"{{name: string, path: {value}}}")
    assert schema["required"] == ["name"]


@pytest.mark.parametrize("value", ["*string | int", "#T", "*#T | int", "*{e: string} | {f: int}"])
def test_a_default_that_is_a_type_has_to_be_given(value: str) -> None:
    schema = schema_of(f"{{name: string, path: {value}, #T: string}}")
    assert schema["required"] == ["name", "path"]


def test_a_definition_closes_what_refers_to_it() -> None:
    assert field_of("#P", "#P: {port: int}")["additionalProperties"] is False
    assert "additionalProperties" not in field_of("{port: int}")


def test_what_depends_on_another_parameter_is_only_named() -> None:
    schema = schema_of('{kind: "a" | "b", if kind == "a" {size: int}}')
    assert schema["properties"]["size"] == {}
    assert schema["required"] == ["kind"]


@pytest.mark.parametrize("body", ["size: int", "size: int, if true {more: int}"])
def test_what_a_default_switches_on_is_only_named_too(body: str) -> None:
    schema = schema_of(f'{{kind: *"a" | "b", if kind == "a" {{{body}}}}}')
    assert schema["properties"]["size"] == {}
    assert "required" not in schema


def test_markers_become_descriptions() -> None:
    schema = schema_of("{\n// +usage=How many\n// +immutable\nn: int\n}")
    assert schema["properties"]["n"] == {
        "type": "integer", "description": "How many", "x-immutable": True,
    }  # fmt: skip


def test_a_type_that_contains_itself_ends() -> None:
    schema = field_of("#N", "#N: {name: string, children?: [...#N]}")
    assert schema["properties"]["name"] == {"type": "string"}
    json.dumps(schema)


def test_variables_of_terraform() -> None:
    pytest.importorskip("hcl2")
    from velac.compiler.load.definition import Definition
    from velac.grammar.source import NO_SPAN

    hcl = """
variable "name" {
  type        = string
  description = "Name of the bucket"
}
variable "tags" {
  type    = map(string)
  default = {}
}
variable "zones" {
  type = list(number)
}
"""
    terraform = {"configuration": hcl, "type": "hcl"}
    schema = parameter_schema(Definition("component", "b", None, {}, {}, {}, terraform, NO_SPAN))
    assert schema["required"] == ["name", "zones"]
    assert schema["properties"]["name"]["description"] == "Name of the bucket"
    table = {row.name: (row.type, row.required) for row in rows(schema)}
    assert table["name"] == ("string", True)
    assert table["tags"] == ("map(string)", False)
    assert table["zones"] == ("list(number)", True)
    accepts = pytest.importorskip("jsonschema_rs").validator_for(clean(schema)).is_valid
    # Terraform converts scalars into each other, and takes null for "not given".
    assert accepts({"name": 7, "zones": ["1", 2.5], "tags": {"a": True}})
    assert accepts({"name": "x", "zones": [], "tags": None, "deleteResource": False})
    refused: list[dict[str, Any]] = [
        {"name": "x"},
        {"name": [], "zones": []},
        {"name": "x", "zones": ["one"]},
        {"name": "x", "zones": [], "tags": {"a": {}}},
        {"name": "x", "zones": [], "other": 1},
        {"name": "x", "zones": [], "forceDelete": "yes"},
    ]
    assert [wrong for wrong in refused if accepts(wrong)] == []


def test_openapi_has_no_words_that_it_does_not_know() -> None:
    found = as_openapi(
        {"type": "object", "properties": {"const": {"const": 1}, "n": {"type": ["integer", "null"]},
         "m": {"type": "integer", "exclusiveMinimum": 0}}}
    )  # fmt: skip
    assert found["properties"]["const"] == {"enum": [1]}
    assert found["properties"]["n"] == {"nullable": True, "type": "integer"}
    assert found["properties"]["m"] == {"type": "integer", "minimum": 0, "exclusiveMinimum": True}


# ----------------------------------------------------------------------------------------------- Applications


@pytest.fixture(scope="module")
def validator() -> Any:
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    schema = application_schema(builtin_definitions())
    jsonschema_rs.meta.validate(schema)
    return jsonschema_rs.validator_for(schema)


def application(*components: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": "a"},
        "spec": {"components": list(components), **spec},
    }


WEB: dict[str, Any] = {"name": "w", "type": "webservice", "properties": {"image": "i"}}


@pytest.mark.parametrize(
    "app",
    [
        application(WEB),
        application({**WEB, "type": "webservice@v1"}),
        application({**WEB, "properties": {"image": "i", "ports": [{"port": 1, "unknown": 2}]}}),
        application({**WEB, "traits": [{"type": "scaler"}]}),
        application(
            {**WEB, "properties": None, "inputs": [{"from": "x", "parameterKey": "image"}]}
        ),
        application(
            {"name": "w", "type": "webservice"},
            policies=[
                {"type": "override", "properties": {"components": [{"properties": {"image": "i"}}]}}
            ],
        ),
        {**application(WEB), "x-note": 1},
    ],
)
def test_accepted(validator: Any, app: dict[str, Any]) -> None:
    assert [e.message for e in validator.iter_errors(app)] == []


@pytest.mark.parametrize(
    "app",
    [
        application({**WEB, "type": "webservise"}),
        application({**WEB, "trait": []}),
        application({"name": "w", "type": "webservice"}),
        application({**WEB, "properties": {}}),
        application({**WEB, "properties": {"image": "i", "imgae": "i"}}),
        application({**WEB, "properties": {"image": 1}}),
        application({**WEB, "properties": {"image": "i", "imagePullPolicy": "Sometimes"}}),
        application({**WEB, "properties": {"image": "i", "ports": [{"protocol": "TCP"}]}}),
        application({**WEB, "traits": [{"type": "skaler"}]}),
        application({**WEB, "traits": [{"type": "resource", "properties": {"memory": "2 gigs"}}]}),
        application(WEB, policies=[{"type": "topologie"}]),
        application(WEB, workflow={"steps": [{"name": "s", "type": "deplow"}]}),
        {**application(WEB), "sepc": {}},
    ],
)
def test_refused(validator: Any, app: dict[str, Any]) -> None:
    assert list(validator.iter_errors(app))


def test_example_fleet_is_accepted(validator: Any, root: Path) -> None:
    import yaml

    from velac.compiler.workbench.collect import collect

    own = collect([str(root / "examples/fleet")], [])
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    checked = jsonschema_rs.validator_for(application_schema([*own, *builtin_definitions()]))
    count = 0
    for path in sorted((root / "examples/fleet").rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if isinstance(document, dict) and document.get("kind") == "Application":
                count += 1
                assert [e.message for e in checked.iter_errors(document)] == [], path
    assert count >= 8


def test_golden_applications_are_accepted_as_builds_accept_them(validator: Any, root: Path) -> None:
    """Whatever builds is accepted; the golden cases of dry-run are the corpus."""
    import yaml

    from velac.compiler.driver import compile

    checked = 0
    for folder in sorted((root / "tests/golden/dry-run").iterdir()):
        path = folder / "app.yaml"
        if (
            not path.is_file()
            or (folder / "definitions").exists()
            or folder.name.startswith("err-")
        ):
            continue
        documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
        if checked >= 25 or len(documents) != 1 or not compile([str(path)]).ok:
            continue
        checked += 1
        assert [e.message for e in validator.iter_errors(documents[0])] == [], folder.name
    assert checked > 10


@pytest.mark.slow
def test_all_golden_applications_with_definitions_of_their_own(root: Path) -> None:
    """The schema accepts whatever builds, and what it refuses does not build."""
    import yaml

    from velac.compiler.driver import compile
    from velac.compiler.workbench.collect import collect

    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    known = builtin_definitions()
    plain = jsonschema_rs.validator_for(application_schema(known))
    counts = {"built": 0, "refused by both": 0}
    for path in sorted((root / "tests/golden/dry-run").glob("*/app.yaml")):
        try:
            documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
        except yaml.YAMLError:
            continue
        own = path.parent / "definitions"
        given = [str(own)] if own.is_dir() else []
        if len(documents) != 1:
            continue
        checked = plain
        if given:
            found = [*collect(given, []), *known]
            checked = jsonschema_rs.validator_for(application_schema(found))
        accepted = checked.is_valid(documents[0])
        built = compile([str(path)], definitions=given).ok
        assert accepted or not built, path.parent.name
        counts["built"] += built
        counts["refused by both"] += not accepted
    assert counts["built"] > 70
    assert counts["refused by both"] > 10


def test_first_definition_of_a_name_wins() -> None:
    text = 'webservice: {type: "component", attributes: {}}\ntemplate: {output: {}, parameter: {own: int}}'
    mine = Found(read_definition(SourceFile("d.cue", text)), "d.cue")
    schema = application_schema([mine, *builtin_definitions()])
    assert list(schema["$defs"]["component.webservice"]["properties"]) == ["own"]
