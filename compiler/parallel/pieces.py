"""Applications in pieces: the classes of one divided among processes, and what came of the pieces put together.

A piece is a plan with some of the classes, and the deployments that these see. What belongs to the control plane is made for all
classes together, so an Application that has any of that is never cut.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from velac.compiler.ir.plan import AppPlan, ClusterClass
from velac.compiler.ir.summary import AppName, AppSummary
from velac.compiler.lower.resolve import Resolver

_RENDERING: Final = 3
"""What it costs to render a component, in files written."""


def work_of(group: ClusterClass) -> int:
    """About how much work a class is, in files written."""
    rendered = sum(len(slot.deployment.components) for slot in group.slots)
    return len(group.clusters) + _RENDERING * rendered


def can_be_cut(plan: AppPlan, count: int, resolver: Resolver) -> bool:
    """Whether so many processes may render the classes of an Application, as far as one can say beforehand."""
    if plan.policies or len(plan.classes) < count:
        return False
    own = resolver.for_app(plan.app)
    traits = {t.type: t for component in plan.app.components for t in component.traits}
    found = (own.of_trait(trait) for trait in traits.values())
    return not any(definition is not None and definition.control_plane_only for definition in found)


def cut(plan: AppPlan, count: int) -> list[AppPlan]:
    """A plan in `count` pieces of about as much work, in the order of the classes, of which there have to be so many."""
    weights = [work_of(group) for group in plan.classes]
    share = sum(weights) / count
    pieces: list[list[ClusterClass]] = [[]]
    done = 0
    for at, (group, weight) in enumerate(zip(plan.classes, weights, strict=True)):
        last = len(plan.classes) - at == count - len(pieces)
        if last or (pieces[-1] and done >= share * len(pieces)):
            pieces.append([])
        pieces[-1].append(group)
        done += weight
    placed = {id(slot.deployment) for group in plan.classes for slot in group.slots}
    found = []
    for number, groups in enumerate(pieces):
        own = {id(slot.deployment) for group in groups for slot in group.slots}
        deployments = tuple(
            d
            for d in plan.app.deployments
            # What no class sees is checked all the same.
            if id(d) in own or (number == 0 and id(d) not in placed)
        )
        app = replace(plan.app, deployments=deployments)
        found.append(
            replace(plan, app=app, classes=tuple(groups), piece=number, pieces=len(pieces))
        )
    return found


def joined(summaries: Iterable[AppSummary], pieces: Collection[AppName]) -> list[AppSummary]:
    """Ordered summaries, in which those of the pieces of these Applications come one after the other, as one each."""
    found: list[AppSummary] = []
    for summary in summaries:
        name = (summary.namespace, summary.name)
        if name in pieces and found and name == (found[-1].namespace, found[-1].name):
            first = found.pop()
            summary = replace(first, classes=first.classes + summary.classes)
        found.append(summary)
    return found
