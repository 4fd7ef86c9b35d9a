"""Dependency: what has to be there before what, among components and among steps (semantics 6.3, 6.5, 6.7).

Takes an Application with its deployments, returns it with `edges` (dependsOn, values handed over), `waves`
(generations of components) and the wave of each step and of its deployment. A cycle is reported with its path.
Example: `web` dependsOn `db` gives the edge db -> web and the waves (db), (web).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from velac.compiler.diagnostics.model import Label
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, Edge, Step, Workflow
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import DAG
from velac.compiler.ir.values import Values
from velac.compiler.pipeline import PassSpec
from velac.grammar.node import changed
from velac.passes.graph import cycles, waves
from velac.passes.schedule import step_waves


def dependency(app: AppIR, context: Context) -> AppIR:
    """See the module."""
    components = {component.name: component for component in app.components}
    added = {c.name for d in app.deployments for c in d.components}
    edges = list(_component_edges(app, components, added, context))
    if _report_cycles(edges, {n: c.origin for n, c in components.items()}, "component", context):
        return app
    app = changed(app, edges=tuple(edges), waves=waves(list(components), edges))
    return _with_step_waves(app, context)


# ----------------------------------------------------------------------------------------------- components


def _component_edges(
    app: AppIR, components: Mapping[str, Component], added: set[str], context: Context
) -> Iterator[Edge]:
    makers = {out.name: c.name for c in app.components for out in c.outputs}
    parts = [part for step in app.workflow.steps for part in (step, *step.sub_steps)]
    written = {out.name for part in parts for out in part.outputs}
    for component in app.components:
        for index, name in enumerate(component.depends_on):
            if name in components:
                yield Edge(name, component.name, "dependsOn")
            elif name not in added:
                context.error(
                    "V402",
                    f"component `{component.name}` depends on the unknown component `{name}`",
                    component.origin.span(("dependsOn", index)),
                    help=did_you_mean(name, components, known="components"),
                )
        for taken in component.inputs:
            maker = makers.get(taken.name) or makers.get(taken.name.partition(".")[0])
            if maker is not None:
                yield Edge(maker, component.name, f"input `{taken.name}`")
            elif not _is_known(taken.name, written):
                _unknown_input(
                    "component", component.name, taken.name, taken.origin, makers, context
                )


def _is_known(name: str, written: Iterable[str]) -> bool:
    return name.startswith("context.") or name in written or name.partition(".")[0] in written


def _unknown_input(
    what: str, owner: str, name: str, origin: Values, known: Iterable[str], context: Context
) -> None:
    context.error(
        "V403",
        f"{what} `{owner}` takes the input `{name}`, which nobody outputs",
        origin.span(("from",)),
        help=did_you_mean(name, known, known="outputs"),
    )


# ---------------------------------------------------------------------------------------------------- steps


def _with_step_waves(app: AppIR, context: Context) -> AppIR:
    steps = app.workflow.steps
    if not steps or steps[0].generated:
        return app
    parts = [part for step in steps for part in (step, *step.sub_steps)]
    known = {out.name for part in parts for out in part.outputs}
    known |= {out.name for component in app.components for out in component.outputs}
    edges: list[Edge] = []
    sequence: list[Edge] = []
    for level, mode in _levels(app.workflow):
        found = list(_step_edges(level, known, context))
        edges += found
        if found and mode != DAG:
            # Only to find circles: a step that waits for a later one.
            pairs = pairwise(level)
            sequence += [
                Edge(one.name, two.name, "in the order of the steps") for one, two in pairs
            ]
    origins = {part.name: part.origin for part in parts}
    if _report_cycles([*edges, *sequence], origins, "step", context):
        return app
    number = step_waves(app.workflow, edges)
    return changed(
        app,
        workflow=changed(app.workflow, waves=number),
        deployments=tuple(changed(d, wave=number[d.step.name]) for d in app.deployments),
    )


def _levels(flow: Workflow) -> Iterator[tuple[Sequence[Step], str]]:
    """The steps that are ordered among each other, and how: at the top, and in each group."""
    yield flow.steps, flow.mode
    for step in flow.steps:
        if step.sub_steps:
            yield step.sub_steps, step.mode or flow.sub_mode


def _step_edges(steps: Sequence[Step], known: set[str], context: Context) -> Iterator[Edge]:
    names = {step.name for step in steps}
    makers = {out.name: step.name for step in steps for out in step.outputs}
    for step in steps:
        for index, name in enumerate(step.depends_on):
            if name in names:
                yield Edge(name, step.name, "dependsOn")
            else:
                context.error(
                    "V402",
                    f"step `{step.name}` depends on the unknown step `{name}`",
                    step.origin.span(("dependsOn", index)),
                    help=did_you_mean(name, names, known="steps"),
                )
        for taken in step.inputs:
            maker = makers.get(taken.name) or makers.get(taken.name.partition(".")[0])
            if maker is not None:
                yield Edge(maker, step.name, f"input `{taken.name}`")
            elif not _is_known(taken.name, known):
                _unknown_input("step", step.name, taken.name, taken.origin, known, context)


# --------------------------------------------------------------------------------------------------- cycles


def _report_cycles(
    edges: Sequence[Edge], origins: Mapping[str, Values], what: str, context: Context
) -> bool:
    found = cycles(edges)
    for cycle in found:
        path = [edge.before for edge in cycle] + [cycle[0].before]
        labels = [
            Label(origins[e.after].span(("name",)), f"`{e.after}` waits for `{e.before}` ({e.why})")
            for e in cycle
        ]
        context.error("V401", f"{what}s wait for each other: {' -> '.join(path)}", *labels)
    return bool(found)


PASS = PassSpec(
    name="dependency",
    level="application",
    after=frozenset({"workflow", "override", "env-binding", "condition"}),
    run=dependency,
    title="orders components and steps by what they wait for, finds cycles",
)
