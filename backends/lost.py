"""Losses that many targets have: nobody waits for an approval, nothing keeps the order, policies go unheard."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from velac.backends.delivery import AppDelivery, app_deliveries
from velac.compiler.ir.backend import BackendInput, Loss
from velac.compiler.ir.rules import NO_MARKS, ON_APP_UPDATE, Marks

_TESTS: Final[Mapping[str, Callable[[Marks], bool]]] = {
    "apply-once": lambda marks: marks.apply_once,
    "garbage-collect": lambda marks: marks.collect != ON_APP_UPDATE,
    "garbage-collect onAppDelete": lambda marks: marks.collect == "onAppDelete",
    "garbage-collect propagation": lambda marks: bool(marks.propagation),
    "take-over": lambda marks: marks.take_over,
    "resource-update": lambda marks: marks.update != "patch" or bool(marks.recreate_fields),
}


def lost_gates(given: BackendInput, instead: str) -> Iterator[Loss]:
    """A loss per Application and step that waits for a person; `instead` says what to do about it."""
    for app in app_deliveries(given):
        places = {d.step.name: d.step.origin.span(("name",)) for d in app.app.deployments}
        for gate in dict.fromkeys(delivery.gate for delivery in app.deliveries if delivery.gate):
            text = f"`{app.label}` waits for approval at the step `{gate}`; here nobody waits"
            yield Loss(text, place=places.get(gate, app.span), help=instead)


def lost_order(given: BackendInput, instead: str = "") -> Iterator[Loss]:
    """A loss per Application whose steps or components have an order."""
    for plan in given.plan.apps:
        app = plan.app
        steps = {deployment.wave for deployment in app.deployments}
        if len(steps) > 1:
            text = f"the {len(steps)} waves of `{app.label}` are delivered at once"
            yield Loss(text, place=app.name_span, help=instead)
        elif len(app.waves) > 1:
            text = f"the components of `{app.label}` do not wait for each other"
            yield Loss(text, place=app.name_span, help=instead)
    yield from lost_stages(given)


def lost_stages(given: BackendInput) -> Iterator[Loss]:
    """A loss per Application some of whose traits are to come before or after their workload."""
    for plan in given.plan.apps:
        if plan.stages:
            listed = ", ".join(
                f"`{trait}` ({stage})" for trait, stage in sorted(plan.stages.items())
            )
            text = f"`{plan.app.label}`: the traits {listed} are applied together with the workload"
            yield Loss(text, "accepted", plan.app.name_span)


def lost_policies(given: BackendInput, *policies: str) -> Iterator[Loss]:
    """A loss per Application and each of these policies (the words of the table above) that marks an object of it."""
    for plan, app in zip(given.plan.apps, given.manifests.apps, strict=True):
        marks = [
            m.marks for group in app.groups for m in group.manifests if m.marks is not NO_MARKS
        ]
        for policy in policies:
            if any(map(_TESTS[policy], marks)):
                name = policy.partition(" ")[0]
                place = next(
                    (p.origin.span(("type",)) for p in plan.app.policies if p.type == name),
                    plan.app.name_span,
                )
                yield Loss(f"`{app.label}`: the policy {policy} has no counterpart", place=place)


def gated_clusters(app: AppDelivery) -> frozenset[str]:
    """The clusters that get nothing of an Application before somebody opened a gate."""
    first = min((delivery.wave for delivery in app.deliveries if delivery.gate), default=None)
    return frozenset(
        d.cluster for d in app.deliveries if d.gate or (first is not None and d.wave > first)
    )
