"""Health and status of a live object, as the controller evaluates them (semantics 12)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, final

from velac.compiler.cue.api import Program, Value, parse
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.legacy import upgrade_file
from velac.compiler.cue.values import literal
from velac.compiler.load.definition import Definition
from velac.compiler.load.literal import label_name
from velac.compiler.render.numbers import input_data
from velac.compiler.workbench.schema import as_json
from velac.grammar import ast

_LONGEST: Final = 32
_PRIVATE: Final = frozenset(("local", "private"))
_GIVEN: Final = ("context", "parameter")
_UNKNOWN: Final = "_|_"


@final
@dataclass(slots=True)
class Status:
    """What the controller would write; `problems` is what it only logs."""

    healthy: bool = True
    message: str = ""
    details: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def evaluate_status(
    definition: Definition, parameter: Mapping[str, Any], context: Mapping[str, Any]
) -> Status:
    """The status for live objects in `context` (`output`, `outputs`) and the properties as written."""
    if definition.is_terraform:
        return _terraform_status(context)
    blocks = definition.spec.get("status")
    blocks = blocks if isinstance(blocks, dict) else {}
    status = Status()
    seen: dict[str, Any] = {**context, "parameter": dict(parameter)}
    if blocks.get("details"):
        seen["status"] = {"details": _details(blocks["details"], parameter, seen, status)}
    if blocks.get("healthPolicy"):
        healthy = _one(blocks["healthPolicy"], "isHealth", parameter, seen, status, "healthPolicy")
        status.healthy = healthy is True
        if not isinstance(healthy, bool) and healthy is not None:
            status.problems.append("healthPolicy: `isHealth` is not a boolean")
    seen["status"] = {**seen.get("status", {}), "healthy": status.healthy}
    if blocks.get("customStatus"):
        message = _one(blocks["customStatus"], "message", parameter, seen, status, "customStatus")
        status.message = message if isinstance(message, str) else ""
        if not isinstance(message, str) and message is not None:
            status.problems.append("customStatus: `message` is not a text")
    return status


def _evaluated(text: str, parameter: Mapping[str, Any], context: Mapping[str, Any]) -> Value:
    file = upgrade_file(parse(text, "status.cue"))
    data = {"context": input_data(dict(context)), "parameter": input_data(dict(parameter))}
    return Program.compile([file], declare=_GIVEN).evaluate(data)


def _one(
    text: str,
    name: str,
    parameter: Mapping[str, Any],
    context: Mapping[str, Any],
    status: Status,
    block: str,
) -> Any:
    """The value of one field of a block; None, with the reason among the problems, when there is none."""
    try:
        found = _evaluated(text, parameter, context).lookup(name)
        if found is None:
            status.problems.append(f"{block}: there is no `{name}`")
            return None
        return found.plain()
    except CueError as error:
        status.problems += [f"{block}: {problem.message}" for problem in error.problems]
        return None


def _details(
    text: str, parameter: Mapping[str, Any], context: Mapping[str, Any], status: Status
) -> dict[str, Any]:
    """Fills `status.details`; what is returned, `$` fields included, is what later blocks see."""
    try:
        file = parse(text, "details.cue")
        value = _evaluated(text, parameter, context)
        hidden = {
            label_name(decl.label)
            for decl in file.decls
            if isinstance(decl, ast.Field) and any(a.name in _PRIVATE for a in decl.attributes)
        }
        seen: dict[str, Any] = {}
        for label, item in value.fields():
            if label in hidden or label in _GIVEN:
                continue
            shown = _text(item)
            seen[label] = shown
            if not label.startswith("$") and len(label) < _LONGEST:
                status.details[label] = shown
    except CueError as error:
        status.problems += [f"details: {problem.message}" for problem in error.problems]
        return {}
    return seen


def _text(value: Value) -> str:
    """A detail as text: scalars as CUE writes them, the rest as data."""
    try:
        data = value.plain()
    except CueError:
        return _UNKNOWN
    if isinstance(data, dict | list):
        return json.dumps(as_json(data), ensure_ascii=False)
    return data if isinstance(data, str) else literal(data)


def _terraform_status(context: Mapping[str, Any]) -> Status:
    output = context.get("output")
    found = output.get("status") if isinstance(output, dict) else None
    apply = found.get("apply") if isinstance(found, dict) else None
    apply = apply if isinstance(apply, dict) else {}
    return Status(apply.get("state") == "Available", str(apply.get("message") or ""))
