"""ref-objects: components made of objects that exist elsewhere (semantics 13.5).

Upstream reads them from a cluster or a URL. A compiler has neither: the objects come from an `ObjectSource`, made of
files that the user gives for this purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final, final

from velac.compiler.ir.app import Component
from velac.compiler.ir.values import Values
from velac.compiler.render.report import component_subject
from velac.grammar.node import node

Object = dict[str, Any]

REF_OBJECTS: Final = "ref-objects"
_CLUSTER_STATE: Final = (
    "resourceVersion", "generation", "ownerReferences", "deletionTimestamp", "managedFields", "uid",
    "creationTimestamp",
)  # fmt: skip


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
    for reference in _references(component, namespace):
        found = [_cleaned(obj) for obj in source(reference)]
        if not found:
            what = reference.url or f"{reference.resource or reference.kind} `{reference.name}`"
            subject.reject("V711", f"nothing is known about {what}, to which it refers")
        objects += found
    sources = component.properties.sources if component.properties is not None else ()
    return replace(component, properties=Values({"objects": objects}, sources))


def _references(component: Component, namespace: str) -> Iterable[Reference]:
    data = component.properties.data if component.properties is not None else None
    data = data if isinstance(data, dict) else {}
    for item in data.get("objects") or ():
        labels = item.get("labelSelector")
        yield Reference(
            resource=item.get("resource") or "",
            group=item.get("group") or "",
            kind=item.get("kind") or "",
            name=item.get("name") or ("" if labels else component.name),
            labels=labels,
            namespace=item.get("namespace") or namespace,
            cluster=item.get("cluster") or "",
        )
    for url in data.get("urls") or ():
        yield Reference(url=url)


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
