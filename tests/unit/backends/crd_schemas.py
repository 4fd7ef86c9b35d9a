"""Objects against the schemas of tests/schemas, read strictly."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

FOLDER = Path(__file__).resolve().parents[2] / "schemas"


def problems(obj: dict[str, Any]) -> list[str]:
    """What the schema of an object's kind says against it; a kind without a schema is an error of the test."""
    group, _, version = obj["apiVersion"].partition("/")
    validator = _validator(f"{group}_{obj['kind']}_{version}.json")
    return [f"{list(e.instance_path)}: {e.message}" for e in validator.iter_errors(obj)]


@cache
def _validator(name: str) -> Any:
    schema = _strict(json.loads((FOLDER / name).read_text()))
    # The part that every object has is not in the schemas of custom resources.
    schema["properties"]["metadata"] = {"type": "object", "required": ["name"]}
    return jsonschema_rs.validator_for(schema)


def _strict(schema: Any) -> Any:
    """A schema that refuses fields it does not know, where an API server drops them."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {
        key: {name: _strict(part) for name, part in value.items()}
        if key == "properties"
        else _strict(value)
        for key, value in schema.items()
    }
    if (
        out.get("type") == "object"
        and "properties" in out
        and not schema.get("x-kubernetes-preserve-unknown-fields")
    ):
        out.setdefault("additionalProperties", False)
    return out
