"""Custom policies: a PolicyDefinition that renders objects of its own (semantics 5.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from velac.compiler.cue.errors import CueError
from velac.compiler.cue.values import NO_TRACE, Decisions
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import Policy
from velac.compiler.load.definition import Definition
from velac.compiler.render.component import (
    RenderedComponent,
    compiled,
    evaluated,
    missing_parameters,
    parameter_of,
)
from velac.compiler.render.context import Surroundings, policy_context, wants
from velac.compiler.render.contract import finish_policy_object
from velac.compiler.render.draft import Draft, Object
from velac.compiler.render.engine import Templates
from velac.compiler.render.report import Subject, reject_problems
from velac.compiler.render.trait import late_help


def render_policy(
    surroundings: Surroundings,
    policy: Policy,
    definition: Definition,
    components: Iterable[RenderedComponent],
    templates: Templates,
    trace: Decisions = NO_TRACE,
) -> tuple[Object, ...]:
    """The objects of a custom policy, `output` first. Raises Rejected.

    `components` are the Application's rendered components, which the template finds in `context.artifacts`; a
    controller gives none there.
    """
    subject = Subject(f"policy `{policy.name}`", policy.origin, policy.properties)
    template = compiled(templates, definition, subject)
    parameter = parameter_of(policy.properties)
    keys = template.context_keys
    artifacts = artifacts_of(components) if wants(keys, "artifacts") else {}
    context = policy_context(surroundings, policy.name, parameter, artifacts, keys)
    value = evaluated(template, parameter, context, trace, subject)
    output = value.lookup("output")
    if output is None:
        subject.reject("V701", "its definition makes no `output`", definition.span)
    found = [("output", output)]
    outputs = value.lookup("outputs")
    if outputs is not None:
        found += [(f"outputs.{name}", item) for name, item in outputs.fields()]
    objects = []
    for what, item in found:
        try:
            obj = Draft(item).finished(subject, what, trace)
        except CueError as error:
            missing = missing_parameters(subject, value)
            if missing:
                raise Rejected(*missing) from None
            reject_problems(subject, error.problems, help=late_help(value))
        finish_policy_object(obj, surroundings.contract, policy.name)
        objects.append(obj)
    return tuple(objects)


def artifacts_of(components: Iterable[RenderedComponent]) -> dict[str, Any]:
    """`context.artifacts`: per component its workload, and its other objects by trait type and name."""
    artifacts: dict[str, Any] = {}
    for rendered in components:
        traits: dict[str, dict[str, Object]] = {}
        for item in rendered.resources:
            traits.setdefault(item.origin, {})[str(item.resource)] = item.object
        found: dict[str, Any] = {"workload": rendered.workload.object}
        if traits:
            found["traits"] = traits
        artifacts[rendered.component.name] = found
    return {name: artifacts[name] for name in sorted(artifacts)}
