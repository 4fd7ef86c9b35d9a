"""Stable text of the IR, for people and for golden tests."""

from __future__ import annotations

from collections.abc import Iterator

from velac.compiler.ir.app import AppIR, Component, Step
from velac.compiler.ir.plan import AppPlan, Plan


def print_app(app: AppIR) -> str:
    """An Application: its components, workflow, deployments and waves."""
    return "\n".join(_app(app)) + "\n"


def print_plan(plan: Plan) -> str:
    """A plan: for every Application what it deploys, and which classes of clusters receive it."""
    return "".join(f"{line}\n" for app in plan.apps for line in _plan(app))


def _app(app: AppIR) -> Iterator[str]:
    yield f"application {app.label}"
    yield from (f"  component {_component(component)}" for component in app.components)
    for policy in (*app.external_policies, *app.policies):
        yield f"  {'external ' if policy.external else ''}policy {policy.name} ({policy.type})"
    flow = app.workflow
    yield f"  workflow {flow.mode or '-'}/{flow.sub_mode or '-'}"
    for step in flow.steps:
        yield f"    {_step(step)}"
        yield from (f"      {_step(part)}" for part in step.sub_steps)
    for edge in app.edges:
        yield f"  {edge.before} before {edge.after}: {edge.why}"
    if len(app.waves) > 1:
        yield "  waves " + " | ".join(" ".join(wave) for wave in app.waves)
    for deployment in app.deployments:
        gate = " behind a gate" if deployment.gate else ""
        yield f"  wave {deployment.wave}{gate}: {_step(deployment.step)}"
        if deployment.policies:
            yield "    by " + ", ".join(policy.name for policy in deployment.policies)
        for target in deployment.targets:
            place = f" in {target.namespace}" if target.namespace else ""
            yield f"    to {', '.join(target.clusters) or 'no cluster'}{place}"
        yield from (f"    {_component(component)}" for component in deployment.components)


def _plan(plan: AppPlan) -> Iterator[str]:
    yield from _app(plan.app)
    for group in plan.classes:
        yield f"  class of {', '.join(group.clusters)} (Kubernetes {group.version})"
        for slot in group.slots:
            place = f" in {slot.namespace}" if slot.namespace else ""
            yield f"    wave {slot.wave}: {_step(slot.deployment.step)}{place}"
    for policy in plan.policies:
        yield f"  local receives policy {policy.name} ({policy.type})"


def _component(component: Component) -> str:
    traits = "".join(f" +{trait.type}" for trait in component.traits)
    replica = f"[{component.replica_key}]" if component.replica_key else ""
    return f"{component.name}{replica} ({component.type}){traits}"


def _step(step: Step) -> str:
    return f"{step.name or 'default'} ({step.type})"
