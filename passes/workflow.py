"""Workflow: which steps an Application runs, and what each deploying step is about (semantics 6.1 to 6.4).

Takes an Application as written, returns it with `workflow.steps` filled (the referenced or the default workflow)
and one `Deployment` per deploying step, in order, sub-steps in the place of their group. Components are not yet
overridden and targets not yet chosen. Example: policies `eu` and `us` of type topology and no workflow give the
steps `deploy-eu` and `deploy-us`, hence two deployments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from velac.compiler.diagnostics.model import Label
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, Deployment, Policy, Step, Target, Workflow
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import (
    APPLIES,
    APPLY_COMPONENT,
    APPLY_OBJECT,
    DAG,
    DEPLOY,
    DEPLOY2ENV,
    ENV_BINDING,
    OVERRIDE,
    RUN_TIME_PLACEMENT,
    STEP_BY_STEP,
    TOPOLOGY,
)
from velac.compiler.ir.shape import (
    BOOL,
    MAPPING,
    STRING,
    STRINGS,
    Object,
    Scalar,
    name_problem,
    report_shape,
)
from velac.compiler.ir.values import Values
from velac.compiler.pipeline import PassSpec
from velac.grammar.node import changed

_DEPLOY: Final = Object(
    {
        "auto": BOOL,
        "policies": STRINGS,
        "parallelism": Scalar("integer", lambda n: "" if n > 0 else f"{n} is not positive"),
        "ignoreTerraformComponent": BOOL,
    },
    what="a deploy step",
)
_APPLY: Final = Object(
    {"component": STRING, "cluster": STRING, "namespace": STRING},
    frozenset({"component"}),
    what="an apply-component step",
)
_APPLY_OBJECT: Final = Object(
    {"value": MAPPING, "cluster": STRING},
    frozenset({"value"}),
    what="an apply-object step",
)
_PLACING: Final[dict[str, Collection[str]]] = {
    DEPLOY: _DEPLOY.fields,
    **dict.fromkeys(APPLIES, _APPLY.fields),
}
"""The parameters that decide what a deploying step does."""


def workflow(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    flow = _chosen(app, context)
    _check_names(flow.steps, context)
    external = tuple(_external_policies(app, flow.steps, context))
    app = changed(app, workflow=flow, external_policies=external)
    if flow.steps and all(step.generated and step.type == APPLY_COMPONENT for step in flow.steps):
        # One deployment for the generated steps: they are one decision, "everything to the control plane".
        whole = Step("", APPLY_COMPONENT, generated=True)
        return changed(app, deployments=(Deployment(whole, (), app.components, (_here(),)),))
    known = _Known(
        {policy.name: policy for policy in (*external, *app.policies)},
        {component.name: component for component in app.components},
    )
    deployments = []
    problems = len(context.diagnostics)
    for index, step in enumerate(flow.steps):
        wave = index if flow.mode == STEP_BY_STEP else 0
        for part in step.sub_steps or (step,):
            made = _deployment(app, part, known, context)
            if made is not None:
                deployments.append(changed(made, wave=wave))
    if flow.steps and all(d.objects for d in deployments) and problems == len(context.diagnostics):
        context.warn("V409", f"the workflow of `{app.name}` deploys nothing", flow.origin.span())
    return changed(app, deployments=tuple(deployments))


@dataclass(frozen=True, slots=True)
class _Known:
    """What steps may name."""

    policies: dict[str, Policy]
    components: dict[str, Component]


def _here() -> Target:
    return Target("", (LOCAL,))


# ------------------------------------------------------------------------------------------------ which steps


def _chosen(app: AppIR, context: Context) -> Workflow:
    """The workflow that runs: referenced, explicit, or generated, with its modes decided (6.1, 6.2)."""
    flow = app.workflow
    mode, sub_mode = (STEP_BY_STEP, DAG) if flow.present else (DAG, DAG)
    steps = flow.steps
    if flow.ref and steps:
        place = flow.origin.span(("ref",))
        context.error("V406", "a workflow cannot have both `ref` and `steps`", place)
    elif flow.ref:
        other = context.workflows.get((app.namespace or "default", flow.ref))
        if other is None:
            _unknown_workflow(app, context)
        else:
            steps = other.steps
            flow = changed(
                flow, mode=flow.mode or other.mode, sub_mode=flow.sub_mode or other.sub_mode
            )
    return changed(
        flow,
        mode=flow.mode or mode,
        sub_mode=flow.sub_mode or sub_mode,
        steps=steps or (() if flow.ref else tuple(_generated(app))),
    )


def _unknown_workflow(app: AppIR, context: Context) -> None:
    namespace = app.namespace or "default"
    names = [name for where, name in context.workflows if where == namespace]
    context.error(
        "V405",
        f"there is no Workflow `{app.workflow.ref}` in namespace `{namespace}`",
        app.workflow.origin.span(("ref",)),
        help=did_you_mean(app.workflow.ref, names, known="workflows"),
    )


def _generated(app: AppIR) -> Iterator[Step]:
    """The default workflow, first rule that yields steps (6.1)."""
    overrides = [policy.name for policy in app.policies if policy.type == OVERRIDE]
    topologies = [policy for policy in app.policies if policy.type == TOPOLOGY]
    for topology in topologies:
        names = [*overrides, topology.name]
        yield _deploy_step(f"deploy-{topology.name}", names, topology.origin)
    if topologies:
        return
    if overrides or any(component.type == "ref-objects" for component in app.components):
        yield _deploy_step("deploy", overrides, app.origin)
        return
    environments = list(_environment_steps(app))
    yield from environments
    for component in app.components if not environments else ():
        yield Step(
            component.name,
            APPLY_COMPONENT,
            Values({"component": component.name}),
            depends_on=component.depends_on,
            generated=True,
            origin=component.origin,
        )


def _environment_steps(app: AppIR) -> Iterator[Step]:
    """A deploy2env step per environment of the deprecated env-binding policies."""
    for policy in app.policies:
        data = policy.properties.data if policy.properties is not None else {}
        if policy.type != ENV_BINDING or not isinstance(data.get("envs"), list):
            continue
        for env in data["envs"]:
            name = env.get("name") if isinstance(env, dict) else None
            if not isinstance(name, str):
                continue  # the env-binding pass reports it
            properties = Values({"policy": policy.name, "env": name})
            step = f"deploy-{policy.name}-{name}"
            yield Step(step, DEPLOY2ENV, properties, generated=True, origin=policy.origin)


def _deploy_step(name: str, policies: list[str], origin: Values) -> Step:
    return Step(name, DEPLOY, Values({"policies": policies}), generated=True, origin=origin)


def _check_names(steps: Iterable[Step], context: Context) -> None:
    seen: dict[str, Step] = {}
    for step in steps:
        # Generated steps carry names of components or policies, whose uniqueness is checked there.
        for part in () if step.generated else (step, *step.sub_steps):
            first = seen.setdefault(part.name, part)
            if first is not part:
                context.error(
                    "V309",
                    f"two workflow steps are called `{part.name}`",
                    Label(part.origin.span(("name",)), "again here"),
                    Label(first.origin.span(("name",)), "first here"),
                )


def _external_policies(app: AppIR, steps: Iterable[Step], context: Context) -> Iterator[Policy]:
    """Standalone policies that top-level deploy steps name and the Application lacks, each once.

    Upstream does not look into sub-steps for this (vela pkg/workflow/step/dependency.go).
    """
    own = {policy.name for policy in app.policies}
    named = dict.fromkeys(name for step in steps for name in _policy_names(step))
    for name in named:
        policy = context.policies.get((app.namespace or "default", name))
        if policy is not None and name not in own:
            yield policy


def _policy_names(step: Step) -> list[str]:
    data = step.properties.data if step.type == DEPLOY and step.properties is not None else None
    names = data.get("policies") if isinstance(data, dict) else None
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


# ------------------------------------------------------------------------------------------- deploying steps


def _deployment(app: AppIR, step: Step, known: _Known, context: Context) -> Deployment | None:
    for taken in step.inputs:
        if step.type in _PLACING and _first(taken.parameter_key) in _PLACING[step.type]:
            text = (
                f"what step `{step.name}` does depends on `{taken.name}`, which only run time knows"
            )
            hint = f"write `{taken.parameter_key}` into the step's properties"
            context.error("V710", text, taken.origin.span(("parameterKey",)), help=hint)
    if step.type == DEPLOY:
        return _deploy(app, step, known, context)
    if step.type in APPLIES:
        return _apply_component(step, known, context)
    if step.type == DEPLOY2ENV:
        return Deployment(step, (), app.components)
    if step.type == APPLY_OBJECT and not step.inputs:
        return _apply_object(step, context)
    if step.type in RUN_TIME_PLACEMENT:
        text = (
            f"what step `{step.name}` (`{step.type}`) deploys is decided at run time and left out"
        )
        context.warn("V408", text, step.origin.span(("type",)))
    return None


def _deploy(app: AppIR, step: Step, known: _Known, context: Context) -> Deployment | None:
    properties = step.properties or Values({})
    if not report_shape(properties, _DEPLOY, context.diagnostics):
        return None
    data = properties.data
    chosen = []
    for index, name in enumerate(data.get("policies") or ()):
        policy = known.policies.get(name)
        if policy is not None:
            chosen.append(policy)
            continue
        context.error(
            "V404",
            f"step `{step.name}` names the unknown policy `{name}`",
            properties.span(("policies", index)),
            help=_policy_hint(app, name, known, context),
        )
    ignore_terraform = data.get("ignoreTerraformComponent") is not False
    if ignore_terraform:
        _warn_about_terraform(app, step, context)
    return Deployment(
        step,
        tuple(chosen),
        app.components,
        gate=data.get("auto") is False,
        parallelism=data.get("parallelism") or 5,
        ignore_terraform=ignore_terraform,
    )


def _first(key: str) -> str:
    """The first label of a parameter key."""
    return key.partition(".")[0].partition("[")[0]


def _policy_hint(app: AppIR, name: str, known: _Known, context: Context) -> str:
    if (app.namespace or "default", name) in context.policies:
        return "a standalone Policy has to be named by a top-level step as well, or be in the Application"
    return did_you_mean(name, known.policies, known="policies")


def _warn_about_terraform(app: AppIR, step: Step, context: Context) -> None:
    # Every step may deploy all components: their types are looked at once.
    types = {c.type: None for c in app.components}
    key = ("terraform", *types)
    if key not in context.memo:
        context.memo[key] = frozenset(filter(context.is_terraform, types))
    terraform: frozenset[str] = context.memo[key]
    if terraform:
        left_out = [c.name for c in app.components if c.type in terraform]
        listed = ", ".join(f"`{name}`" for name in left_out)
        text = f"step `{step.name}` leaves out the Terraform components {listed}"
        hint = "write the step with `ignoreTerraformComponent: false` to deploy them"
        context.warn("V410", text, step.origin.span(), help=hint)


def _apply_component(step: Step, known: _Known, context: Context) -> Deployment | None:
    properties = step.properties or Values({}, step.origin.sources)
    if not report_shape(properties, _APPLY, context.diagnostics):
        return None
    data = properties.data
    name, cluster, namespace = (data.get(k) or "" for k in ("component", "cluster", "namespace"))
    component = known.components.get(name)
    if component is None and name:
        context.error(
            "V407",
            f"step `{step.name}` names the unknown component `{name}`",
            properties.span(("component",)),
            help=did_you_mean(name, known.components, known="components"),
        )
    if namespace and (complaint := name_problem(namespace)):
        context.error("V305", f"the namespace {complaint}", properties.span(("namespace",)))
        return None
    if not _is_known_cluster(cluster or LOCAL, properties, context):
        return None
    target = Target(namespace, (cluster or LOCAL,))
    if component and step.inputs:
        # What the step takes besides its own parameters is for the component.
        own = tuple(
            i for i in step.inputs if _first(i.parameter_key) not in _PLACING[APPLY_COMPONENT]
        )
        component = changed(component, inputs=component.inputs + own)
    return Deployment(step, (), (component,), (target,)) if component else None


def _apply_object(step: Step, context: Context) -> Deployment | None:
    """A step whose object is written out in full: it is known before anything runs."""
    properties = step.properties or Values({}, step.origin.sources)
    if not report_shape(properties, _APPLY_OBJECT, context.diagnostics):
        return None
    if not properties.data.get("value"):
        return None  # reported as missing
    cluster = properties.data.get("cluster") or LOCAL
    if not _is_known_cluster(cluster, properties, context):
        return None
    return Deployment(step, targets=(Target("", (cluster,)),), objects=(properties.at("value"),))


def _is_known_cluster(cluster: str, properties: Values, context: Context) -> bool:
    """Whether a step's cluster is in the inventory; reported otherwise."""
    if cluster in context.inventory.clusters:
        return True
    context.error(
        "V501",
        f"cluster `{cluster}` is not in the inventory",
        properties.span(("cluster",)),
        help=did_you_mean(cluster, context.inventory.clusters, known="clusters"),
    )
    return False


PASS = PassSpec(
    name="workflow",
    level="application",
    after=frozenset(),
    run=workflow,
    title="chooses or generates the workflow, finds the steps that deploy",
)
