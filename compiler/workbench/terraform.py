"""Terraform components: their variables typed by reading the HCL, where it stands in the definition."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.definition import Definition

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
    terraform = definition.terraform or {}
    text = terraform.get("configuration")
    if terraform.get("type") == "remote" or not isinstance(text, str):
        return {"type": "object", "properties": dict(_OWN), "additionalProperties": True}
    properties: Schema = {}
    required: list[str] = []
    for name, variable in _variables(text, definition):
        properties[name] = _variable(variable)
        if "default" not in variable:
            required.append(name)
    schema: Schema = {"type": "object", "properties": {**properties, **_OWN}}
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def _variables(text: str, definition: Definition) -> list[tuple[str, dict[str, Any]]]:
    try:
        import hcl2
    except ImportError:
        raise Rejected(
            Diagnostic(
                "V312",
                f"the variables of `{definition.name}` cannot be read without python-hcl2",
                (Label(definition.span),),
                help="install `velac[terraform]`",
            )
        ) from None
    try:
        parsed = hcl2.loads(text if text.endswith("\n") else text + "\n")
    except Exception as error:  # the parser's own kinds of errors are not part of its interface
        first = str(error).partition("\n")[0]
        message = f"the configuration of `{definition.name}` is not HCL: {first}"
        raise Rejected(Diagnostic("V312", message, (Label(definition.span),))) from None
    found = []
    for block in parsed.get("variable", []):
        found += [(_bare(name), body) for name, body in block.items() if isinstance(body, dict)]
    return found


def _variable(body: dict[str, Any]) -> Schema:
    schema = _typed(_bare(body.get("type", "")))
    if isinstance(body.get("description"), str):
        schema["description"] = _bare(body["description"])
    if "default" in body:
        schema["default"] = _value(body["default"])
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


def _bare(text: Any) -> str:
    """A string as written: the parser keeps quotes and the braces of expressions."""
    found = str(text).strip()
    if found.startswith("${") and found.endswith("}"):
        found = found[2:-1].strip()
    return found[1:-1] if len(found) > 1 and found[0] == found[-1] == '"' else found


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _bare(value)
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {_bare(k): _value(v) for k, v in value.items() if not str(k).startswith("__")}
    return value
