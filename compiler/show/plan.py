"""The plan as a document: per Application its steps by wave, gates, targets, and what each override changed.

The document is plain data; text and Markdown are made from it, and JSON is the document itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from velac.compiler.ir.app import AppIR, Component, Deployment, Step
from velac.compiler.ir.plan import AppPlan

Document = dict[str, Any]
_FEW: Final = 6


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
            {"wave": wave, "steps": [_step(d, written) for d in deployments]}
            for wave, deployments in _by_wave(app.deployments)
        ],
        "otherSteps": [
            _other_step(step, parent)
            for parent, step in _all_steps(app.workflow.steps)
            if id(step) not in deploying and not step.sub_steps and not _is_generated(app, step)
        ],
        "dependencies": [
            {"before": edge.before, "after": edge.after, "why": edge.why} for edge in app.edges
        ],
        "classes": [
            {
                "clusters": list(group.clusters),
                "kubernetesVersion": group.version,
                "steps": [slot.deployment.step.name for slot in group.slots],
                "namespaces": sorted({slot.namespace for slot in group.slots if slot.namespace}),
            }
            for group in plan.classes
        ],
        "policies": [{"name": p.name, "type": p.type} for p in app.policies],
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


def _step(deployment: Deployment, written: dict[str, Component]) -> Document:
    step = deployment.step
    return {
        "name": step.name or "apply all components",
        "type": step.type,
        "gate": deployment.gate,
        "condition": step.condition,
        "policies": [policy.name for policy in deployment.policies],
        "targets": [
            {"namespace": target.namespace, "clusters": list(target.clusters)}
            for target in deployment.targets
        ],
        "components": [
            {
                "name": component.name,
                "type": component.type,
                "changes": changes(written.get(component.name), component),
            }
            for component in deployment.components
        ],
        "left": [n for n in written if n not in {c.name for c in deployment.components}],
    }


def _other_step(step: Step, parent: str) -> Document:
    return {
        "name": step.name,
        "type": step.type,
        "group": parent,
        "condition": step.condition,
        "gate": step.type == "suspend",
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


# ------------------------------------------------------------------------------------------------------- text


def clusters_text(names: Sequence[str]) -> str:
    """A few names in full, many as a number and examples."""
    if len(names) <= _FEW:
        return ", ".join(names)
    return f"{len(names)} clusters ({', '.join(names[:3])}, ...)"


def plan_text(documents: Iterable[Document]) -> Iterator[str]:
    """The plan for a terminal, line by line."""
    for index, app in enumerate(documents):
        if index:
            yield ""
        yield f"{app['namespace']}/{app['name']}  ({app['mode']})"
        for wave in app["waves"]:
            yield f"  wave {wave['wave']}"
            for step in wave["steps"]:
                yield from _step_text(step)
        for step in app["otherSteps"]:
            note = f" if {step['condition']}" if step["condition"] else ""
            yield f"  at run time: {step['name']} ({step['type']}){note}"
        for edge in app["dependencies"]:
            yield f"  {edge['after']} waits for {edge['before']} ({edge['why']})"


def _step_text(step: Document) -> Iterator[str]:
    gate = "  [gate: waits for approval]" if step["gate"] else ""
    condition = f"  [if {step['condition']}]" if step["condition"] else ""
    yield f"    {step['name']} ({step['type']}){gate}{condition}"
    for target in step["targets"]:
        place = f" in namespace {target['namespace']}" if target["namespace"] else ""
        yield f"      to {clusters_text(target['clusters'])}{place}"
    for component in step["components"]:
        yield f"      - {component['name']} ({component['type']})"
        for change in component["changes"]:
            yield f"          {change}"
    for name in step["left"]:
        yield f"      - {name}: left out"


def plan_markdown(documents: Iterable[Document]) -> Iterator[str]:
    """The plan as Markdown, line by line: a table of steps for each Application."""
    for app in documents:
        yield f"## {app['namespace']}/{app['name']}"
        yield ""
        yield "| wave | step | gate | clusters | components | changes |"
        yield "|---|---|---|---|---|---|"
        for wave in app["waves"]:
            for step in wave["steps"]:
                targets = "; ".join(
                    clusters_text(t["clusters"])
                    + (f" (namespace {t['namespace']})" if t["namespace"] else "")
                    for t in step["targets"]
                )
                names = ", ".join(c["name"] for c in step["components"])
                lines = [f"{c['name']}: {x}" for c in step["components"] for x in c["changes"]]
                cells = (
                    wave["wave"],
                    step["name"],
                    "manual" if step["gate"] else "",
                    targets,
                    names,
                    "<br>".join(map(_cell, lines)),
                )
                yield "| " + " | ".join(str(cell) for cell in cells) + " |"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
