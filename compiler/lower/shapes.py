"""The Application API as shapes (semantics 1.1 to 1.4)."""

from __future__ import annotations

import re
from typing import Final

from velac.compiler.ir.shape import (
    ANY,
    INT,
    LABELS,
    MAPPING,
    STRING,
    STRINGS,
    ListOf,
    Object,
    Scalar,
    Shape,
    name_problem,
    one_of,
)

_DURATION: Final = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|[+-]?0")


def _duration(text: str) -> str:
    """Go's time.ParseDuration knows no days."""
    if text == "" or _DURATION.fullmatch(text):
        return ""
    return f"`{text}` is not a duration such as `90s` or `1h30m`"


NAME: Final = Scalar("string", lambda text: name_problem(text) if text else "", "V305")
_MODE: Final = one_of("StepByStep", "DAG")

METADATA: Final = Object(
    {
        "name": NAME,
        "namespace": NAME,
        "labels": LABELS,
        "annotations": LABELS,
        "finalizers": STRINGS,
        "generateName": STRING,
        "generation": INT,
        "creationTimestamp": ANY,
        "deletionTimestamp": ANY,
        "deletionGracePeriodSeconds": INT,
        "managedFields": ANY,
        "ownerReferences": ANY,
        "resourceVersion": STRING,
        "selfLink": STRING,
        "uid": STRING,
    },
    frozenset({"name"}),
    "metadata",
)
_INPUT: Final = Object({"from": STRING, "parameterKey": STRING}, frozenset({"from"}), "an input")
_OUTPUT: Final = Object(
    {"name": STRING, "valueFrom": STRING}, frozenset({"name", "valueFrom"}), "an output"
)
_TRAIT: Final = Object({"type": STRING, "properties": MAPPING}, frozenset({"type"}), "a trait")
_COMPONENT: Final = Object(
    {
        "name": NAME,
        "type": STRING,
        "properties": MAPPING,
        "traits": ListOf(_TRAIT),
        "dependsOn": STRINGS,
        "inputs": ListOf(_INPUT),
        "outputs": ListOf(_OUTPUT),
        "scopes": MAPPING,
        "externalRevision": STRING,
    },
    frozenset({"name", "type"}),
    "a component",
)
_POLICY: Final = Object(
    {"name": STRING, "type": STRING, "properties": MAPPING}, frozenset({"type"}), "a policy"
)
_STEP_FIELDS: Final[dict[str, Shape]] = {
    "name": STRING,
    "type": STRING,
    "meta": Object({"alias": STRING}, what="a step's meta"),
    "if": STRING,
    "timeout": Scalar("string", _duration),
    "dependsOn": STRINGS,
    "inputs": ListOf(_INPUT),
    "outputs": ListOf(_OUTPUT),
    "properties": MAPPING,
}
_SUB_STEP: Final = Object(_STEP_FIELDS, frozenset({"type"}), "a sub-step")
_STEP: Final = Object(
    {**_STEP_FIELDS, "mode": _MODE, "subSteps": ListOf(_SUB_STEP)},
    frozenset({"type"}),
    "a workflow step",
)
_MODES: Final = Object({"steps": _MODE, "subSteps": _MODE}, what="a workflow's mode")
_WORKFLOW: Final = Object(
    {"ref": STRING, "mode": _MODES, "steps": ListOf(_STEP)}, what="a workflow"
)

APPLICATION: Final = Object(
    {
        "apiVersion": STRING,
        "kind": STRING,
        "metadata": METADATA,
        "spec": Object(
            {
                "components": ListOf(_COMPONENT),
                "policies": ListOf(_POLICY),
                "workflow": _WORKFLOW,
            },
            frozenset({"components"}),
            "an Application's spec",
        ),
        "status": ANY,
    },
    frozenset({"metadata", "spec"}),
    "an Application",
    extensions=True,
)
POLICY: Final = Object(
    {
        "apiVersion": STRING,
        "kind": STRING,
        "metadata": METADATA,
        "type": STRING,
        "properties": MAPPING,
    },
    frozenset({"metadata", "type"}),
    "a Policy",
)
WORKFLOW: Final = Object(
    {
        "apiVersion": STRING,
        "kind": STRING,
        "metadata": METADATA,
        "mode": _MODES,
        "steps": ListOf(_STEP),
    },
    frozenset({"metadata"}),
    "a Workflow",
)
