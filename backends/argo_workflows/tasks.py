"""The tasks of an Application's workflow: what is done, and after what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from velac.compiler.ir.app import AppIR, Deployment, Step
from velac.compiler.ir.manifest import AppManifests
from velac.compiler.ir.policies import STEP_BY_STEP, STEP_GROUP

DEPLOY: Final = "deploy"
SUSPEND: Final = "suspend"
HTTP: Final = "http"


@dataclass(frozen=True, slots=True)
class Task:
    """One task; `what` is DEPLOY, SUSPEND or HTTP, `after` the tasks that it waits for."""

    name: str
    what: str
    step: Step
    after: tuple[str, ...]
    clusters: tuple[str, ...] = ()


def tasks_of(app: AppIR, manifests: AppManifests) -> Iterator[Task]:
    """The tasks of all steps that can be carried out, in workflow order; last what no step deploys.

    That is an Application without a workflow, and objects of policies and traits that stay in the control plane.
    """
    reached: set[str] = set()
    for task in _of_steps(app):
        reached.update(task.clusters)
        yield task
    groups = [group for group in manifests.groups if group.manifests]
    rest = tuple(c for group in groups for c in group.clusters if c not in reached)
    if rest:
        yield Task("without-step", DEPLOY, Step("without-step", DEPLOY, generated=True), (), rest)


def _of_steps(app: AppIR) -> Iterator[Task]:
    deployments: dict[str, list[Deployment]] = {}
    for deployment in app.deployments:
        deployments.setdefault(deployment.step.name, []).append(deployment)
    ends: dict[str, tuple[str, ...]] = {}
    yield from _in_order(app.workflow.steps, app.workflow.mode, (), deployments, ends, app)


def _in_order(
    steps: Sequence[Step],
    mode: str,
    start: tuple[str, ...],
    deployments: dict[str, list[Deployment]],
    ends: dict[str, tuple[str, ...]],
    app: AppIR,
) -> Iterator[Task]:
    """Tasks of steps; `ends` learns which tasks end a step, for those that come after it."""
    last = start
    for step in steps:
        own = [end for name in step.depends_on for end in ends.get(name, ())]
        after = tuple(dict.fromkeys((*(last if mode == STEP_BY_STEP else start), *own)))
        if step.type == STEP_GROUP or step.sub_steps:
            inner: dict[str, tuple[str, ...]] = {}
            made = list(
                _in_order(
                    step.sub_steps, app.workflow.sub_mode, after, deployments, ends | inner, app
                )
            )
            waited = {name for task in made for name in task.after}
            end = tuple(task.name for task in made if task.name not in waited) or after
            for sub in step.sub_steps:
                ends[sub.name] = tuple(t.name for t in made if t.step is sub) or end
        else:
            made = list(_tasks(step, after, deployments.get(step.name, ())))
            end = (made[-1].name,) if made else after
        yield from made
        ends[step.name] = end
        last = end


def _tasks(step: Step, after: tuple[str, ...], deployments: Sequence[Deployment]) -> Iterator[Task]:
    name = step.name or "default"
    if deployments:
        if any(deployment.gate for deployment in deployments):
            gate = f"{name}-approval"
            yield Task(gate, SUSPEND, step, after)
            after = (gate,)
        targets = [target for deployment in deployments for target in deployment.targets]
        clusters = dict.fromkeys(cluster for target in targets for cluster in target.clusters)
        yield Task(name, DEPLOY, step, after, tuple(clusters))
    elif step.type == SUSPEND:
        yield Task(name, SUSPEND, step, after)
    elif http_of(step) is not None:
        yield Task(name, HTTP, step, after)


def http_of(step: Step) -> dict[str, Any] | None:
    """The request of a `request` or `webhook` step; None where the address is not known before it runs."""
    said: dict[str, Any] = (step.properties.data if step.properties else None) or {}
    url = said.get("url")
    if step.type == "webhook" and isinstance(url, dict):
        return _request(url.get("value"), "POST", said.get("data"), {})
    if step.type == "request":
        return _request(url, said.get("method") or "GET", said.get("body"), said.get("header"))
    return None


def _request(url: Any, method: Any, body: Any, headers: Any) -> dict[str, Any] | None:
    # Argo would read `{{` as one of its own variables.
    if not isinstance(url, str) or "{{" in json.dumps([url, body, headers]):
        return None
    out: dict[str, Any] = {"method": method, "url": url}
    if body is not None:
        out["body"] = json.dumps(body, sort_keys=True)
    if headers:
        out["headers"] = [{"name": key, "value": str(headers[key])} for key in sorted(headers)]
    return out
