"""`dry-run`: what `vela dry-run --offline` prints for an Application, as structured groups (semantics 7.1).

It accepts what upstream accepts and refuses what upstream refuses; strictness belongs to `build` and `lint`. The
caller reads files (first document of each, leniently) and writes text (`render.text`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, Override, Policy, Step, Workflow
from velac.compiler.ir.policies import (
    BUILTIN_POLICIES,
    DEPLOY,
    OVERRIDE,
    TOPOLOGY,
)
from velac.compiler.ir.shape import BOOL, INT, STRINGS, Object, check_shape
from velac.compiler.ir.values import Values
from velac.compiler.load.bundle import Bundle
from velac.compiler.load.definition import COMPONENT, POLICY, TRAIT, Definition
from velac.compiler.load.resolution import AUTO_UPDATE, DefinitionIndex, Level
from velac.compiler.lower.app import lower_application, lower_policy, lower_workflow
from velac.compiler.lower.override_decode import checked_override
from velac.compiler.lower.override_merge import apply_overrides
from velac.compiler.render.component import (
    RenderedComponent,
    RenderedObject,
    render_component,
)
from velac.compiler.render.context import Surroundings, surroundings_of
from velac.compiler.render.engine import Definitions, Templates
from velac.compiler.render.lookup import check_types
from velac.compiler.render.policy import render_policy
from velac.compiler.render.refobjects import REF_OBJECTS, ObjectSource, with_referred_objects
from velac.compiler.render.terraform import with_printed_defaults

_DEPLOY: Final = Object(
    {
        "auto": BOOL,
        "policies": STRINGS,
        "parallelism": INT,
        "ignoreTerraformComponent": BOOL,
    },
    what="a deploy step",
)
_KINDS: Final = ("Application", "Policy", "Workflow")


@final
@dataclass(frozen=True, slots=True)
class Document:
    """The first document of a file, by the name under which the user gave the file."""

    file: str
    values: Values


@final
@dataclass(frozen=True, slots=True)
class Printed:
    """An object below a header: the workload or the policy's object (`origin` empty), or one made by `origin`."""

    object: dict[str, Any]
    origin: str = ""


@final
@dataclass(frozen=True, slots=True)
class Group:
    """Objects under one header such as `Application(shop) -- Component(web)`."""

    header: str
    objects: tuple[Printed, ...]
    is_policy: bool = False


@final
@dataclass(frozen=True, slots=True)
class DryRun:
    """The result: warnings first, then groups in order."""

    warnings: tuple[str, ...]
    groups: tuple[Group, ...]


@final
@dataclass(frozen=True, slots=True)
class Known:
    """What a dry-run may use besides the files: definitions, objects given with `-d`, compiled templates."""

    definitions: Definitions
    policies: Mapping[tuple[str, str], Policy] = field(default_factory=dict)
    workflows: Mapping[tuple[str, str], Workflow] = field(default_factory=dict)
    templates: Templates = field(default_factory=Templates)
    objects: ObjectSource | None = None


def known_of(bundle: Bundle) -> Known:
    """What the definition files of a dry-run hold. Raises Rejected: a broken definition counts even when unused."""
    problems = [d for d in bundle.diagnostics if d.severity is Severity.ERROR]
    for entry in bundle.definitions.entries():
        if entry.level is Level.GIVEN:
            try:
                entry.read()
            except Rejected as error:
                problems += error.diagnostics
    if problems:
        raise Rejected(*problems)
    return Known(
        bundle.definitions,
        dict(lower_policy(values, lenient=True) for values in bundle.policies),
        dict(lower_workflow(values, lenient=True) for values in bundle.workflows),
    )


def dry_run(
    documents: Sequence[Document], known: Known, *, merge: bool = False, namespace: str = ""
) -> DryRun:
    """Render the Application among the documents. Raises Rejected.

    `merge` takes standalone policies and a Workflow into the Application; without it they are only warned about.
    `namespace` wins over the Application's own.
    """
    app, warnings = read_application(documents, merge=merge)
    app = replace(app, namespace=namespace or app.namespace or "default")
    if isinstance(known.definitions, DefinitionIndex):
        auto_update = (app.annotations.data or {}).get(AUTO_UPDATE) == "true"
        known = replace(known, definitions=known.definitions.view(app.namespace, auto_update))
    flow = _steps(app, known)
    check_types(app, flow, known.definitions)
    steps = [step for step in flow if step.type == DEPLOY]
    policies = _policies_by_name(app, steps, known)
    groups: list[Group] = []
    for title, components in _evaluations(app, steps, policies):
        groups += _render(app, title, components, known)
    return DryRun(tuple(warnings), tuple(groups))


# ------------------------------------------------------------------------------------------------ reading


def read_application(
    documents: Sequence[Document], *, merge: bool = False
) -> tuple[AppIR, list[str]]:
    """The Application of the documents, and warnings about documents that have no effect. Raises Rejected."""
    by_kind: dict[str, list[Document]] = {kind: [] for kind in _KINDS}
    for document in documents:
        data = document.values.data
        kind = data.get("kind") if isinstance(data, dict) else None
        if kind not in by_kind:
            text = f"`{document.file}` is not an Application, Policy or Workflow"
            raise Rejected(Diagnostic("V304", text, (Label(document.values.span(("kind",))),)))
        by_kind[kind].append(document)
    applications = by_kind["Application"]
    if not applications:
        raise Rejected(Diagnostic("V316", "no Application is among the files"))
    if len(applications) > 1:
        labels = tuple(Label(d.values.span(("kind",))) for d in applications)
        raise Rejected(Diagnostic("V304", "more than one Application is among the files", labels))
    app = lower_application(applications[0].values, lenient=True)
    policies = [lower_policy(d.values, lenient=True) for d in by_kind["Policy"]]
    workflows = [lower_workflow(d.values, lenient=True) for d in by_kind["Workflow"]]
    if merge:
        if workflows:
            flow = Workflow(True, steps=workflows[-1][1].steps, origin=workflows[-1][1].origin)
            app = replace(app, workflow=flow)
        return replace(app, policies=(*app.policies, *(p for _, p in policies))), []
    # Upstream never finds a reference here, so it warns about all of them.
    warnings = [f"WARNING: workflow {key[1]} not referenced by application" for key, _ in workflows]
    warnings += [f"WARNING: policy {key[1]} not referenced by application" for key, _ in policies]
    return app, warnings


# --------------------------------------------------------------------------------------- steps and policies


def _steps(app: AppIR, known: Known) -> tuple[Step, ...]:
    """The top-level steps: referenced, explicit, or the generated deploy steps (6.1)."""
    flow = app.workflow
    if flow.ref:
        place = Label(flow.origin.span(("ref",)))
        if flow.steps:
            text = "a workflow cannot have both `ref` and `steps`"
            raise Rejected(Diagnostic("V406", text, (place,)))
        found = known.workflows.get((app.namespace, flow.ref))
        if found is None:
            text = f"there is no Workflow `{flow.ref}` in namespace `{app.namespace}`"
            raise Rejected(Diagnostic("V405", text, (place,)))
        return found.steps
    return flow.steps or tuple(_generated(app))


def _generated(app: AppIR) -> Iterator[Step]:
    overrides = [policy.name for policy in app.policies if policy.type == OVERRIDE]
    topologies = [policy.name for policy in app.policies if policy.type == TOPOLOGY]
    for name in topologies:
        properties = Values({"policies": [*overrides, name]})
        yield Step(f"deploy-{name}", DEPLOY, properties, generated=True)
    refers = any(component.type == REF_OBJECTS for component in app.components)
    if not topologies and (overrides or refers):
        yield Step("deploy", DEPLOY, Values({"policies": overrides}), generated=True)


def _policies_by_name(app: AppIR, steps: Sequence[Step], known: Known) -> dict[str, Policy]:
    """The Application's policies and the standalone ones that its deploy steps name. Raises Rejected."""
    policies = {policy.name: policy for policy in app.policies}
    problems: list[Diagnostic] = []
    for step in steps:
        if step.properties is None:
            continue
        found = check_shape(step.properties, _DEPLOY)
        problems += found
        for index, name in enumerate(() if found else _names(step)):
            if name in policies:
                continue
            external = known.policies.get((app.namespace, name))
            if external is None:
                text = f"step `{step.name}` names the unknown policy `{name}`"
                place = Label(step.properties.span(("policies", index)))
                hint = did_you_mean(name, policies, known="policies")
                problems.append(Diagnostic("V404", text, (place,), help=hint))
            else:
                policies[name] = external
    if problems:
        raise Rejected(*problems)
    return policies


def _names(step: Step) -> list[str]:
    data = step.properties.data if step.properties is not None else None
    return (data.get("policies") or []) if isinstance(data, dict) else []


def _evaluations(
    app: AppIR, steps: Sequence[Step], policies: Mapping[str, Policy]
) -> Iterator[tuple[str, tuple[Component, ...]]]:
    """The heading of the Application and its components, for each time it is evaluated."""
    if not steps:
        yield app.name, app.components
        return
    decoded: dict[str, Override] = {}
    for step in steps:
        chosen = [policies[name] for name in _names(step)]
        overrides = []
        for policy in chosen:
            if policy.type == OVERRIDE:
                if policy.name not in decoded:
                    decoded[policy.name] = checked_override(policy)
                overrides.append(decoded[policy.name])
        components = apply_overrides(app.components, overrides)
        topologies = [policy.name for policy in chosen if policy.type == TOPOLOGY]
        for name in topologies:
            yield f"{app.name} with topology {name}", components
        if not topologies:
            yield f"{app.name} only with override policies", components


# ------------------------------------------------------------------------------------------------ rendering


def _render(app: AppIR, title: str, components: Sequence[Component], known: Known) -> list[Group]:
    surroundings = surroundings_of(app)
    rendered: list[RenderedComponent] = []
    problems: list[Diagnostic] = []
    for component in components:
        try:
            rendered.append(_component(surroundings, component, app.namespace, known))
        except Rejected as error:
            problems += error.diagnostics
    if problems:
        raise Rejected(*problems)
    # Of several components with one name upstream prints the last one's workload each time.
    workloads = {item.component.name: item.workload for item in rendered}
    groups = []
    for item in rendered:
        name = item.component.name
        objects = (workloads[name], *item.resources)
        groups.append(
            Group(f"Application({title}) -- Component({name})", tuple(map(_printed, objects)))
        )
    for policy in app.policies:
        if policy.type in BUILTIN_POLICIES:
            continue
        definition = _definition(known, POLICY, policy.type)
        if definition.spec.get("scope") == "Application":
            continue
        for obj in render_policy(surroundings, policy, definition, rendered, known.templates):
            header = f"Application({title}) -- Policy({obj['metadata']['name']})"
            groups.append(Group(header, (Printed(obj),), is_policy=True))
    return groups


def _component(
    surroundings: Surroundings, component: Component, namespace: str, known: Known
) -> RenderedComponent:
    if component.type == REF_OBJECTS:
        component = with_referred_objects(component, namespace, known.objects)
    definition = _definition(known, COMPONENT, component.type)
    traits = tuple((t, _definition(known, TRAIT, t.type)) for t in component.traits)
    return render_component(surroundings, component, definition, traits, known.templates)


def _definition(known: Known, kind: str, name: str) -> Definition:
    found = known.definitions.find(kind, name)
    if found is None:
        # An override can add a component without a type.
        text = f"there is no {kind} definition `{name}`" if name else f"a {kind} has no type"
        raise Rejected(Diagnostic("V310", text))
    return found


def _printed(item: RenderedObject) -> Printed:
    origin = "" if item.origin == "workload" else item.origin
    return Printed(with_printed_defaults(item.object), origin)
