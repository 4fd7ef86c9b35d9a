"""Terraform components: a Configuration object made of the definition and the properties, without CUE (semantics 13.1)."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.cue.leaf import Leaf
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.load.definition import Definition
from velac.compiler.render.report import Subject

Data = dict[str, Any]

API_VERSION: Final = "terraform.core.oam.dev/v1beta2"
KIND: Final = "Configuration"
_REFERENCES: Final = ("providerRef", "gitCredentialsSecretReference")
_NOT_VARIABLES: Final = frozenset(
    {"writeConnectionSecretToRef", "customRegion", "forceDelete", *_REFERENCES}
)
OWN_PROPERTIES: Final = {
    "backend": "object",
    "customRegion": "string",
    "deleteResource": "boolean",
    "forceDelete": "boolean",
    "gitCredentialsSecretReference": "object",
    "gitRef": "object",
    "inlineCredentials": "boolean",
    "jobEnv": "",
    "path": "string",
    "providerRef": "object",
    "terraformCredentialsHelperConfigMapReference": "object",
    "terraformCredentialsSecretReference": "object",
    "terraformRCConfigMapReference": "object",
    "writeConnectionSecretToRef": "object",
}
"""What every component understands besides the variables of its module: a field of the Configuration's spec, and its type."""
_PYTHON: Final[dict[str, type]] = {"object": dict, "string": str, "boolean": bool}


def terraform_configuration(
    definition: Definition, parameter: Data, namespace: Any, subject: Subject
) -> Data:
    """The Configuration of a component. Raises Rejected when the definition has no configuration, and for properties
    that are no field of it: upstream decodes them into its type."""
    schematic: Data = definition.terraform or {}
    text = schematic.get("configuration")
    if not text:
        subject.reject(
            "V701",
            f"its definition `{definition.name}` has no Terraform configuration",
            definition.span,
        )
    spec: Data = {}
    kind = schematic.get("type")
    if kind == "remote":
        spec["remote"] = text
        if schematic.get("path"):
            spec["path"] = schematic["path"]
    elif kind == "hcl":
        spec["hcl"] = text
    given = {key: parameter[key] for key in OWN_PROPERTIES if parameter.get(key) is not None}
    wrong = [key for key, value in given.items() if not _fits(value, OWN_PROPERTIES[key])]
    if wrong:
        raise Rejected(
            *(
                subject.diagnostic(
                    "V704", f"`parameter.{key}` has to be a {OWN_PROPERTIES[key]}", path=(key,)
                )
                for key in wrong
            )
        )
    spec |= given
    for key in _REFERENCES:
        if key not in spec and schematic.get(key):
            spec[key] = schematic[key]
    secret = spec.get("writeConnectionSecretToRef") or schematic.get("writeConnectionSecretToRef")
    if isinstance(secret, dict) and secret.get("name"):
        spec["writeConnectionSecretToRef"] = {
            "name": secret["name"],
            "namespace": secret.get("namespace") or namespace,
        }
    variables = {key: value for key, value in parameter.items() if key not in _NOT_VARIABLES}
    if variables:
        spec["variable"] = variables
    metadata: Data = {}
    if definition.annotations:
        metadata["annotations"] = dict(definition.annotations)
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": spec}


def _fits(value: Any, kind: str) -> bool:
    return not kind or isinstance(value.value if type(value) is Leaf else value, _PYTHON[kind])


def with_printed_defaults(obj: Data) -> Data:
    """The object as `vela dry-run` prints it: Go writes empty structs of this type, and no creation time."""
    if obj.get("apiVersion") != API_VERSION or obj.get("kind") != KIND:
        return obj
    return {
        **obj,
        "metadata": {"creationTimestamp": None, **obj["metadata"]},
        "spec": {"gitRef": {}, **obj["spec"]},
        "status": {"apply": {}, "destroy": {}},
    }
