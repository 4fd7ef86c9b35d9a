"""Terraform components: a Configuration object made of the definition and the properties, without CUE (semantics 13.1)."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.load.definition import Definition
from velac.compiler.render.report import Subject

Data = dict[str, Any]

API_VERSION: Final = "terraform.core.oam.dev/v1beta2"
KIND: Final = "Configuration"
_REFERENCES: Final = ("providerRef", "gitCredentialsSecretReference")
_NOT_VARIABLES: Final = frozenset(
    {"writeConnectionSecretToRef", "customRegion", "forceDelete", *_REFERENCES}
)
_SPEC_FIELDS: Final = (
    "backend", "customRegion", "deleteResource", "forceDelete", "gitCredentialsSecretReference", "gitRef",
    "inlineCredentials", "jobEnv", "path", "providerRef", "terraformCredentialsHelperConfigMapReference",
    "terraformCredentialsSecretReference", "terraformRCConfigMapReference", "writeConnectionSecretToRef",
)  # fmt: skip
"""What a property of the same name sets in the Configuration's spec."""
OWN_PROPERTIES: Final = _NOT_VARIABLES | frozenset(_SPEC_FIELDS)
"""What every component understands besides the variables of its module."""


def terraform_configuration(
    definition: Definition, parameter: Data, namespace: Any, subject: Subject
) -> Data:
    """The Configuration of a component. Raises Rejected when the definition has no configuration."""
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
    spec |= {key: parameter[key] for key in _SPEC_FIELDS if key in parameter}
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
