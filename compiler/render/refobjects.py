"""ref-objects: components made of objects that exist elsewhere (semantics 13.5).

Upstream reads them from a cluster or a URL. A compiler has neither: the objects come from an `ObjectSource`, made of
files that the user gives for this purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import Component
from velac.compiler.ir.values import Path, Values
from velac.compiler.render.report import component_subject
from velac.grammar.node import node

Object = dict[str, Any]

REF_OBJECTS: Final = "ref-objects"
_CLUSTER_STATE: Final = (
    "resourceVersion", "generation", "ownerReferences", "deletionTimestamp", "managedFields", "uid",
    "creationTimestamp",
)  # fmt: skip
_HINT: Final = "write the object into a file below PATH, as `kubectl get -o yaml` prints it"
_HINT_URL: Final = "write its objects into a file below PATH, each annotated with `app.oam.dev/resource-url: <url>`"


@final
@node
class Reference:
    """What a component refers to: objects of a kind or resource by name or labels, or all objects behind a URL.

    `namespace` is the one asked for, else the Application's; `cluster` is empty for the control plane.
    """

    url: str = ""
    resource: str = ""
    group: str = ""
    kind: str = ""
    name: str = ""
    labels: dict[str, str] | None = None
    namespace: str = ""
    cluster: str = ""


ObjectSource = Callable[[Reference], Iterable[Object]]


def with_referred_objects(
    component: Component, namespace: str, source: ObjectSource | None
) -> Component:
    """The component with the objects it refers to in place of the references.

    Raises Rejected when there is no source, or when it does not have an object asked for.
    """
    subject = component_subject(component.name, component.origin, component.properties)
    if source is None:
        subject.reject(
            "V711",
            "the objects it refers to are in a cluster",
            help="write them down with type `k8s-objects`, or give files that hold them",
        )
    objects: list[Object] = []
    places: dict[tuple[str, ...], int] = {}
    missing = []
    for path, reference in _references(component, namespace):
        if reference.labels is not None and reference.name:
            text = "a reference has either `name` or `labelSelector`, not both"
            missing.append(subject.diagnostic("V711", text, path=path))
            continue
        found = list(source(reference))
        if not found:
            hint = _HINT_URL if reference.url else _HINT
            text = f"there is no {_described(reference)}, to which it refers"
            missing.append(subject.diagnostic("V711", text, path=path, help=hint))
        for obj in found:
            # What comes from a URL replaces the same object found by name.
            key = _identity(obj)
            if reference.url and key in places:
                objects[places[key]] = _cleaned(obj)
            else:
                places[key] = len(objects)
                objects.append(_cleaned(obj))
    if missing:
        raise Rejected(*missing)
    sources = component.properties.sources if component.properties is not None else ()
    return replace(component, properties=Values({"objects": objects}, sources))


def _described(reference: Reference) -> str:
    """A reference in words."""
    if reference.url:
        return f"object of {reference.url}"
    what = reference.resource or reference.kind or "object"
    if reference.group:
        what += f".{reference.group}"
    if reference.labels is not None:
        labels = ", ".join(f"{key}={value}" for key, value in sorted(reference.labels.items()))
        return f"{what} with {labels} in namespace `{reference.namespace}`"
    return f"{what} `{reference.name}` in namespace `{reference.namespace}`"


def _identity(obj: Object) -> tuple[str, ...]:
    metadata = obj.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    parts = (
        obj.get("apiVersion"),
        obj.get("kind"),
        metadata.get("namespace"),
        metadata.get("name"),
    )
    return tuple(str(part or "") for part in parts)


def _references(component: Component, namespace: str) -> Iterable[tuple[Path, Reference]]:
    data = component.properties.data if component.properties is not None else None
    data = data if isinstance(data, dict) else {}
    for index, item in enumerate(data.get("objects") or ()):
        labels = item.get("labelSelector")
        yield (
            ("objects", index),
            Reference(
                resource=item.get("resource") or "",
                group=item.get("group") or "",
                kind=item.get("kind") or "",
                name=item.get("name") or ("" if labels else component.name),
                labels=labels or None,
                namespace=item.get("namespace") or namespace,
                cluster=item.get("cluster") or "",
            ),
        )
    for index, url in enumerate(data.get("urls") or ()):
        yield ("urls", index), Reference(url=url)


def _cleaned(obj: Object) -> Object:
    """Without what only the cluster knows."""
    kept = {key: value for key, value in obj.items() if key != "status"}
    metadata = obj.get("metadata")
    if isinstance(metadata, dict):
        kept["metadata"] = {k: v for k, v in metadata.items() if k not in _CLUSTER_STATE}
    spec = obj.get("spec")
    if obj.get("kind") == "Service" and isinstance(spec, dict) and spec.get("clusterIP") != "None":
        kept["spec"] = {k: v for k, v in spec.items() if k not in ("clusterIP", "clusterIPs")}
    return kept
