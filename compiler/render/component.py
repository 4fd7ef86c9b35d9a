"""One component with its traits, from properties to finished objects (semantics 3 and 4).

The order of the checks is upstream's: template errors, the author's `errs`, conflicts, then each trait in turn, and
last whether the objects are concrete. The first stage that fails ends the component.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn, final

from velac.compiler.cue.api import Value
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.values import NO_TRACE, Decisions, plain
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.ir.app import Component, Trait
from velac.compiler.ir.values import Values
from velac.compiler.load.definition import Definition
from velac.compiler.render.context import (
    WORKLOAD_TEMPLATE,
    Keys,
    Surroundings,
    component_context,
    trait_context,
    wants,
)
from velac.compiler.render.contract import (
    AUXILIARY,
    finish_resource,
    finish_workload,
    refer_to_workload,
)
from velac.compiler.render.draft import Draft, Object
from velac.compiler.render.engine import Template, Templates
from velac.compiler.render.labels import Labels, output_names
from velac.compiler.render.numbers import input_data
from velac.compiler.render.report import (
    Subject,
    component_subject,
    problem_diagnostics,
    reject_problems,
    trait_subject,
)
from velac.compiler.render.terraform import terraform_configuration
from velac.compiler.render.trait import Resource, Trial, apply_trait, late_help
from velac.grammar.record import record

WORKLOAD: Final = "workload"


@final
@record
class RenderedObject:
    """A finished object: who made it (`origin`: `workload`, `AuxiliaryWorkload`, or the trait's type) and how.

    `resource` is the name under `outputs`; `definition` is the component's, or the trait's.
    """

    object: Object
    origin: str
    resource: str | Leaf
    definition: Definition
    trait: Trait | None = None


@final
@record
class RenderedComponent:
    """All objects of a component: its workload, its own outputs, those of its traits in order."""

    component: Component
    workload: RenderedObject
    resources: tuple[RenderedObject, ...]

    @property
    def objects(self) -> tuple[RenderedObject, ...]:
        """The workload first."""
        return (self.workload, *self.resources)


def render_component(
    surroundings: Surroundings,
    component: Component,
    definition: Definition,
    traits: tuple[tuple[Trait, Definition], ...],
    templates: Templates,
    trace: Decisions = NO_TRACE,
) -> RenderedComponent:
    """Render a component with its traits and their definitions, in order.

    Raises Rejected with diagnostics when that is impossible.
    """
    try:
        return Rendering.of(surroundings, component, definition, traits, templates, trace).finish()
    except CueError as error:
        # What is evaluated only here can still use up a budget.
        subject = component_subject(component.name, component.origin, component.properties)
        reject_problems(subject, error.problems)


class Rendering:
    """The state of one rendering; see `render_component`."""

    __slots__ = (
        "component", "definition", "parameter", "resources", "scopes", "subject", "surroundings", "template_data", "templates",
        "trace", "values", "workload",
    )  # fmt: skip

    def __init__(
        self,
        surroundings: Surroundings,
        component: Component,
        definition: Definition,
        templates: Templates,
        trace: Decisions,
        subject: Subject,
    ) -> None:
        self.surroundings = surroundings
        self.component = component
        self.definition = definition
        self.templates = templates
        self.trace = trace
        self.subject = subject
        self.parameter = parameter_of(component.properties)
        self.workload: Draft | None = None
        self.resources: list[Resource] = []
        self.template_data: Any = None
        self.values: list[tuple[Subject, Value]] = []
        self.scopes: list[Labels] = []

    @classmethod
    def of(
        cls,
        surroundings: Surroundings,
        component: Component,
        definition: Definition,
        traits: tuple[tuple[Trait, Definition], ...],
        templates: Templates,
        trace: Decisions,
    ) -> Rendering:
        """A rendering with all templates evaluated and patches applied, not yet finished objects. Raises Rejected."""
        subject = component_subject(component.name, component.origin, component.properties)
        state = cls(surroundings, component, definition, templates, trace, subject)
        if definition.is_terraform:
            state.start_terraform()
        elif definition.jinja is not None:
            state.start_jinja()
        else:
            state.start(with_traits=bool(traits))
        for trait, trait_definition in traits:
            state.add_trait(trait, trait_definition)
        return state

    def workload_tree(self) -> Any:
        """The main object as a resolved tree, which knows the places of its fields."""
        assert self.workload is not None
        return self.workload.tree()

    # ------------------------------------------------------------------------------------------ component

    def start(self, *, with_traits: bool) -> None:
        """Evaluate the component's template."""
        template = compiled(self.templates, self.definition, self.subject)
        context = component_context(
            self.surroundings, self.component, self.parameter, template.context_keys
        )
        scope = self._scope(template)
        value = evaluated(template, self.parameter, context, scope, self.subject)
        self.values.append((self.subject, value))
        output = value.lookup("output")
        if output is None:
            self.subject.reject("V701", "its definition makes no `output`", self.definition.span)
        whole = self._whole(value) if with_traits else None
        made = whole.get("output") if isinstance(whole, dict) else None
        self.workload = Draft(output, data=made)
        outputs = value.lookup("outputs")
        if outputs is None:
            return
        data = whole.get("outputs") if isinstance(whole, dict) else None
        data = data if isinstance(data, dict) else {}
        fields = list(outputs.fields())
        names = output_names(scope, [name for name, _ in fields])
        for name, (label, item) in zip(names, fields, strict=True):
            self.resources.append(Resource(name, Draft(item, data=data.get(label)), None))

    def _scope(self, template: Template) -> Decisions:
        """The trace as the evaluation of one template is to see it."""
        scope = template.scope(self.trace)
        if type(scope) is Labels:
            self.scopes.append(scope)
        return scope

    def _whole(self, value: Value) -> Any:
        """The whole template as data: traits can see it, so upstream fails when it is not concrete."""
        try:
            self.template_data = value.data()
        except CueError as error:
            self._reject_incomplete(self.subject, error)
        return self.template_data

    def start_terraform(self) -> None:
        """A Terraform component has no template."""
        obj = terraform_configuration(
            self.definition, self.parameter, self.surroundings.contract.namespace, self.subject
        )
        self.workload = Draft(data=obj)

    def start_jinja(self) -> None:
        """A component whose template makes text."""
        from velac.compiler.render.jinja import jinja_objects

        context = component_context(self.surroundings, self.component, self.parameter, None)
        objects = jinja_objects(self.definition, self.parameter, context, self.subject, self.trace)
        self.workload = Draft(data=objects[0][1])
        self.resources += [Resource(name, Draft(data=data), None) for name, data in objects[1:]]

    # --------------------------------------------------------------------------------------------- traits

    def add_trait(self, trait: Trait, definition: Definition) -> None:
        """Evaluate a trait and let it change what there is."""
        subject = trait_subject(trait.type, self.component.name, trait.origin, trait.properties)
        template = compiled(self.templates, definition, subject)
        parameter = parameter_of(trait.properties)
        keys = template.context_keys
        own: dict[str, Any] = {"parameter": parameter}
        if wants(keys, "output") and self.workload is not None and not self.definition.is_terraform:
            own["output"] = self._snapshot(self.workload, subject, "output")
        if wants(keys, "outputs") and self.resources:
            own["outputs"] = self._snapshots(subject)
        if self.template_data is not None and _reads_template(keys):
            for resource in self.resources:
                plain(resource.name, self.trace)  # a label of the data
            name = plain(self.component.name, self.trace)
            own[WORKLOAD_TEMPLATE + name] = self.template_data
        context = trait_context(self.surroundings, self.component, own, keys)
        scope = self._scope(template)
        value = evaluated(template, parameter, context, scope, subject)
        self.values.append((subject, value))
        trial = Trial(trait, definition, subject, value, template.patch_marks, scope)
        workload = None if self.definition.is_terraform else self.workload
        changed = apply_trait(trial, workload, self.resources)
        if changed is not None:
            self.workload = changed

    def _snapshots(self, subject: Subject) -> dict[str, Any]:
        """`context.outputs`, keys sorted as Go prints maps; a later resource replaces an earlier namesake."""
        named = [(plain(r.name, self.trace), r.draft) for r in self.resources]
        found = {name: self._snapshot(draft, subject, f"outputs.{name}") for name, draft in named}
        return {name: found[name] for name in sorted(found)}

    def _snapshot(self, draft: Draft, subject: Subject, what: str) -> Any:
        try:
            return draft.data()
        except CueError as error:
            self._reject_incomplete(subject, error, f"cannot read `context.{what}`: ")

    # -------------------------------------------------------------------------------------------- objects

    def finish(self) -> RenderedComponent:
        """Turn everything into objects with labels, names and namespaces."""
        assert self.workload is not None
        contract, name = self.surroundings.contract, self.component.name
        obj = self._object(self.workload, self.subject, "output")
        finish_workload(obj, contract, name, self.component.type)
        workload = RenderedObject(obj, WORKLOAD, "", self.definition)
        made = []
        for resource in self.resources:
            trial = resource.trial
            subject = self.subject if trial is None else trial.subject
            aux = self._object(resource.draft, subject, f"outputs.{resource.name}")
            kind = AUXILIARY if trial is None else trial.trait.type
            finish_resource(aux, contract, name, kind, resource.name)
            if trial is None:
                made.append(RenderedObject(aux, kind, resource.name, self.definition))
                continue
            if trial.definition.workload_ref_path:
                refer_to_workload(aux, trial.definition.workload_ref_path, obj)
            made.append(RenderedObject(aux, kind, resource.name, trial.definition, trial.trait))
        for scope in self.scopes:
            scope.settle()
        return RenderedComponent(self.component, workload, tuple(made))

    def _object(self, draft: Draft, subject: Subject, what: str) -> Object:
        try:
            return draft.finished(subject, what, self.trace)
        except CueError as error:
            self._reject_incomplete(subject, error)

    def _reject_incomplete(self, subject: Subject, error: CueError, prefix: str = "") -> NoReturn:
        """Say what is missing: parameters first, whoever's they are."""
        missing = [d for owner, value in self.values for d in missing_parameters(owner, value)]
        if missing and all(problem.incomplete for problem in error.problems):
            raise Rejected(*missing)
        advice = next((text for _, value in self.values if (text := late_help(value))), "")
        code = "V710" if advice else "V701"
        reject_problems(subject, error.problems, prefix=prefix, help=advice, code=code)


def _reads_template(keys: Keys) -> bool:
    return keys is None or any(key.startswith(WORKLOAD_TEMPLATE) for key in keys)


# ------------------------------------------------------------------------------------ steps policies share


def parameter_of(properties: Values | None) -> dict[str, Any]:
    """Properties as a template's `parameter`; an item without properties has an empty one."""
    if properties is None or properties.data is None:
        return {}
    return input_data(properties.data)  # type: ignore[no-any-return]


def compiled(templates: Templates, definition: Definition, subject: Subject) -> Template:
    """The template of a definition. Raises Rejected."""
    try:
        return templates.of(definition)
    except CueError as error:
        reject_problems(subject, error.problems, prefix=f"its definition `{definition.name}`: ")


def evaluated(
    template: Template,
    parameter: dict[str, Any],
    context: dict[str, Any],
    trace: Decisions,
    subject: Subject,
) -> Value:
    """The value of a template, free of conflicts and of the author's `errs`. Raises Rejected."""
    try:
        value = template.evaluate(parameter, context, trace)
        messages = _user_errors(value)
        problems = () if messages else value.problems()
    except CueError as error:
        reject_problems(subject, error.problems)
    if messages:
        subject.reject("V708", "; ".join(messages))
    if problems:
        reject_problems(subject, problems, help=late_help(value))
    return value


def _user_errors(value: Value) -> list[str]:
    """The template's `errs`; malformed ones count for nothing."""
    errs = value.lookup("errs")
    if errs is None:
        return []
    try:
        messages = errs.plain()
    except CueError:
        return []
    if not isinstance(messages, list):
        return []
    return [message for message in messages if isinstance(message, str)]


def missing_parameters(subject: Subject, value: Value) -> list[Diagnostic]:
    """What is not concrete in `parameter`: the likely reason why an object is not."""
    parameter = value.lookup("parameter")
    if parameter is None:
        return []
    found = [problem for problem in parameter.problems(final=True) if problem.incomplete]
    return problem_diagnostics(subject, found)
