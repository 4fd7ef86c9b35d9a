"""Terraform components: their variables typed by reading the HCL, in the definition or in a directory of the project.

Terraform converts values: a string may be given as a number, a number as text. The schema accepts all that it converts,
and says beside that what the author of the module has written.
"""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.load.definition import Definition
from velac.compiler.render.terraform import OWN_PROPERTIES
from velac.compiler.render.terraform_types import Type, parsed_type
from velac.compiler.render.terraform_variables import CHOOSING, Variable, read_variables
from velac.compiler.workbench.table import TYPE_TEXT, UNLESS

Schema = dict[str, Any]

_MEANING: Final = {
    "writeConnectionSecretToRef": "The Secret that takes the outputs of the module",
    "providerRef": "The provider to use instead of the definition's",
    "gitCredentialsSecretReference": "Credentials of a private module",
    "customRegion": "The region instead of the provider's",
    "forceDelete": "Delete even what is not fully created",
    "deleteResource": "Whether deletion destroys the resources",
    "path": "Another path of the module in its repository",
    "gitRef": "The branch, tag or commit of the module's repository",
    "backend": "Where Terraform keeps its state",
    "jobEnv": "Environment of the job that runs Terraform",
    "inlineCredentials": "Whether the module brings the provider's credentials itself",
    "terraformCredentialsSecretReference": "Secret with the credentials of a private registry",
    "terraformCredentialsHelperConfigMapReference": "ConfigMap with a helper for credentials",
    "terraformRCConfigMapReference": "ConfigMap with the settings of the Terraform command line",
}
"""What every Terraform component understands besides the variables of its module."""

_SCALARS: Final[dict[str, list[Schema]]] = {
    "string": [{"type": ["string", "number", "boolean", "null"]}],
    "number": [
        {"type": ["number", "null"]},
        {"type": "string", "pattern": r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$"},
    ],
    "bool": [{"type": ["boolean", "null"]}, {"enum": [0, 1, "true", "false", "0", "1"]}],
}
_OBJECTS: Final = {"string": "string", "boolean": "bool", "object": "object"}


def variables_schema(definition: Definition) -> Schema:
    """The variables of a terraform definition; of a module elsewhere nothing is known, so anything goes.

    Raises Rejected when the configuration is not HCL.
    """
    own = {name: _own(OWN_PROPERTIES[name], text) for name, text in _MEANING.items()}
    variables = read_variables(definition)
    if variables is None:
        return {"type": "object", "properties": own, "additionalProperties": True}
    properties = {name: _variable(variable) for name, variable in variables.items()}
    required = [name for name, variable in variables.items() if variable.required]
    others = {name: schema for name, schema in own.items() if name not in properties}
    schema: Schema = {"type": "object", "properties": {**properties, **others}}
    if required:
        schema["required"] = required
    if definition.module:
        schema[UNLESS] = sorted(CHOOSING)
    return {**schema, "additionalProperties": False}


def _own(kind: str, text: str) -> Schema:
    if not kind:
        return {"description": text}
    return {"type": [kind, "null"], "description": text, TYPE_TEXT: _OBJECTS[kind]}


def _variable(variable: Variable) -> Schema:
    schema = _typed(parsed_type(variable.type))
    if variable.type:
        schema[TYPE_TEXT] = " ".join(variable.type.split())
    if variable.description:
        schema["description"] = variable.description
    if not variable.required:
        schema["default"] = variable.default
    return schema


def _typed(type_: Type) -> Schema:
    """What Terraform converts to a type; null stands for "not given"."""
    if type_.head in _SCALARS:
        arms = _SCALARS[type_.head]
        return dict(arms[0]) if len(arms) == 1 else {"anyOf": arms}
    if type_.head in ("list", "set"):
        return {"type": ["array", "null"], "items": _typed(type_.inner[0])}
    if type_.head == "tuple":
        size = len(type_.inner)
        items = [_typed(inner) for inner in type_.inner]
        return {"type": ["array", "null"], "prefixItems": items, "minItems": size, "maxItems": size}
    if type_.head == "map":
        return {"type": ["object", "null"], "additionalProperties": _typed(type_.inner[0])}
    if type_.head == "object":
        schema: Schema = {
            "type": ["object", "null"],
            "properties": {name: _typed(inner) for name, inner, _ in type_.attributes},
        }
        required = [name for name, _, needed in type_.attributes if needed]
        return {**schema, "required": required} if required else schema
    return {}
