"""The first text of a new definition: `velac def init`."""

from __future__ import annotations

import json
from typing import Any, Final

from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT
from velac.compiler.workbench.crd import cue_value
from velac.grammar.format import format as format_file
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

_BODIES: Final = {
    COMPONENT: """output: {
	apiVersion: "apps/v1"
	kind: "Deployment"
	spec: {
		selector: matchLabels: "app.oam.dev/component": context.name
		template: {
			metadata: labels: "app.oam.dev/component": context.name
			spec: containers: [{name: context.name, image: parameter.image}]
		}
	}
}
parameter: {
	// +usage=Image of the container
	image: string
}""",
    TRAIT: """patch: metadata: labels: team: parameter.team
parameter: {
	// +usage=Team that owns the component
	team: string
}""",
    POLICY: """output: {
	apiVersion: "v1"
	kind: "ConfigMap"
	data: note: parameter.note
}
parameter: {
	// +usage=Text to keep
	note: string
}""",
    STEP: """import "vela/builtin"

say: builtin.#Message & {$params: message: parameter.message}
parameter: {
	// +usage=Text to show in the status of the step
	message: string
}""",
}
_ATTRIBUTES: Final[dict[str, Any]] = {
    COMPONENT: {"workload": {"definition": {"apiVersion": "apps/v1", "kind": "Deployment"}}},
    TRAIT: {"appliesToWorkloads": ["*"], "podDisruptive": False},
}


def first_text(name: str, type_: str, description: str, objects: list[dict[str, Any]]) -> str:
    """A definition that passes `velac def vet`; objects given become its `output` and `outputs`."""
    body = _BODIES[type_]
    imports = ""
    if body.startswith("import"):
        imports, _, body = body.partition("\n\n")
    if objects:
        body = _of_objects(objects, type_)
    text = (
        (f"{imports}\n\n" if imports else "")
        + f"""{json.dumps(name)}: {{
	type: {json.dumps(type_)}
	description: {json.dumps(description or f"What {name} is for.")}
	attributes: {cue_value(_ATTRIBUTES.get(type_, {}))}
}}
template: {{
{body}
}}
"""
    )
    return format_file(parse(SourceFile(f"{name}.cue", text)))


def test_text(name: str, type_: str) -> str:
    """The first test of a definition made by `first_text`."""
    given = {
        COMPONENT: "image: nginx",
        TRAIT: "team: a",
        POLICY: "note: hello",
        STEP: "message: hello",
    }
    seen = {
        COMPONENT: "output.spec.template.spec.containers:\n      - {name: x, image: nginx}",
        TRAIT: "patch.metadata.labels: {team: a}",
        POLICY: "output.data: {note: hello}",
        STEP: "say.$params: {message: hello}",
    }
    return (
        f"definition: {name}\ncases:\n  - name: the parameter arrives\n    parameter: {{{given[type_]}}}\n"
        f"    expect:\n      {seen[type_]}\n"
    )


def _of_objects(objects: list[dict[str, Any]], type_: str) -> str:
    parts = []
    rest = list(objects)
    if type_ != TRAIT:
        parts.append(f"output: {cue_value(rest.pop(0))}")
    if rest:
        named = {_name_of(obj, i): obj for i, obj in enumerate(rest)}
        parts.append(f"outputs: {cue_value(named)}")
    return "\n".join([*parts, "parameter: {}"])


def _name_of(obj: dict[str, Any], index: int) -> str:
    name = (obj.get("metadata") or {}).get("name")
    return name if isinstance(name, str) and name else f"output-{index}"
