"""`<namespace>/<app>/workflowtemplate.yaml`."""

from __future__ import annotations

from typing import Any, Final

from velac.backends.argo_workflows.tasks import DEPLOY, HTTP, Task, http_of, tasks_of
from velac.backends.delivery import object_name
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.backend import BackendInput, Files
from velac.grammar.yaml_writer import emit

Json = dict[str, Any]
_APPLY: Final = """set -eu
for cluster in $CLUSTERS; do
  file="/manifests/$FOLDER$cluster/$APPLICATION/manifest.yaml"
  if [ -f "$file" ]; then kubectl --context "$cluster" apply --server-side -f "$file"; fi
done
"""
"""Values come as variables: nothing of an Application is part of the script."""


def files(given: BackendInput) -> Files:
    """A WorkflowTemplate per Application that has anything to do."""
    for plan, app in zip(given.plan.apps, given.manifests.apps, strict=True):
        tasks = list(tasks_of(plan.app, app))
        if tasks:
            template = _template(plan.app, f"{app.namespace}/{app.name}", tasks, given)
            yield f"{app.namespace}/{app.name}/workflowtemplate.yaml", emit(template).encode()


def _template(app: AppIR, label: str, tasks: list[Task], given: BackendInput) -> Json:
    settings = given.settings
    spec: Json = {
        "entrypoint": "workflow",
        "templates": [
            {"name": "workflow", "dag": {"tasks": [_task(task) for task in tasks]}},
            *(_step(task) for task in tasks if task.what != DEPLOY),
        ],
    }
    if any(task.what == DEPLOY for task in tasks):
        spec["templates"].append(_apply(label, given))
        secret = {"secretName": settings["kubeconfig"]}
        spec["volumes"] = [{"name": "kubeconfig", "secret": secret}]
    if settings["serviceAccount"]:
        spec["serviceAccountName"] = settings["serviceAccount"]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {
            "name": object_name(*label.split("/")),
            "namespace": settings["namespace"],
        },
        "spec": spec,
    }


def _task(task: Task) -> Json:
    out: Json = {"name": task.name, "template": "apply" if task.what == DEPLOY else task.name}
    if task.after:
        out["dependencies"] = list(task.after)
    if task.what == DEPLOY:
        value = " ".join(task.clusters)
        out["arguments"] = {"parameters": [{"name": "clusters", "value": value}]}
    return out


def _step(task: Task) -> Json:
    if task.what == HTTP:
        return {"name": task.name, "http": http_of(task.step)}
    said: Json = (task.step.properties.data if task.step.properties else None) or {}
    duration = said.get("duration") if task.step.type == "suspend" else None
    return {"name": task.name, "suspend": {"duration": str(duration)} if duration else {}}


def _apply(label: str, given: BackendInput) -> Json:
    settings = given.settings
    folder = f"{settings['path'].strip('/')}/" if settings["path"].strip("/") else ""
    git = {"repo": settings["repoURL"], "revision": settings["revision"]}
    variables = {
        "APPLICATION": label,
        "CLUSTERS": "{{inputs.parameters.clusters}}",
        "FOLDER": folder,
        "KUBECONFIG": "/kubeconfig/config",
    }
    return {
        "name": "apply",
        "inputs": {
            "artifacts": [{"name": "manifests", "path": "/manifests", "git": git}],
            "parameters": [{"name": "clusters"}],
        },
        "container": {
            "image": settings["image"],
            "command": ["sh", "-c", _APPLY],
            "env": [{"name": name, "value": value} for name, value in variables.items()],
            "volumeMounts": [{"name": "kubeconfig", "mountPath": "/kubeconfig", "readOnly": True}],
        },
    }
