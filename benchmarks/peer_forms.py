"""The same fleet as a team would keep it for kustomize and for helm: plain and short, one variant per cluster.

kustomize: a base with the objects, and an overlay per cluster that sets the images. helm: one chart whose templates
run over the components, and a values file per cluster. Both make the objects that velac's fleet has (Deployment,
Service, HorizontalPodAutoscaler, ConfigMap of each component) with the same names, images and values. Only fleets
with one class per cluster and the first two traits have these forms.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.fleet import NAMESPACE, Fleet, Part, parts_of

_TRAITS: Final = 2


def write_kustomize(fleet: Fleet, directory: Path) -> list[str]:
    """Write base and overlays; the overlay directories relative to `directory`, one per cluster."""
    _check(fleet)
    base = directory / "base"
    base.mkdir(parents=True, exist_ok=True)
    parts = _all_parts(fleet)
    for part in parts:
        text = "---\n".join(json.dumps(obj, indent=2) + "\n" for obj in objects_of(fleet, part))
        (base / f"{part.name}.yaml").write_text(text, encoding="utf-8")
    names = "".join(f"- {part.name}.yaml\n" for part in parts)
    (base / "kustomization.yaml").write_text(f"resources:\n{names}", encoding="utf-8")
    overlays = [f"overlays/{cluster}" for cluster in fleet.cluster_names]
    for group, overlay in enumerate(overlays):
        (directory / overlay).mkdir(parents=True, exist_ok=True)
        path = directory / overlay / "kustomization.yaml"
        path.write_text("".join(_kustomization(fleet, parts, group)), encoding="utf-8")
    return overlays


def write_helm(fleet: Fleet, directory: Path) -> list[str]:
    """Write the chart and the values; the values files relative to `directory`, one per cluster."""
    _check(fleet)
    chart = directory / "chart"
    (chart / "templates").mkdir(parents=True, exist_ok=True)
    (chart / "Chart.yaml").write_text(
        "apiVersion: v2\nname: fleet\nversion: 1.0.0\n", encoding="utf-8"
    )
    (chart / "templates/component.yaml").write_text(_CHART_TEMPLATE, encoding="utf-8")
    parts = _all_parts(fleet)
    values = {"components": {part.name: _values(fleet, part) for part in parts}}
    (chart / "values.yaml").write_text(json.dumps(values, indent=2), encoding="utf-8")
    (directory / "values").mkdir(exist_ok=True)
    files = [f"values/{cluster}.yaml" for cluster in fleet.cluster_names]
    for group, name in enumerate(files):
        images = {p.name: {"image": fleet.image(p.app, p.name, group)} for p in parts}
        (directory / name).write_text(
            json.dumps({"components": images}, indent=2), encoding="utf-8"
        )
    return files


def _check(fleet: Fleet) -> None:
    if fleet.classes != fleet.clusters or fleet.traits != _TRAITS or fleet.shared:
        raise ValueError(f"fleet {fleet.name} has no form for kustomize and helm")


def _all_parts(fleet: Fleet) -> list[Part]:
    return [part for app in fleet.app_names for part in parts_of(fleet, app)]


# ------------------------------------------------------------------------------------------------------- kustomize


def _kustomization(fleet: Fleet, parts: list[Part], group: int) -> Iterator[str]:
    yield "resources:\n- ../../base\nimages:\n"
    for part in parts:
        name, _, tag = fleet.image(part.app, part.name, group).rpartition(":")
        yield f"- name: {name}\n  newTag: {json.dumps(tag)}\n"


def objects_of(fleet: Fleet, part: Part) -> list[dict[str, Any]]:
    """The objects of a component, as written by hand."""
    traits = dict(part.traits)
    hpa, config = traits["hpa"], traits["storage"]["configMap"][0]
    return [
        _deployment(fleet, part, config),
        {
            **_head("v1", "Service", part.name, part),
            "spec": {
                "selector": _labels(part),
                "type": "ClusterIP",
                "ports": [
                    {"name": "http", "port": part.port, "targetPort": part.port, "protocol": "TCP"}
                ],
            },
        },
        {
            **_head("autoscaling/v2", "HorizontalPodAutoscaler", part.name, part),
            "spec": {
                "scaleTargetRef": {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": part.name,
                },
                "minReplicas": hpa["min"],
                "maxReplicas": hpa["max"],
                "metrics": [_cpu_metric(hpa["cpu"]["value"])],
            },
        },
        {**_head("v1", "ConfigMap", config["name"], part), "data": config["data"]},
    ]


def _deployment(fleet: Fleet, part: Part, config: dict[str, Any]) -> dict[str, Any]:
    amounts = {"cpu": part.cpu, "memory": part.memory}
    container = {
        "name": part.name,
        "image": fleet.image(part.app, part.name),
        "ports": [{"containerPort": part.port, "name": "http", "protocol": "TCP"}],
        "env": [{"name": key, "value": value} for key, value in part.env.items()],
        "resources": {"requests": amounts, "limits": amounts},
        "volumeMounts": [{"name": "config", "mountPath": config["mountPath"]}],
    }
    volume = {"name": "config", "configMap": {"name": config["name"], "defaultMode": 420}}
    return {
        **_head("apps/v1", "Deployment", part.name, part),
        "spec": {
            "selector": {"matchLabels": _labels(part)},
            "template": {
                "metadata": {"labels": _labels(part)},
                "spec": {"containers": [container], "volumes": [volume]},
            },
        },
    }


def _cpu_metric(percent: int) -> dict[str, Any]:
    target = {"type": "Utilization", "averageUtilization": percent}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def _head(version: str, kind: str, name: str, part: Part) -> dict[str, Any]:
    labels = {**_labels(part), "app.oam.dev/name": part.app, "app.oam.dev/namespace": NAMESPACE}
    metadata = {"name": name, "namespace": NAMESPACE, "labels": labels}
    return {"apiVersion": version, "kind": kind, "metadata": metadata}


def _labels(part: Part) -> dict[str, str]:
    return {"app.oam.dev/component": part.name}


# ------------------------------------------------------------------------------------------------------------ helm


def _values(fleet: Fleet, part: Part) -> dict[str, Any]:
    traits = dict(part.traits)
    config = traits["storage"]["configMap"][0]
    return {
        "app": part.app,
        "image": fleet.image(part.app, part.name),
        "port": part.port,
        "env": part.env,
        "resources": {"cpu": part.cpu, "memory": part.memory},
        "scale": {**traits["hpa"], "cpu": traits["hpa"]["cpu"]["value"]},
        "config": {"path": config["mountPath"], "data": config["data"]},
    }


_CHART_TEMPLATE: Final = """\
{{- define "fleet.metadata" }}
  namespace: fleet
  labels:
    app.oam.dev/component: {{ .name }}
    app.oam.dev/name: {{ .app }}
    app.oam.dev/namespace: fleet
{{- end }}
{{- range $name, $c := .Values.components }}
{{- $about := dict "name" $name "app" $c.app }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  {{- include "fleet.metadata" $about }}
spec:
  selector:
    matchLabels:
      app.oam.dev/component: {{ $name }}
  template:
    metadata:
      labels:
        app.oam.dev/component: {{ $name }}
    spec:
      containers:
      - name: {{ $name }}
        image: {{ $c.image }}
        ports:
        - {containerPort: {{ $c.port }}, name: http, protocol: TCP}
        env:
        {{- range $key, $value := $c.env }}
        - name: {{ $key }}
          value: {{ $value | quote }}
        {{- end }}
        resources:
          requests: {{ toJson $c.resources }}
          limits: {{ toJson $c.resources }}
        volumeMounts:
        - {name: config, mountPath: {{ $c.config.path }}}
      volumes:
      - name: config
        configMap:
          name: {{ $name }}-config
          defaultMode: 420
---
apiVersion: v1
kind: Service
metadata:
  name: {{ $name }}
  {{- include "fleet.metadata" $about }}
spec:
  type: ClusterIP
  selector:
    app.oam.dev/component: {{ $name }}
  ports:
  - {name: http, port: {{ $c.port }}, targetPort: {{ $c.port }}, protocol: TCP}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  {{- include "fleet.metadata" $about }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: {{ $name }}}
  minReplicas: {{ $c.scale.min }}
  maxReplicas: {{ $c.scale.max }}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target:
        type: Utilization
        averageUtilization: {{ $c.scale.cpu }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}-config
  {{- include "fleet.metadata" $about }}
data:
  {{- range $key, $value := $c.config.data }}
  {{ $key }}: {{ toJson $value }}
  {{- end }}
{{- end }}
"""
