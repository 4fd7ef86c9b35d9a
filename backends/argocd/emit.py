"""All files for Argo CD.

argocd/root.yaml                                  applied once by a person: brings everything else
argocd/root/projects/<namespace>.yaml             AppProject
argocd/root/applications/<namespace>/<app>.yaml   ApplicationSet, or the Application of Applications below
argocd/applications/<namespace>/<app>/<cluster>.yaml
manifests/<cluster>/<namespace>/<app>/…           as the backend `plain` lays them out
plugin/plugin.yaml                                how Argo CD runs velac itself
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from velac.backends.annotate import annotated
from velac.backends.argocd.application import (
    API,
    IN_CLUSTER,
    SYNC_WAVE,
    Settings,
    application,
    destination_name,
    manifests_path,
    object_annotations,
    project_name,
    source,
)
from velac.backends.argocd.applicationset import application_set
from velac.backends.delivery import AppDelivery, app_deliveries, object_levels, object_name
from velac.backends.plain.emit import manifest_files
from velac.backends.yamlout import emit as yaml_text
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.backend import BackendInput, Files
from velac.compiler.ir.manifest import Manifest, ManifestSet
from velac.compiler.ir.scope import is_cluster_scoped


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    settings = given.settings
    apps = list(app_deliveries(given))
    yield from _file("argocd/root.yaml", _root(settings))
    if not settings["project"]:
        yield from _projects(settings, apps)
    for app in apps:
        yield from _delivered(settings, app)
    for path, content in manifest_files(_manifests(given), given.layout):
        yield f"manifests/{path}", content
    if settings["hydrator"]:
        for app in apps:
            yield from _hydrated(settings, app)
    if settings["plugin"]:
        yield from _file("plugin/plugin.yaml", PLUGIN)


def _file(path: str, obj: dict[str, Any]) -> Files:
    yield path, yaml_text(obj).encode()


def _manifests(given: BackendInput) -> ManifestSet:
    settings = given.settings
    levels = {id(plan.app): object_levels(plan) for plan in given.plan.apps}

    def wanted(app: AppIR, manifest: Manifest) -> dict[str, str]:
        return object_annotations(settings, levels[id(app)](manifest), manifest)

    return annotated(given.manifests, given.plan, wanted)


# ------------------------------------------------------------------------------------ Applications of Applications


def _root(settings: Settings) -> dict[str, Any]:
    return _parent(settings, "velac", "argocd/root", {"directory": {"recurse": True}})


def _parent(
    settings: Settings, name: str, path: str, more: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An Application whose objects are Argo CD's own, so it lives beside Argo CD."""
    policy: dict[str, Any] = {"automated": {"prune": settings["prune"], "selfHeal": True}}
    return {
        "apiVersion": API,
        "kind": "Application",
        "metadata": {"name": name, "namespace": settings["namespace"]},
        "spec": {
            "project": "default",
            "source": {**source(settings, path), **(more or {})},
            "destination": {"name": IN_CLUSTER, "namespace": settings["namespace"]},
            "syncPolicy": policy,
        },
    }


def _delivered(settings: Settings, app: AppDelivery) -> Files:
    path = f"argocd/root/applications/{app.namespace}/{app.name}.yaml"
    if settings["generator"] != "application":
        yield from _file(path, application_set(settings, app))
        return
    below = f"argocd/applications/{app.namespace}/{app.name}"
    yield from _file(path, _parent(settings, object_name(app.namespace, app.name), below))
    for delivery in app.deliveries:
        yield from _file(f"{below}/{delivery.cluster}.yaml", application(settings, app, delivery))


# ---------------------------------------------------------------------------------------------------- projects


def _projects(settings: Settings, apps: list[AppDelivery]) -> Files:
    """A project per namespace of Applications; it allows what they need and no more."""
    by_namespace: dict[str, list[AppDelivery]] = {}
    for app in apps:
        by_namespace.setdefault(app.namespace, []).append(app)
    for namespace, group in by_namespace.items():
        obj = {
            "apiVersion": API,
            "kind": "AppProject",
            "metadata": {
                "name": project_name(settings, group[0]),
                "namespace": settings["namespace"],
                # Before the Applications that refer to it.
                "annotations": {SYNC_WAVE: "-1"},
            },
            "spec": {
                "description": f"Applications of the namespace {namespace}",
                "sourceRepos": [settings["repoURL"]],
                "destinations": [
                    {"name": cluster, "namespace": place}
                    for cluster, place in _destinations(settings, group)
                ],
                "clusterResourceWhitelist": [
                    {"group": api_group, "kind": kind} for api_group, kind in _cluster_kinds(group)
                ],
            },
        }
        yield from _file(f"argocd/root/projects/{namespace}.yaml", obj)


def _destinations(settings: Settings, apps: list[AppDelivery]) -> list[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for app in apps:
        for group in app.groups:
            places = {m.identity.namespace for m in group.manifests} - {""}
            found.update((destination_name(settings, c), p) for c in group.clusters for p in places)
        for delivery in app.deliveries:
            found.add((destination_name(settings, delivery.cluster), delivery.namespace))
    return sorted(found)


def _cluster_kinds(apps: list[AppDelivery]) -> list[tuple[str, str]]:
    """Kinds without a namespace among the objects; namespaces are made by `CreateNamespace`."""
    found = {("", "Namespace")}
    for app in apps:
        for group in app.groups:
            for manifest in group.manifests:
                key = (manifest.identity.group, manifest.identity.kind)
                if is_cluster_scoped(*key) or not manifest.identity.namespace:
                    found.add(key)
    return sorted(found)


# ----------------------------------------------------------------------------------------- hydrator and plugin


def _hydrated(settings: Settings, app: AppDelivery) -> Iterator[tuple[str, bytes]]:
    for delivery in app.deliveries:
        folder = manifests_path(app, delivery.cluster)
        command = f"velac build --print {delivery.cluster}"
        metadata = {"repoURL": settings["repoURL"], "commands": [command]}
        if settings["drySha"]:
            metadata["drySha"] = settings["drySha"]
        yield f"{folder}/hydrator.metadata", (json.dumps(metadata, indent=2) + "\n").encode()
        yield f"{folder}/README.md", _readme(app, delivery.cluster, command).encode()


def _readme(app: AppDelivery, cluster: str, command: str) -> str:
    return (
        f"# {app.label} on {cluster}\n\n"
        "Written by velac; edit the Application instead, and build again.\n"
        "All objects of this cluster are printed, at the root of the Applications' repository, by\n\n"
        f"```shell\n{command}\n```\n"
    )


PLUGIN: Final = {
    "apiVersion": API,
    "kind": "ConfigManagementPlugin",
    "metadata": {"name": "velac"},
    "spec": {
        "version": "v1",
        "discover": {"fileName": "velac.yaml"},
        # The cluster's name stays one argument, whatever is in it.
        "generate": {"command": ["sh", "-c", 'exec velac build --print="$PARAM_CLUSTER"']},
        "parameters": {
            "static": [
                {
                    "name": "cluster",
                    "title": "cluster whose manifests are wanted",
                    "required": True,
                    "string": "local",
                }
            ]
        },
    },
}
