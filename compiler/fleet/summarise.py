"""Applications to summaries."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from sys import intern
from typing import Any, Final

from velac.compiler.ir.app import AppIR, Step
from velac.compiler.ir.manifest import AppManifests, Manifest
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.summary import AppNeed, AppSummary, ClassSummary, ObjectSummary

_DEPENDS_ON_APP: Final = "depends-on-app"
_ORPHAN: Final = "app.oam.dev/orphan-resource"
_VERSION: Final = "apiVersion: "


def summary_of(manifests: AppManifests, plan: AppPlan) -> AppSummary:
    """The summary of an Application; what it keeps of an object is made once for all classes that share it."""
    app = plan.app
    known: dict[int, ObjectSummary] = {}
    groups = tuple(
        ClassSummary(
            group.clusters,
            tuple([known.get(id(m)) or _object(m, known) for m in group.manifests]),
            tuple([manifest.identity for manifest in group.required]),
        )
        for group in manifests.groups
    )
    return AppSummary(
        manifests.namespace,
        manifests.name,
        groups,
        tuple(_needs(app)),
        tuple(dict.fromkeys((edge.before, edge.after) for edge in app.edges)),
        app.rules.keep_legacy,
        app.rules.ordered,
        _is_orphaning(app),
        manifests.span,
        app.revision_number,
    )


def _object(manifest: Manifest, known: dict[int, ObjectSummary]) -> ObjectSummary:
    origin, marks, text = manifest.origin, manifest.marks, manifest.text
    found = known[id(manifest)] = ObjectSummary(
        manifest.identity,
        # Interned: a fleet has many objects, and few of these texts.
        intern(_version(text)),
        # "component `web`": the name is what stands in backticks.
        intern(origin.owner.partition("`")[2][:-1] or origin.owner),
        origin.role,
        origin.resource,
        marks.collect,
        marks.propagation,
        marks.shared,
        blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
    )
    return found


def _version(text: str) -> str:
    """The version in the line `apiVersion`, which nearly always is the first: building the object would cost more."""
    start = 0 if text.startswith(_VERSION) else text.find("\n" + _VERSION) + 1
    line = text[start : text.find("\n", start)]
    return line.removeprefix(_VERSION).strip("\"'").rpartition("/")[2]


def _is_orphaning(app: AppIR) -> bool:
    """Whether a finalizer says that objects stay when the Application is deleted (semantics 1.5)."""
    metadata = app.raw.get("metadata") if isinstance(app.raw, dict) else None
    finalizers = metadata.get("finalizers") if isinstance(metadata, dict) else None
    return isinstance(finalizers, list) and _ORPHAN in finalizers


def _needs(app: AppIR) -> Iterator[AppNeed]:
    for step in _steps(app.workflow.steps):
        if step.type != _DEPENDS_ON_APP or step.skip or step.properties is None:
            continue
        data: Any = step.properties.data
        name = data.get("name") if isinstance(data, dict) else None
        namespace = data.get("namespace") if isinstance(data, dict) else None
        # Without both the step's own parameters have been complained about.
        if isinstance(name, str) and isinstance(namespace, str):
            yield AppNeed(f"{namespace}/{name}", step.properties.span(("name",)))


def _steps(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from step.sub_steps
