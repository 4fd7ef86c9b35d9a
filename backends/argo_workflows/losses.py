"""What an Argo workflow does not carry out."""

from __future__ import annotations

from collections.abc import Iterator

from velac.backends.argo_workflows.tasks import tasks_of
from velac.backends.delivery import plan_losses
from velac.backends.lost import lost_policies
from velac.compiler.ir.backend import BackendInput, Loss


def losses(given: BackendInput) -> Iterator[Loss]:
    """Steps without a task, conditions, states in between, time limits and policies."""
    carried = {
        f"`{plan.app.label}`: step `{task.step.name}` ("
        for plan, app in zip(given.plan.apps, given.manifests.apps, strict=True)
        for task in tasks_of(plan.app, app)
    }
    for loss in plan_losses(given, "Argo Workflows"):
        if not loss.what.startswith(tuple(carried)):
            yield loss
    for plan in given.plan.apps:
        for step in plan.app.workflow.steps:
            for one in (step, *step.sub_steps):
                if one.timeout or one.inputs:
                    what = "timeout" if one.timeout else "inputs"
                    text = f"`{plan.app.label}`: the {what} of step `{one.name}` are not passed on"
                    yield Loss(text, place=one.origin.span(("name",)))
    yield from lost_policies(given, "apply-once", "garbage-collect", "take-over", "resource-update")
