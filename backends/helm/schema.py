"""`values.schema.json`: the names of the values, and of each parameter what its definition says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from velac.backends.helm.chart import Name
from velac.compiler.ir.app import AppIR, Component

Json: TypeAlias = dict[str, Any]
Describe: TypeAlias = Callable[[Name], Json | None]
ParameterSchemas: TypeAlias = Callable[[AppIR, str, str], Json | None]

# Kubernetes has fields that take either, such as ports and sizes.
_ANY_LEAF: Final[Json] = {"type": ["boolean", "integer", "string"]}
_LEAF_TYPES: Final = frozenset({"boolean", "integer", "number", "string"})
_OF_LEAVES: Final = (
    "type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "not", "description",
)  # fmt: skip


def values_schema(tree: Json, describe: Describe) -> Json:
    """The JSON Schema (draft 7, which Helm reads) of nested values. Helm adds `global` to what a user gives."""
    schema = _schema(tree, (), describe)
    schema["$schema"] = "http://json-schema.org/draft-07/schema#"
    schema["properties"]["global"] = {"type": "object"}
    return schema


def _schema(value: Any, name: Name, describe: Describe) -> Json:
    if isinstance(value, dict):
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                key: _schema(item, (*name, key), describe) for key, item in value.items()
            },
        }
    return describe(name) or _ANY_LEAF


def parameter_describer(app: AppIR, schemas: ParameterSchemas) -> Describe:
    """What is known of a value `components.NAME.properties…` or `components.NAME.traits.NUMBER…` of an Application.

    Where two steps deploy a component as different types its parameters have nothing in common, and nothing is said.
    """
    types = dict(_types(app))

    def describe(name: Name) -> Json | None:
        if len(name) < 4 or name[0] != "components":
            return None
        if name[2] == "properties":
            owner, path = types.get(name[:3]), name[3:]
        else:
            owner, path = types.get(name[:4]), name[4:]
        schema = schemas(app, *owner) if owner is not None else None
        return None if schema is None else leaf_schema(schema, path)

    return describe


def _types(app: AppIR) -> Iterator[tuple[Name, tuple[str, str] | None]]:
    """The kind and type of definition behind each prefix of names."""
    groups = {id(d.components): d.components for d in app.deployments}.values()
    found: dict[Name, set[tuple[str, str]]] = {}
    for component in (c for group in groups for c in group):
        for name, owner in _owners(component):
            found.setdefault(name, set()).add(owner)
    for name, owners in found.items():
        yield name, next(iter(owners)) if len(owners) == 1 else None


def _owners(component: Component) -> Iterator[tuple[Name, tuple[str, str]]]:
    yield ("components", component.name, "properties"), ("component", component.type)
    for number, trait in enumerate(component.traits):
        yield ("components", component.name, "traits", str(number)), ("trait", trait.type)


def leaf_schema(schema: Mapping[str, Any], path: Iterable[str]) -> Json | None:
    """What a schema says of the scalar at a path, in the words of draft 7; None where it says nothing of use.

    Items of lists have their number in the path.
    """
    found: list[Mapping[str, Any]] = [schema]
    for step in path:
        found = [inner for one in _arms(found) for inner in _below(one, step)]
    leaves = [leaf for one in _arms(found) if (leaf := _leaf(one)) is not None]
    if not leaves:
        return None
    return leaves[0] if len(leaves) == 1 else {"anyOf": leaves}


def _arms(schemas: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for schema in schemas:
        arms = schema.get("anyOf") or schema.get("oneOf")
        if arms:
            yield from _arms(arms)
        else:
            yield schema


def _below(schema: Mapping[str, Any], step: str) -> Iterator[Mapping[str, Any]]:
    properties = schema.get("properties") or {}
    if step in properties:
        yield properties[step]
    elif isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]
    if step.isdecimal() and isinstance(schema.get("items"), dict):
        yield schema["items"]


def _leaf(schema: Mapping[str, Any]) -> Json | None:
    """A schema of scalars only; one that may be more, or says nothing, is of no use."""
    kinds = schema.get("type")
    listed = {kinds} if isinstance(kinds, str) else set(kinds or ())
    if listed & {"object", "array"}:
        return None
    if not listed & _LEAF_TYPES and "enum" not in schema and "const" not in schema:
        return None
    return {word: schema[word] for word in _OF_LEAVES if word in schema}
