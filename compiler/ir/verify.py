"""Invariants of the IR. Breaking one is a bug of a pass, never of the input."""

from __future__ import annotations

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.plan import AppPlan


def verify_app(app: AppIR, *, after: str) -> None:
    """Raise Rejected (V904) unless waves cover the components and targets are unique and not empty."""
    problems = []
    names = {component.name for component in app.components}
    waved = [name for wave in app.waves for name in wave]
    if app.waves and (set(waved) != names or len(waved) != len(set(waved))):
        problems.append("waves have to hold every component once")
    for deployment in app.deployments:
        placed = [(t.namespace, cluster) for t in deployment.targets for cluster in t.clusters]
        if len(placed) != len(set(placed)):
            problems.append(
                f"step {deployment.step.name} places twice in one cluster and namespace"
            )
    _raise(problems, f"the pass {after}, Application {app.label}")


def verify_plan(plan: AppPlan, *, after: str) -> None:
    """Raise Rejected (V904) unless every cluster is in one class and every slot has components."""
    problems = []
    clusters = [cluster for group in plan.classes for cluster in group.clusters]
    if len(clusters) != len(set(clusters)):
        problems.append("a cluster is in two classes")
    _raise(problems, f"{after}, Application {plan.app.label}")


def _raise(problems: list[str], where: str) -> None:
    if problems:
        raise Rejected(*(Diagnostic("V904", f"{text} (after {where})") for text in problems))
