"""One JSON Schema for Application files, with the parameters of every type: what editors check while one types.

It accepts what a build accepts. A parameter that a component lacks may come from an override or from an input, so
where an Application has those nothing is demanded, only checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.policies import BUILTIN_POLICIES, ENGINE_STEPS
from velac.compiler.load.definition import COMPONENT, KINDS, POLICY, STEP, TRAIT, Definition
from velac.compiler.workbench.collect import Found
from velac.compiler.workbench.schema import DRAFT, clean, parameter_schema
from velac.compiler.workbench.template import Packages

Schema = dict[str, Any]

MODELINE: Final = "# yaml-language-server: $schema="
_TEXT: Final[Schema] = {"type": "string"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}
_NULLABLE_TEXTS: Final[Schema] = {"type": ["array", "null"], "items": _TEXT}
_LABELS: Final[Schema] = {"type": ["object", "null"], "additionalProperties": _TEXT}
_PROPERTIES: Final[Schema] = {"type": ["object", "null"]}
_MODE: Final[Schema] = {"enum": ["StepByStep", "DAG"]}
_INPUTS: Final[Schema] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {"from": _TEXT, "parameterKey": _TEXT},
        "required": ["from"],
        "additionalProperties": False,
    },
}
_OUTPUTS: Final[Schema] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "properties": {"name": _TEXT, "valueFrom": _TEXT},
        "required": ["name", "valueFrom"],
        "additionalProperties": False,
    },
}
_METADATA: Final[Schema] = {
    "type": "object",
    "properties": {
        "name": _TEXT,
        "namespace": _TEXT,
        "labels": _LABELS,
        "annotations": _LABELS,
    },
    "required": ["name"],
}
_MAY_COMPLETE: Final[Schema] = {
    "anyOf": [
        {
            "required": ["policies"],
            "properties": {
                "policies": {"contains": {"properties": {"type": {"const": "override"}}}}
            },
        },
        {"required": ["workflow"]},
    ]
}
"""An Application whose components an override may complete, its own or one that a workflow names."""


def application_schema(found: Iterable[Found], packages: Packages | None = None) -> Schema:
    """The schema of Applications that use these definitions; a later one of the same name is left out."""
    by_type: dict[str, dict[str, Schema]] = {type_: {} for type_ in KINDS}
    for item in found:
        definition = item.definition
        table = by_type[definition.type]
        if definition.name not in table:
            schema = clean(_schema_of(definition, packages))
            text = item.description
            table[definition.name] = {**schema, "description": text} if text else schema
    defs: dict[str, Schema] = {}
    for type_, table in by_type.items():
        for name, schema in table.items():
            defs[f"{type_}.{name}"] = schema
            defs[f"{type_}.{name}.partial"] = partial(schema)
    defs |= _parts(by_type)
    return {
        "$schema": DRAFT,
        "title": "Application",
        "type": "object",
        "properties": {
            "apiVersion": {"const": "core.oam.dev/v1beta1"},
            "kind": {"const": "Application"},
            "metadata": _METADATA,
            "spec": {"$ref": "#/$defs/spec"},
            "status": {},
        },
        "patternProperties": {"^x-": {}},
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": False,
        "$defs": defs,
    }


def _schema_of(definition: Definition, packages: Packages | None) -> Schema:
    """The parameter's schema; of a template that cannot be read nothing is known (`velac def vet` says why)."""
    try:
        return parameter_schema(definition, packages)
    except Rejected:
        return {}


def partial(schema: Any) -> Any:
    """The same without anything that has to be there."""
    if isinstance(schema, dict):
        return {
            key: (
                {name: partial(inner) for name, inner in item.items()}
                if key in ("properties", "patternProperties")
                else item
                if key in ("default", "enum", "const", "examples")
                else partial(item)
            )
            for key, item in schema.items()
            if key not in ("required", "minItems", "minProperties")
            or not isinstance(item, list | int)
        }
    return [partial(item) for item in schema] if isinstance(schema, list) else schema


def _parts(by_type: Mapping[str, dict[str, Schema]]) -> dict[str, Schema]:
    component = {
        "name": _TEXT,
        "dependsOn": _NULLABLE_TEXTS,
        "inputs": _INPUTS,
        "outputs": _OUTPUTS,
        "scopes": _PROPERTIES,
        "externalRevision": _TEXT,
    }
    step = {
        "name": _TEXT,
        "meta": {"type": ["object", "null"], "properties": {"alias": _TEXT}},
        "if": _TEXT,
        "timeout": _TEXT,
        "dependsOn": _NULLABLE_TEXTS,
        "inputs": _INPUTS,
        "outputs": _OUTPUTS,
    }
    steps = _known(ENGINE_STEPS) | by_type[STEP]
    policies = _known(BUILTIN_POLICIES) | by_type[POLICY]
    parts: dict[str, Schema] = {}
    for suffix in ("", ".partial"):
        traits = {"traits": _array(f"trait{suffix}")}
        parts[f"component{suffix}"] = _item(
            COMPONENT, by_type[COMPONENT], {**component, **traits}, ["name"], suffix
        )
        parts[f"trait{suffix}"] = _item(TRAIT, by_type[TRAIT], {}, [], suffix)
    parts["policy"] = _item(POLICY, policies, {"name": _TEXT}, [], "")
    more = {"mode": _MODE, "subSteps": _array("subStep")}
    parts["step"] = _item(STEP, steps, {**step, **more}, [], "")
    parts["subStep"] = _item(STEP, steps, step, [], "")
    parts["workflow"] = {
        "type": ["object", "null"],
        "properties": {
            "ref": _TEXT,
            "mode": {"type": ["object", "null"], "properties": {"steps": _MODE, "subSteps": _MODE}},
            "steps": _array("step"),
        },
        "additionalProperties": False,
    }
    parts["spec"] = {
        "type": "object",
        "properties": {
            "components": {"type": ["array", "null"]},
            "policies": _array("policy"),
            "workflow": {"$ref": "#/$defs/workflow"},
        },
        "required": ["components"],
        "additionalProperties": False,
        "if": _MAY_COMPLETE,
        "then": {"properties": {"components": _array("component.partial")}},
        "else": {"properties": {"components": _array("component")}},
    }
    return parts


def _known(names: Iterable[str]) -> dict[str, Schema]:
    """Types that need no definition: nothing is said about their properties."""
    return {name: {} for name in sorted(names)}


def _array(name: str) -> Schema:
    return {"type": ["array", "null"], "items": {"$ref": f"#/$defs/{name}"}}


def _item(
    kind: str, table: Mapping[str, Schema], fields: Schema, required: list[str], suffix: str
) -> Schema:
    """An item with `type` and `properties`: the type has to be known, and decides about the properties."""
    names = sorted(table)
    pattern = "^(?:" + "|".join(map(re.escape, names)) + ")@v.+$"
    choices = [{"const": n, **_said(table[n])} for n in names]
    type_: Schema = {"anyOf": [{"oneOf": choices}, {"type": "string", "pattern": pattern}]}
    schema: Schema = {
        "type": "object",
        "properties": {"type": type_, "properties": _PROPERTIES, **fields},
        "required": ["type", *required],
        "additionalProperties": False,
    }
    rules = [_rule(kind, n, table[n], suffix, "inputs" in fields) for n in names if table[n]]
    return {**schema, "allOf": rules} if rules else schema


def _said(schema: Schema) -> Schema:
    return {"description": schema["description"]} if "description" in schema else {}


def _rule(kind: str, name: str, schema: Schema, suffix: str, inputs: bool) -> Schema:
    whole = {"$ref": f"#/$defs/{kind}.{name}"}
    loose = {"$ref": f"#/$defs/{kind}.{name}.partial"}
    then: Schema = {"properties": {"properties": _or_null(loose if suffix else whole)}}
    if not suffix and needs_something(schema):
        then = {"required": ["properties"], "properties": {"properties": whole}}
    if not suffix and inputs:
        given = {"properties": {"inputs": {"type": "array", "minItems": 1}}, "required": ["inputs"]}
        then = {"if": given, "then": {"properties": {"properties": _or_null(loose)}}, "else": then}
    condition = {"properties": {"type": {"const": name}}, "required": ["type"]}
    return {"if": condition, "then": then}


def needs_something(schema: Schema) -> bool:
    """Whether properties have to be given at all."""
    if schema.get("required"):
        return True
    if "else" in schema:
        return needs_something(schema["else"])
    arms: list[Schema] = schema.get("anyOf", [])
    return bool(arms) and "default" not in schema and all(map(needs_something, arms))


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [{"type": "null"}, schema]}


# --------------------------------------------------------------------------------------------------- OpenAPI


def openapi(name: str, version: str, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """Schemas as an OpenAPI 3.0 document without paths."""
    return {
        "openapi": "3.0.3",
        "info": {"title": name, "version": version},
        "paths": {},
        "components": {"schemas": {key: as_openapi(schema) for key, schema in schemas.items()}},
    }


def as_openapi(schema: Any) -> Any:
    """A schema in the dialect of OpenAPI 3.0: no `const`, no lists of types, no patterns of labels."""
    if isinstance(schema, list):
        return [as_openapi(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out: Schema = {}
    for key, item in schema.items():
        if key == "if":
            out["anyOf"] = [as_openapi(schema["then"]), as_openapi(schema["else"])]
        elif key in ("then", "else"):
            continue
        elif key == "const":
            out["enum"] = [item]
        elif key == "type" and isinstance(item, list):
            out |= _nullable(item)
        elif key == "type" and item == "null":
            out["nullable"] = True
        elif key == "examples":
            out["example"] = item[0]
        elif key in ("exclusiveMinimum", "exclusiveMaximum"):
            out[key[len("exclusive") :].lower()] = item
            out[key] = True
        elif key in ("prefixItems", "patternProperties"):
            continue
        elif key == "properties":
            out[key] = {name: as_openapi(inner) for name, inner in item.items()}
        elif key in ("default", "enum"):
            out[key] = item
        else:
            out[key] = as_openapi(item)
    if "patternProperties" in schema and "additionalProperties" not in out:
        out["additionalProperties"] = True
    if out.get("type") == "array":
        out.setdefault("items", {})
    return out


def _nullable(names: list[str]) -> Schema:
    others = [name for name in names if name != "null"]
    found: Schema = {"nullable": True} if "null" in names else {}
    if len(others) == 1:
        found["type"] = others[0]
    elif others:
        found["anyOf"] = [{"type": name} for name in others]
    return found
