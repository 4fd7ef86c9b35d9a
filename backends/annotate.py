"""Annotations that a target reads, put on objects; and the paths of fields as targets write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from velac.backends.yamlout import emit
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.manifest import Manifest, ManifestSet
from velac.compiler.ir.plan import Plan

Wanted: TypeAlias = Callable[[AppIR, Manifest], Mapping[str, str]]
_STEP: Final = re.compile(r"[^.\[\]]+")


def annotated(manifests: ManifestSet, plan: Plan, wanted: Wanted) -> ManifestSet:
    """All objects with the annotations that are wanted for them; objects without stay as they are.

    Groups and clusters are shared with the input: the work grows with classes of clusters.
    """
    apps = []
    for app_plan, app in zip(plan.apps, manifests.apps, strict=True):
        groups = tuple(
            replace(g, manifests=tuple(_one(m, wanted(app_plan.app, m)) for m in g.manifests))
            for g in app.groups
        )
        apps.append(replace(app, groups=groups))
    return ManifestSet(tuple(apps), manifests.clusters)


def _one(manifest: Manifest, annotations: Mapping[str, str]) -> Manifest:
    if not annotations:
        return manifest
    obj = manifest.object
    metadata = obj["metadata"]
    more = {**(metadata.get("annotations") or {}), **annotations}
    return replace(manifest, text=emit({**obj, "metadata": {**metadata, "annotations": more}}))


def json_pointer(path: str) -> str:
    """`spec.containers[0].image` as `/spec/containers/0/image`."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in _STEP.findall(path))


def kept_pointers(manifest: Manifest) -> list[str]:
    """The fields that apply-once leaves to the cluster, as JSON pointers; all that an object has for `*`."""
    pointers: list[str] = []
    for path in manifest.marks.drift_paths:
        if path == "*":
            fields = manifest.object.keys() - {"apiVersion", "kind", "metadata", "status"}
            pointers += [json_pointer(field) for field in sorted(fields)]
        else:
            pointers.append(json_pointer(path))
    return pointers
