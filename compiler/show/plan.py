"""The plan as a document: per Application its steps by wave, gates, targets, and what each override changed.

The document is plain data: JSON is the document itself, `plan_text` makes the rest of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from velac.compiler.handover import Handed, handed_values
from velac.compiler.ir.app import AppIR, Component, Deployment, Step
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.policies import (
    APPLY_OBJECT,
    DEFAULT_STAGE,
    POST_STAGE,
    PRE_STAGE,
    SUSPEND,
)
from velac.compiler.ir.scope import is_cluster_scoped

Document = dict[str, Any]


def plan_document(plans: Iterable[AppPlan]) -> list[Document]:
    """One entry per Application, ordered by namespace and name."""
    return [_application(plan) for plan in plans]


def _application(plan: AppPlan) -> Document:
    app = plan.app
    written = {component.name: component for component in app.components}
    deploying = {id(d.step) for d in app.deployments}
    return {
        "name": app.name,
        "namespace": app.namespace or "default",
        "mode": app.workflow.mode,
        "waves": [
            {"wave": wave, "steps": [_step(d, written, plan.stages) for d in deployments]}
            for wave, deployments in _by_wave(app.deployments)
        ],
        "otherSteps": [
            _other_step(app, step, parent)
            for parent, step in _all_steps(app.workflow.steps)
            if id(step) not in deploying and not step.sub_steps and not _is_generated(app, step)
        ],
        "dependencies": [
            {"before": edge.before, "after": edge.after, "why": edge.why} for edge in app.edges
        ],
        "values": [_value(handed) for handed in handed_values(app)],
        "classes": [
            {
                "clusters": list(group.clusters),
                "kubernetesVersion": group.version,
                "steps": [slot.deployment.step.name for slot in group.slots],
                "namespaces": sorted({slot.namespace for slot in group.slots if slot.namespace}),
            }
            for group in plan.classes
        ],
        "policies": [
            {"name": p.name, "type": p.type} for p in (*app.policies, *app.external_policies)
        ],
    }


def _value(handed: Handed) -> Document:
    maker = handed.maker
    return {
        "name": handed.input.name,
        "component": handed.component,
        "step": handed.step,
        "into": handed.input.parameter_key,
        "madeBy": "" if maker is None else maker.component or maker.step,
        "valueFrom": "" if maker is None else maker.output.value_from,
        "late": handed.late,
    }


def _is_generated(app: AppIR, step: Step) -> bool:
    """Generated apply-component steps are one deployment, whose step stands for all of them."""
    return step.generated and any(d.step.generated for d in app.deployments)


def _by_wave(deployments: Sequence[Deployment]) -> Iterator[tuple[int, list[Deployment]]]:
    waves: dict[int, list[Deployment]] = {}
    for deployment in deployments:
        waves.setdefault(deployment.wave, []).append(deployment)
    yield from sorted(waves.items())


def _all_steps(steps: Iterable[Step]) -> Iterator[tuple[str, Step]]:
    for step in steps:
        yield "", step
        for part in step.sub_steps:
            yield step.name, part


def _step(
    deployment: Deployment, written: dict[str, Component], stages: Mapping[str, str]
) -> Document:
    step = deployment.step
    return {
        "name": step.name or "apply all components",
        "type": step.type,
        "gate": deployment.gate,
        "condition": step.condition,
        "timeout": step.timeout,
        "parallelism": deployment.parallelism,
        "policies": [policy.name for policy in deployment.policies],
        "targets": [
            {"namespace": target.namespace, "clusters": list(target.clusters)}
            for target in deployment.targets
        ],
        "components": [
            {
                "name": component.name,
                "type": component.type,
                "replicaKey": component.replica_key,
                "stages": _stages(component, stages),
                "changes": changes(written.get(component.name), component),
            }
            for component in deployment.components
        ],
        "left": [] if deployment.objects else _left_out(deployment, written),
        "objects": list(_applied_objects(step)) if deployment.objects else [],
    }


def _left_out(deployment: Deployment, written: Iterable[str]) -> list[str]:
    """Components of the Application that a step does not deploy."""
    here = {component.name for component in deployment.components}
    return [name for name in written if name not in here]


def _stages(component: Component, stages: Mapping[str, str]) -> list[Document]:
    """The waves of a component whose traits have stages: each has to be healthy before the next."""
    found: dict[str, list[str]] = {PRE_STAGE: [], DEFAULT_STAGE: [component.name], POST_STAGE: []}
    for trait in component.traits:
        found.setdefault(stages.get(trait.type, DEFAULT_STAGE), []).append(trait.type)
    if not (found[PRE_STAGE] or found[POST_STAGE]):
        return []
    return [{"stage": stage, "parts": parts} for stage, parts in found.items() if parts]


def _other_step(app: AppIR, step: Step, parent: str) -> Document:
    return {
        "name": step.name,
        "type": step.type,
        "group": parent,
        "wave": app.workflow.waves.get(step.name, 0),
        "condition": step.condition,
        "timeout": step.timeout,
        "skipped": step.skip,
        "gate": step.type == SUSPEND,
        "objects": list(_applied_objects(step)),
    }


def _applied_objects(step: Step) -> Iterator[Document]:
    """What an apply-object step applies, as far as its properties say it."""
    data = step.properties.data if step.properties is not None else None
    if step.type != APPLY_OBJECT or not isinstance(data, dict):
        return
    obj = data.get("value")
    if not isinstance(obj, dict):
        return
    metadata = obj["metadata"] if isinstance(obj.get("metadata"), dict) else {}
    group = str(obj.get("apiVersion") or "").rpartition("/")[0]
    whole = is_cluster_scoped(group, str(obj.get("kind")))
    yield {
        "cluster": data.get("cluster") or LOCAL,
        "apiVersion": obj.get("apiVersion") or "",
        "kind": obj.get("kind") or "",
        # Not the Application's namespace: upstream does not fill it in here.
        "namespace": "" if whole else metadata.get("namespace") or "default",
        "name": metadata.get("name") or "",
    }


# ---------------------------------------------------------------------------------------------------- changes


def changes(written: Component | None, deployed: Component) -> list[str]:
    """What overrides made of a component, a line a change."""
    if written is None:
        return ["added by an override"]
    if written is deployed:
        return []
    out: list[str] = []
    if written.type != deployed.type:
        out.append(f"type: {written.type} -> {deployed.type}")
    _differences("", _data(written.properties), _data(deployed.properties), out)
    before = {trait.type: trait for trait in written.traits}
    after = {trait.type: trait for trait in deployed.traits}
    out += [f"trait {name} removed" for name in before if name not in after]
    for name, trait in after.items():
        if name not in before:
            out.append(f"trait {name} added")
        else:
            _differences(f"{name}.", _data(before[name].properties), _data(trait.properties), out)
    return out


def _data(values: Any) -> Any:
    return {} if values is None or values.data is None else values.data


def _differences(prefix: str, before: Any, after: Any, out: list[str]) -> None:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            if key not in after:
                out.append(f"{prefix}{key} removed")
            elif key not in before:
                out.append(f"{prefix}{key}: {_short(after[key])} (new)")
            else:
                _differences(f"{prefix}{key}.", before[key], after[key], out)
    elif before != after:
        out.append(f"{prefix[:-1]}: {_short(before)} -> {_short(after)}")


def _short(value: Any) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."
