"""The delivery of an Application as an object to compare: waves, steps, gates, targets. Objects alone do not show them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Final

from velac.compiler.ir.app import Step
from velac.compiler.ir.manifest import Identity, Manifest, Origin, Plain
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.values import EMPTY, Values
from velac.compiler.show.plan import plan_document
from velac.grammar.yaml_writer import emit

GROUP: Final = "velac"
"""The group of what is not an object of a cluster."""
_DERIVED: Final = frozenset({"changes", "classes", "left", "madeBy", "why"})
"""What follows from other parts of the plan, or shows in the objects."""


def delivery_of(plan: AppPlan, clusters: Set[str]) -> Manifest:
    """What goes where in which order, as a manifest that is never written.

    Of `clusters` only: in others objects come or go, which says enough.
    """
    app = plan.app
    (document,) = plan_document([plan])
    for wave in document["waves"]:
        for step in wave["steps"]:
            for target in step["targets"]:
                target["clusters"] = [name for name in target["clusters"] if name in clusters]
            step["targets"] = [target for target in step["targets"] if target["clusters"]]
    data = _kept(document)
    identity = Identity(GROUP, "Delivery", app.namespace or "default", app.name)
    return Manifest(
        Plain(data), identity, emit(data), Origin("workflow", "plan", "", "", _place(plan))
    )


def clusters_of(plan: AppPlan) -> frozenset[str]:
    """All clusters that the Application goes to."""
    return frozenset(name for group in plan.classes for name in group.clusters)


def _place(plan: AppPlan) -> Values:
    """Where somebody wrote it: the workflow, else the placing policies, else the Application."""
    app = plan.app
    written: list[Step] = [step for step in app.workflow.steps if not step.generated]
    if written and app.workflow.origin.sources:
        return app.workflow.origin
    policies = [p.origin for p in app.policies if p.origin.sources]
    return policies[0] if policies else app.origin or EMPTY


def _kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _kept(item)
            for key, item in value.items()
            if key not in _DERIVED and (item is False or item == 0 or item)
        }
    return [_kept(item) for item in value] if isinstance(value, list) else value
