"""Terraform components: their variables typed by reading the HCL, where it stands in the definition."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.load.definition import Definition
from velac.compiler.render.terraform_variables import Variable, read_variables

Schema = dict[str, Any]
_REFERENCE: Final[Schema] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "namespace": {"type": "string"}},
    "required": ["name"],
}
_OWN: Final[Schema] = {
    "writeConnectionSecretToRef": {
        **_REFERENCE, "description": "The Secret that takes the outputs of the module"
    },
    "providerRef": {**_REFERENCE, "description": "The provider to use instead of the definition's"},
    "gitCredentialsSecretReference": {**_REFERENCE, "description": "Credentials of a private module"},
    "customRegion": {"type": "string", "description": "The region instead of the provider's"},
    "forceDelete": {"type": "boolean", "description": "Delete even what is not fully created"},
    "deleteResource": {"type": "boolean", "description": "Whether deletion destroys the resources"},
}  # fmt: skip
"""What every Terraform component understands besides the variables of its module."""

_SCALARS: Final = {"string": "string", "number": "number", "bool": "boolean"}


def variables_schema(definition: Definition) -> Schema:
    """The variables of a terraform definition; of a remote module nothing is known, so anything goes.

    Raises Rejected when the configuration is not HCL.
    """
    variables = read_variables(definition)
    if variables is None:
        return {"type": "object", "properties": dict(_OWN), "additionalProperties": True}
    properties = {name: _variable(variable) for name, variable in variables.items()}
    required = [name for name, variable in variables.items() if variable.required]
    schema: Schema = {"type": "object", "properties": {**properties, **_OWN}}
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def _variable(variable: Variable) -> Schema:
    schema = _typed(variable.type)
    if variable.description:
        schema["description"] = variable.description
    if not variable.required:
        schema["default"] = variable.default
    return schema


def _typed(text: str) -> Schema:
    """A type constraint of Terraform; what JSON Schema cannot say is left open."""
    text = text.strip()
    if text in _SCALARS:
        return {"type": _SCALARS[text]}
    head, _, rest = text.partition("(")
    inner = rest.rpartition(")")[0]
    if head in ("list", "set"):
        found: Schema = {"type": "array"}
        items = _typed(inner)
        return {**found, "items": items} if items else found
    if head == "map":
        values = _typed(inner)
        return {"type": "object", "additionalProperties": values or True}
    return {"type": "object"} if head == "object" else {}
