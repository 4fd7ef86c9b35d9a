"""Which fields the spec of each kind of definition has (semantics 2.1); attributes are decoded strictly."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, WORKLOAD
from velac.grammar.source import Span

_ANY: Final = None
_GVK: Final = {"apiVersion": _ANY, "kind": _ANY}
_STATUS: Final = {"customStatus": _ANY, "healthPolicy": _ANY, "details": _ANY}
_REF: Final = {"name": _ANY, "version": _ANY}
_CHILD: Final = [{"apiVersion": _ANY, "kind": _ANY, "selector": _ANY}]

SPECS: Final[dict[str, dict[str, Any]]] = {
    COMPONENT: {
        "workload": {"type": _ANY, "definition": _GVK},
        "childResourceKinds": _CHILD,
        "revisionLabel": _ANY,
        "podSpecPath": _ANY,
        "status": _STATUS,
        "extension": _ANY,
        "version": _ANY,
    },
    TRAIT: {
        "definitionRef": _REF,
        "revisionEnabled": _ANY,
        "workloadRefPath": _ANY,
        "podDisruptive": _ANY,
        "appliesToWorkloads": _ANY,
        "conflictsWith": _ANY,
        "status": _STATUS,
        "extension": _ANY,
        "manageWorkload": _ANY,
        "controlPlaneOnly": _ANY,
        "stage": _ANY,
        "version": _ANY,
    },
    POLICY: {
        "definitionRef": _REF,
        "manageHealthCheck": _ANY,
        "scope": _ANY,
        "global": _ANY,
        "priority": _ANY,
        "version": _ANY,
    },
    STEP: {"definitionRef": _REF, "version": _ANY},
    WORKLOAD: {
        "definitionRef": _REF,
        "childResourceKinds": _CHILD,
        "revisionLabel": _ANY,
        "podSpecPath": _ANY,
        "status": _STATUS,
        "extension": _ANY,
    },
}


def check_spec(type_: str, spec: dict[str, Any], span: Span) -> list[Diagnostic]:
    """One diagnostic per field that the spec of this kind of definition does not have."""
    return [
        Diagnostic(
            "V312",
            f"unknown attribute `{path}` of a {type_} definition",
            (Label(span),),
            help=did_you_mean(path.rpartition(".")[2], choices),
        )
        for path, choices in _unknown(spec, SPECS[type_], "")
    ]


def _unknown(value: Any, shape: Any, path: str) -> list[tuple[str, list[str]]]:
    if isinstance(shape, list) and isinstance(value, list):
        return [found for item in value for found in _unknown(item, shape[0], path)]
    if not (isinstance(shape, dict) and isinstance(value, dict)):
        return []
    found = []
    for key, item in value.items():
        inner = f"{path}.{key}".lstrip(".")
        if key not in shape:
            found.append((inner, sorted(shape)))
        else:
            found += _unknown(item, shape[key], inner)
    return found
