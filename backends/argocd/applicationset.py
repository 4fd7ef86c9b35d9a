"""One ApplicationSet per Application: a generator per wave, waves in turn by progressive syncs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from velac.backends.argocd.application import (
    API,
    GATE,
    WAVE,
    Settings,
    destination_name,
    in_repository,
    manifests_path,
    project_name,
    sync,
)
from velac.backends.delivery import AppDelivery, Delivery, object_name

_VALUE: Final = "{{ .values.%s }}"


def application_set(settings: Settings, app: AppDelivery) -> dict[str, Any]:
    """The ApplicationSet of all clusters of an Application.

    They are made by the controller, wave by wave.
    """
    batches = _batches(settings, app)
    name, path = _parameters(settings, app)
    return {
        "apiVersion": API,
        "kind": "ApplicationSet",
        "metadata": {
            "name": object_name(app.namespace, app.name),
            "namespace": settings["namespace"],
        },
        "spec": {
            "goTemplate": True,
            "goTemplateOptions": ["missingkey=error"],
            "generators": [_generator(settings, app, key, batch) for key, batch in batches.items()],
            "strategy": {
                "type": "RollingSync",
                "rollingSync": {"steps": _steps(batches)},
            },
            "template": {
                "metadata": {
                    "name": name,
                    "namespace": settings["namespace"],
                    "labels": {
                        "app.oam.dev/name": app.name[:63],
                        "app.oam.dev/namespace": app.namespace,
                        WAVE: _VALUE % "wave",
                        GATE: _VALUE % "gate",
                    },
                },
                "spec": {
                    "project": project_name(settings, app),
                    "source": {
                        "repoURL": settings["repoURL"],
                        "targetRevision": settings["revision"],
                        "path": path,
                    },
                    "destination": {"name": _VALUE % "cluster", "namespace": _VALUE % "namespace"},
                    **_sync_policy(settings, app),
                },
            },
        },
    }


_Key = tuple[int, str, str, str]


def _batches(settings: Settings, app: AppDelivery) -> dict[_Key, list[Delivery]]:
    """Deliveries that a generator can take together: one wave, gate and namespace.

    The generators `clusters` and `git` take the cluster's name from the cluster or the directory; a cluster that
    Argo CD knows by another name is a batch of its own.
    """
    batches: dict[_Key, list[Delivery]] = {}
    for delivery in sorted(app.deliveries, key=lambda d: (d.wave, d.gate, d.namespace)):
        cluster = delivery.cluster
        apart = settings["generator"] != "list" and destination_name(settings, cluster) != cluster
        key = (delivery.wave, delivery.gate, delivery.namespace, cluster if apart else "")
        batches.setdefault(key, []).append(delivery)
    return batches


def _sync_policy(settings: Settings, app: AppDelivery) -> dict[str, Any]:
    every = {m.identity: m for group in app.groups for m in group.manifests}
    return sync(settings, every.values(), gated=False, app=app.app)


def _steps(batches: Iterable[_Key]) -> list[dict[str, Any]]:
    """The waves in turn; Applications behind a gate are never synced by the controller (`maxUpdate: 0`)."""
    steps = []
    for wave, gate in dict.fromkeys((wave, gate) for wave, gate, _, _ in batches):
        expressions = [
            {"key": WAVE, "operator": "In", "values": [str(wave)]},
            {"key": GATE, "operator": "In", "values": [_gate_label(gate)]},
        ]
        step: dict[str, Any] = {"matchExpressions": expressions}
        if gate:
            step["maxUpdate"] = 0
        steps.append(step)
    return steps


def _gate_label(gate: str) -> str:
    return object_name(gate) if gate else "none"


def _parameters(settings: Settings, app: AppDelivery) -> tuple[str, str]:
    """Templates of the Application's name and path."""
    stem = f"{app.namespace}.{app.name}"
    match settings["generator"]:
        case "list":
            return "{{ .name }}", "{{ .path }}"
        case "clusters":
            tail = f"manifests/{_VALUE % 'directory'}/{app.namespace}/{app.name}"
            return f"{stem}.{{{{ .nameNormalized }}}}", in_repository(settings, tail)
    return f"{stem}.{_VALUE % 'directory'}", "{{ .path.path }}"


def _generator(
    settings: Settings, app: AppDelivery, key: _Key, batch: Sequence[Delivery]
) -> dict[str, Any]:
    wave, gate, namespace, apart = key
    values = {"wave": str(wave), "gate": _gate_label(gate), "namespace": namespace}
    match settings["generator"]:
        case "list":
            elements = [
                {
                    "name": object_name(app.namespace, app.name, d.cluster),
                    "path": in_repository(settings, manifests_path(app, d.cluster)),
                    "values": {**values, "cluster": destination_name(settings, d.cluster)},
                }
                for d in batch
            ]
            return {"list": {"elements": elements}}
        case "clusters":
            names = [destination_name(settings, d.cluster) for d in batch]
            values |= {"cluster": "{{ .name }}", "directory": apart or "{{ .name }}"}
            expression = {"key": "name", "operator": "In", "values": names}
            return {
                "clusters": {"values": values},
                "selector": {"matchExpressions": [expression]},
            }
    directory = (
        f"{{{{ index .path.segments {in_repository(settings, 'manifests').count('/') + 1} }}}}"
    )
    values |= {
        "cluster": destination_name(settings, apart) if apart else directory,
        "directory": directory,
    }
    directories = [{"path": in_repository(settings, manifests_path(app, d.cluster))} for d in batch]
    return {
        "git": {
            "repoURL": settings["repoURL"],
            "revision": settings["revision"],
            "directories": directories,
            "values": values,
        }
    }
