"""Review: what KubeVela accepts without a word, and an author hardly means (semantics 6.1 to 6.3, 5.2).

Takes an Application with its deployments and returns it unchanged; only reports: placement policies that no step
names, components that no step deploys, a workflow that is there but empty, a dependency on something that is deployed later or nowhere, two steps that
place a component in one spot, an override that a later one repeats in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from velac.compiler.diagnostics.model import Label, Rejected, Severity
from velac.compiler.ir.app import AppIR, ComponentPatch, Override, Policy, Step
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import OVERRIDE, REPLICATION, TOPOLOGY
from velac.compiler.ir.values import Json, Path, Values
from velac.compiler.lower.override_decode import decoded_override
from velac.compiler.pipeline import PassSpec

Overlap: TypeAlias = tuple[int, int, str]
_PLACEMENT = frozenset({TOPOLOGY, OVERRIDE, REPLICATION})
_DEPLOYING = frozenset({"apply-component", "deploy", "deploy2env"})
_PLAIN_STEPS = _DEPLOYING | frozenset(
    {
        "apply-deployment", "apply-object", "build-push-image", "check-metrics", "clean-jobs",
        "collect-service-endpoints", "create-config", "delete-config", "depends-on-app",
        "export-data", "export-service", "export2config", "export2secret", "list-config", "notification",
        "print-message-in-status", "read-config", "read-object", "request", "restart-workflow", "step-group", "suspend",
        "webhook",
    }
)  # fmt: skip
"""Steps that deploy nothing, or what the deployments of the Application show; others may apply anything."""


def review(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    _unreferenced(app, context)
    _undeployed(app, context)
    _empty_workflow(app, context)
    _late_dependencies(app, context)
    _placed_twice(app, context)
    _shadowed(app, context)
    return app


def _unreferenced(app: AppIR, context: Context) -> None:
    if not app.workflow.steps:
        return
    used = {policy.name for d in app.deployments for policy in d.policies}
    used |= {name for step in app.workflow.steps for name in _named_by_skipped(step)}
    for policy in app.policies:
        if policy.type in _PLACEMENT and policy.name not in used:
            context.warn(
                "V411",
                f"no deploy step uses the {policy.type} policy `{policy.name}`",
                _name_span(policy),
                help="name it in the `policies` of a deploy step, or remove it",
            )


def _undeployed(app: AppIR, context: Context) -> None:
    """A component that no step deploys. Nothing is said where a step may deploy more than can be seen here."""
    steps = [part for step in app.workflow.steps for part in (step, *step.sub_steps)]
    known = {d.step.name for d in app.deployments}
    for step in steps:
        broken = step.type in _DEPLOYING and step.name not in known  # told by the pass that read it
        if broken or step.skip or step.type not in _PLAIN_STEPS:
            return
    if not any(d.components for d in app.deployments):
        return  # V409
    deployed = {component.name for d in app.deployments for component in d.components}
    terraform = any(d.ignore_terraform for d in app.deployments)
    for component in app.components:
        if component.name not in deployed and not (
            terraform and context.is_terraform(component.type)  # V410
        ):
            context.warn(
                "V419",
                f"no step deploys the component `{component.name}`",
                component.origin.span(("name",)),
                help="deploy it by a step, or remove it",
            )


def _named_by_skipped(step: Step) -> Iterator[str]:
    """The policies that steps name whose condition is false here; it may be true elsewhere."""
    for part in (step, *step.sub_steps):
        data = part.properties.data if part.properties is not None else None
        if (step.skip or part.skip) and isinstance(data, dict):
            yield from (name for name in data.get("policies") or () if isinstance(name, str))


def _name_span(policy: Policy) -> Label:
    return Label(policy.origin.span(("name",)))


def _empty_workflow(app: AppIR, context: Context) -> None:
    flow = app.workflow
    if flow.present and not flow.ref and flow.steps and all(step.generated for step in flow.steps):
        context.warn(
            "V412",
            f"the workflow of `{app.name}` has no steps: generated ones run, one after the other",
            flow.origin.span(),
            help="without `workflow` they would run side by side; remove it, or write the steps",
        )


def _late_dependencies(app: AppIR, context: Context) -> None:
    """A component of a step waits for one that is deployed by a later step only, or by none."""
    if not any(c.depends_on for d in app.deployments for c in d.components):
        return
    first: dict[str, int] = {}
    for deployment in app.deployments:
        for component in deployment.components:
            first[component.name] = min(first.get(component.name, deployment.wave), deployment.wave)
    told: set[tuple[str, str]] = set()
    for deployment in app.deployments:
        here = {component.name for component in deployment.components}
        for component in deployment.components:
            for index, name in enumerate(component.depends_on):
                if name in here or (component.name, name) in told:
                    continue
                wave = first.get(name)
                if wave is not None and wave <= deployment.wave:
                    continue
                told.add((component.name, name))
                when = "only by a later step" if wave is not None else "by no step"
                context.warn(
                    "V413",
                    f"`{component.name}` depends on `{name}`, which is deployed {when}",
                    component.origin.span(("dependsOn", index)),
                    help=f"step `{deployment.step.name}` would wait for it without end",
                )


def _placed_twice(app: AppIR, context: Context) -> None:
    """Two steps put the same component into the same namespace of a cluster."""
    deployments = app.deployments
    if len(deployments) < 2:
        return
    reach = tuple(tuple((t.namespace, t.clusters) for t in d.targets) for d in deployments)
    # Most Applications of a fleet reach the same clusters: overlaps are found once for all of them.
    overlaps: list[Overlap] | None = context.memo.get(("review", reach))
    if overlaps is None:
        overlaps = context.memo["review", reach] = list(_overlaps(reach))
    for first, second, cluster in overlaps:
        other, deployment = deployments[first], deployments[second]
        names = {component.name for component in other.components}
        both = [c.name for c in deployment.components if c.name in names]
        if not both:
            continue
        context.report(
            Severity.WARNING if other.wave == deployment.wave else Severity.NOTE,
            "V508",
            f"steps `{other.step.name}` and `{deployment.step.name}` both place `{both[0]}` "
            f"in `{cluster}`",
            Label(deployment.step.origin.span(), "this one wins"),
            Label(other.step.origin.span(), "first here"),
        )


def _overlaps(reach: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]) -> Iterator[Overlap]:
    """Each step that reaches a spot which an earlier one reaches, with the first such step and a cluster."""
    seen: dict[tuple[str, str], int] = {}
    told: set[tuple[int, int]] = set()
    for index, targets in enumerate(reach):
        for namespace, clusters in targets:
            for cluster in clusters:
                first = seen.setdefault((namespace, cluster), index)
                if first != index and (first, index) not in told:
                    told.add((first, index))
                    yield first, index, cluster


def _shadowed(app: AppIR, context: Context) -> None:
    """An override of a step whose every value a later override of the same step sets again."""
    decoded: dict[str, Override] = {}
    for policy in (*app.external_policies, *app.policies):
        if policy.type == OVERRIDE and policy.properties is not None:
            try:
                decoded[policy.name] = decoded_override(policy, context)
            except Rejected:
                continue  # the override pass has reported it
    always: dict[str, bool] = {}
    for deployment in app.deployments:
        chain = [decoded[p.name] for p in deployment.policies if p.name in decoded]
        for at, override in enumerate(chain):
            hidden = bool(override.components) and _hidden(override, chain[at + 1 :])
            always[override.name] = always.get(override.name, True) and hidden
    for name, hidden in always.items():
        if hidden:
            context.warn(
                "V605",
                f"everything that override `{name}` sets is set again by a later one",
                decoded[name].origin.span(("name",)),
                help="change the order of the step's policies, or remove the override",
            )


def _hidden(override: Override, later: list[Override]) -> bool:
    set_later = {path for other in later for patch in other.components for path in _sets(patch)}
    return all(path in set_later for patch in override.components for path in _sets(patch))


def _sets(patch: ComponentPatch) -> Iterator[tuple[str, str, str, Path]]:
    """What a patch sets: component pattern and type, trait, path."""
    for path in _leaves((), _data(patch.properties)):
        yield patch.name, patch.type, "", path
    for trait in patch.traits:
        if trait.disable:
            yield patch.name, patch.type, trait.type, ("disable",)
        else:
            for path in _leaves((), _data(trait.properties)):
                yield patch.name, patch.type, trait.type, path


def _data(values: Values | None) -> Json:
    return None if values is None else values.data


def _leaves(path: Path, value: Json) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves((*path, key), item)
    else:
        yield path


PASS = PassSpec(
    name="review",
    level="application",
    after=frozenset(
        {"override", "env-binding", "condition", "topology", "dependency", "replication", "rules"}
    ),
    run=review,
    title="reports what KubeVela accepts and an author hardly means",
)
