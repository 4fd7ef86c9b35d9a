"""The plan as GitOps tools see it: one delivery per Application and cluster, in waves, some behind a gate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from velac.compiler.ir.app import AppIR, Deployment, Step
from velac.compiler.ir.backend import BackendInput, Loss
from velac.compiler.ir.manifest import AppManifests, ClusterManifests, Manifest
from velac.compiler.ir.plan import AppPlan, ClusterClass, Slot
from velac.compiler.ir.policies import DEFAULT_STAGE, POST_STAGE, PRE_STAGE, STEP_BY_STEP
from velac.grammar.source import NO_SPAN, Span

_LONGEST: Final = 63
_NAME_PART: Final = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
SUSPEND: Final = "suspend"
_STAGES: Final = {PRE_STAGE: 0, DEFAULT_STAGE: 1, POST_STAGE: 2}


@dataclass(frozen=True, slots=True)
class Delivery:
    """The objects of one Application for one cluster. `gate` is the step that waits for a person, or ""."""

    cluster: str
    group: ClusterManifests
    namespace: str
    wave: int
    gate: str = ""

    @property
    def namespaces(self) -> list[str]:
        """Namespaces of its objects."""
        return sorted({m.identity.namespace for m in self.group.manifests} - {""})


@dataclass(frozen=True, slots=True)
class AppDelivery:
    """All deliveries of an Application, in the order of the inventory; waves count from 0 without holes."""

    app: AppIR
    namespace: str
    name: str
    groups: tuple[ClusterManifests, ...]
    deliveries: tuple[Delivery, ...]
    span: Span = NO_SPAN

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"

    @property
    def waves(self) -> list[list[Delivery]]:
        """The deliveries by wave."""
        last = max((delivery.wave for delivery in self.deliveries), default=-1)
        waves: list[list[Delivery]] = [[] for _ in range(last + 1)]
        for delivery in self.deliveries:
            waves[delivery.wave].append(delivery)
        return waves


def app_deliveries(given: BackendInput) -> Iterator[AppDelivery]:
    """The deliveries of each Application that makes objects, by namespace and name."""
    position = {name: index for index, name in enumerate(given.manifests.clusters)}
    for plan, manifests in zip(given.plan.apps, given.manifests.apps, strict=True):
        found = _deliveries(plan, manifests)
        if found:
            found.sort(key=lambda delivery: position[delivery.cluster])
            yield AppDelivery(
                plan.app,
                manifests.namespace,
                manifests.name,
                manifests.groups,
                tuple(found),
                manifests.span,
            )


def _deliveries(plan: AppPlan, manifests: AppManifests) -> list[Delivery]:
    gates = _gates(plan.app)
    classes = {name: one for one in plan.classes for name in one.clusters}
    found = []
    for group in manifests.groups:
        for cluster in group.clusters if group.manifests else ():
            where = classes.get(cluster)
            if where is None:  # only objects of policies and of traits for the control plane
                found.append(Delivery(cluster, group, manifests.namespace, 0))
                continue
            slot = _leading(where)
            namespace = where.slots[-1].namespace or manifests.namespace
            gate = gates.get(slot.deployment.step.name, "")
            found.append(Delivery(cluster, group, namespace, slot.wave, gate))
    rank = {wave: index for index, wave in enumerate(sorted({d.wave for d in found}))}
    return [replace(delivery, wave=rank[delivery.wave]) for delivery in found]


def _leading(one: ClusterClass) -> Slot:
    """The step whose place in the order a cluster's delivery takes: the first that deploys components."""
    return next((slot for slot in one.slots if slot.deployment.components), one.slots[0])


# ----------------------------------------------------------------------------------------------------- gates


def _gates(app: AppIR) -> dict[str, str]:
    """For each deploying step that waits for a person, the step that says so: itself, or a suspend before it."""
    gates = {d.step.name: d.step.name for d in app.deployments if d.gate}
    deploying = {d.step.name for d in app.deployments}
    flow = app.workflow
    _suspended(flow.steps, flow.mode == STEP_BY_STEP, deploying, gates)
    return gates


def _suspended(
    steps: Iterable[Step], in_turn: bool, deploying: set[str], gates: dict[str, str]
) -> None:
    waiting = ""
    steps = tuple(steps)
    suspends = {step.name for step in steps if step.type == SUSPEND}
    for step in steps:
        if step.type == SUSPEND:
            waiting = step.name
            continue
        parts = [p.name for p in (step, *step.sub_steps) if p.name in deploying]
        gate = waiting if in_turn else ""
        gate = next((name for name in step.depends_on if name in suspends), gate)
        for name in parts if gate else ():
            gates.setdefault(name, gate)
        if parts:
            waiting = ""
        # Sub-steps run side by side; only their own dependencies count.
        _suspended(step.sub_steps, False, deploying, gates)


# ----------------------------------------------------------------------------------------------------- names


def object_name(*parts: str) -> str:
    """A name for an object about these things: joined by dots, with a hash where that is no name or ambiguous."""
    joined = ".".join(parts)
    if all(map(_NAME_PART.fullmatch, parts)) and len(joined) <= _LONGEST:
        return joined
    digest = sha256("\0".join(parts).encode()).hexdigest()[:8]
    plain = re.sub(r"[^a-z0-9.-]", "-", joined.lower())[: _LONGEST - 9]
    plain = re.sub(r"[-.]*\.[-.]*", ".", plain).strip("-.")
    return f"{plain}-{digest}" if plain else digest


def object_levels(plan: AppPlan) -> Callable[[Manifest], int]:
    """The place of each object in the order within a cluster, from 0 without holes.

    Components come after those they wait for; of one component first what its PreDispatch traits make, then the
    workload, then what its PostDispatch traits make (semantics 4.8).
    """
    levels = {
        f"component `{name}`": level for level, names in enumerate(plan.app.waves) for name in names
    }
    used = {(level, _STAGES[DEFAULT_STAGE]) for level in levels.values()} or {(0, 1)}
    groups = {id(d.components): d.components for d in plan.app.deployments}.values()
    for component in (c for group in groups for c in group) if plan.stages else ():
        level = levels.get(f"component `{component.name}`", 0)
        used |= {
            (level, _STAGES[plan.stages[trait.type]])
            for trait in component.traits
            if trait.type in plan.stages
        }
    rank = {place: index for index, place in enumerate(sorted(used))}

    def level_of(manifest: Manifest) -> int:
        origin = manifest.origin
        stage = _STAGES[plan.stages.get(origin.role, DEFAULT_STAGE)]
        return rank.get((levels.get(origin.owner, 0), stage), 0)

    return level_of


def namespace_shared(manifests: Iterable[Manifest]) -> str:
    """The namespace that all objects have, or "" where they do not share one."""
    namespaces = {m.identity.namespace for m in manifests}
    return namespaces.pop() if len(namespaces) == 1 else ""


# ---------------------------------------------------------------------------------------------------- losses


def plan_losses(given: BackendInput, target: str) -> Iterator[Loss]:
    """What no GitOps tool says of a plan: states in between, conditions, steps that run something."""
    for plan in given.plan.apps:
        yield from _states_between(plan, target)
        yield from _passed_gates(plan)
        deploying = {d.step.name for d in plan.app.deployments}
        for step in _steps(plan.app.workflow.steps):
            place = step.origin.span(("name",)) if step.origin.sources else NO_SPAN
            if step.condition:
                text = f"`{plan.app.label}`: the condition of step `{step.name}` is not looked at"
                yield Loss(text, "warning", place)
            if step.name in deploying or step.sub_steps or step.generated or step.type == SUSPEND:
                continue
            text = f"`{plan.app.label}`: step `{step.name}` ({step.type}) is not carried out by {target}"
            yield Loss(
                text, "warning", place, help="let the pipeline that commits the output do it"
            )


def object_losses(
    app: AppDelivery, of_object: Callable[[ClusterManifests, Manifest], Iterable[str]]
) -> Iterator[Loss]:
    """A loss per thing that cannot be said of objects, however many they are."""
    found: dict[str, dict[str, Manifest]] = {}
    for group in app.groups:
        for manifest in group.manifests:
            for text in of_object(group, manifest):
                identity = manifest.identity
                found.setdefault(text, {})[f"{identity.kind} {identity.name}"] = manifest
    for text, objects in found.items():
        names = list(objects)
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        place = objects[names[0]].origin.span
        yield Loss(f"`{app.label}`: {', '.join(names[:3])}{more}: {text}", "warning", place)


def _steps(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _steps(step.sub_steps)


def _states_between(plan: AppPlan, target: str) -> Iterator[Loss]:
    """A step whose objects a later step changes again in the same clusters."""
    told: dict[str, tuple[Deployment, list[str]]] = {}
    for one in plan.classes:
        for deployment in _overwritten(one):
            told.setdefault(deployment.step.name, (deployment, []))[1].extend(one.clusters)
    for name, (deployment, clusters) in told.items():
        where = ", ".join(clusters[:3]) + (" and others" if len(clusters) > 3 else "")
        yield Loss(
            f"`{plan.app.label}`: what step `{name}` makes is changed again by a later step in "
            f"{where}; {target} only gets the final state",
            "warning",
            deployment.step.origin.span(("name",)) if deployment.step.origin.sources else NO_SPAN,
        )


def _passed_gates(plan: AppPlan) -> Iterator[Loss]:
    """A step behind a gate whose cluster got something from an earlier step already: both are one delivery."""
    gates = _gates(plan.app)
    told: dict[tuple[str, str], tuple[Deployment, list[str]]] = {}
    for one in plan.classes:
        leading = _leading(one)
        opened = gates.get(leading.deployment.step.name, "")
        for slot in one.slots:
            name = slot.deployment.step.name
            gate = gates.get(name, "")
            if gate and gate != opened and _adds(slot, leading):
                told.setdefault((name, gate), (slot.deployment, []))[1].extend(one.clusters)
    for (name, gate), (deployment, clusters) in told.items():
        where = ", ".join(clusters[:3]) + (" and others" if len(clusters) > 3 else "")
        yield Loss(
            f"`{plan.app.label}`: what step `{name}` makes in {where} does not wait for the gate "
            f"`{gate}`, as an earlier step delivers to the same cluster",
            "warning",
            deployment.step.origin.span(("name",)) if deployment.step.origin.sources else NO_SPAN,
        )


def _adds(slot: Slot, earlier: Slot) -> bool:
    """Whether a step brings anything that an earlier one has not brought to the same place."""
    known = {id(component) for component in earlier.deployment.components}
    new = any(id(component) not in known for component in slot.deployment.components)
    return new or slot.namespace != earlier.namespace or bool(slot.deployment.objects)


def _overwritten(one: ClusterClass) -> Iterator[Deployment]:
    last = one.slots[-1]
    for slot in one.slots[:-1]:
        new = {component.name: component for component in last.deployment.components}
        if slot.namespace == last.namespace and any(
            new.get(old.name, old) is not old for old in slot.deployment.components
        ):
            yield slot.deployment
