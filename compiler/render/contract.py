"""What KubeVela adds to every object: labels, annotations, a name, a namespace (semantics 3.7, 3.8).

Labels come in two phases: those of `evaluation_labels` before patches are named (they are part of generated names),
the rest with the Application's own labels and annotations afterwards. Objects are changed in place: they are fresh.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, final

from velac.compiler.cue.leaf import Leaf
from velac.compiler.render.namehash import generated_name
from velac.grammar.record import record

Object = dict[str, Any]
Text = str | Leaf

APP_NAME: Final = "app.oam.dev/name"
APP_COMPONENT: Final = "app.oam.dev/component"
APP_REVISION: Final = "app.oam.dev/appRevision"
APP_NAMESPACE: Final = "app.oam.dev/namespace"
RESOURCE_TYPE: Final = "app.oam.dev/resourceType"
WORKLOAD_TYPE: Final = "workload.oam.dev/type"
TRAIT_TYPE: Final = "trait.oam.dev/type"
TRAIT_RESOURCE: Final = "trait.oam.dev/resource"
AUXILIARY: Final = "AuxiliaryWorkload"
"""The trait type of what a component's own `outputs` make."""

LABEL_FILTER: Final = "filter.oam.dev/label-keys"
ANNOTATION_FILTER: Final = "filter.oam.dev/annotation-keys"
_NEVER_PASSED_ON: Final = (
    "app.oam.dev/inplace-upgrade",
    LABEL_FILTER,
    ANNOTATION_FILTER,
    "kubectl.kubernetes.io/last-applied-configuration",
)


@final
@record
class Contract:
    """What all objects of one Application get; made once per placement by `contract_of`.

    `place` is the namespace that a topology forces on all objects; where it is empty, objects without a namespace
    get `namespace`, that of the Application.
    """

    app: Text
    namespace: Text
    place: Text
    revision: str
    labels: Mapping[str, Text]
    annotations: Mapping[str, Text]
    dropped_annotations: frozenset[str]


def contract_of(
    app: Text,
    namespace: Text,
    place: Text,
    revision: str,
    labels: Mapping[str, Any],
    annotations: Mapping[str, Any],
) -> Contract:
    """The contract of an Application with these labels and annotations, filters applied."""
    # The keys of the label filter are trimmed, those of the annotation filter are not: so `a, b` keeps `b`.
    hidden = {key.strip() for key in _keys(annotations.get(LABEL_FILTER))}
    dropped = frozenset((*_keys(annotations.get(ANNOTATION_FILTER)), *_NEVER_PASSED_ON))
    return Contract(
        app,
        namespace,
        place,
        revision,
        {key: value for key, value in labels.items() if key not in hidden},
        {key: value for key, value in annotations.items() if key not in dropped},
        dropped,
    )


def _keys(text: Any) -> list[str]:
    plain = text.value if isinstance(text, Leaf) else text
    return plain.split(",") if isinstance(plain, str) and plain else []


def evaluation_labels(
    contract: Contract, component: Text, extra: Mapping[str, Text]
) -> dict[str, Text]:
    """The labels of the first phase; `extra` tells workload and trait resources apart."""
    return {
        APP_NAME: contract.app,
        APP_COMPONENT: component,
        APP_REVISION: contract.revision,
        **extra,
    }


def finish_workload(obj: Object, contract: Contract, component: Text, type_: str) -> None:
    """Labels, name and namespace of a component's main object."""
    system = evaluation_labels(contract, component, {WORKLOAD_TYPE: versioned(type_)})
    metadata = metadata_of(obj)
    if not _text(metadata.get("name")):
        metadata["name"] = component
    _finish(obj, metadata, contract, system, "WORKLOAD")


def finish_resource(
    obj: Object, contract: Contract, component: Text, type_: str, resource: Text
) -> None:
    """Labels, name (generated where there is none) and namespace of any other object of a component."""
    kind = versioned(type_)
    system = evaluation_labels(contract, component, {TRAIT_TYPE: kind, TRAIT_RESOURCE: resource})
    metadata = metadata_of(obj)
    if not _text(metadata.get("name")):
        hashed = {key: value for key, value in system.items() if key != APP_REVISION}
        labels = {**_texts(metadata.get("labels")), **hashed}
        labels.pop(APP_REVISION, None)
        unnamed = {key: value for key, value in metadata.items() if key != "name"}
        content = {**obj, "metadata": {**unnamed, "labels": labels}}
        metadata["name"] = generated_name(component, kind, content)
    _finish(obj, metadata, contract, system, "TRAIT")


def finish_policy_object(obj: Object, contract: Contract, policy: Text) -> None:
    """A custom policy's object is named after the policy and gets no Application labels or annotations."""
    metadata = metadata_of(obj)
    metadata["labels"] = {
        **_texts(metadata.get("labels")),
        **evaluation_labels(contract, policy, {}),
    }
    if not _text(metadata.get("name")):
        metadata["name"] = policy
    _place(obj, metadata, contract)


def _finish(
    obj: Object, metadata: Object, contract: Contract, system: dict[str, Text], role: str
) -> None:
    metadata["labels"] = {
        **_texts(metadata.get("labels")),
        **contract.labels,
        **system,
        RESOURCE_TYPE: role,
        APP_NAMESPACE: contract.namespace,
    }
    own = _texts(metadata.get("annotations"))
    for key in contract.dropped_annotations & own.keys():
        del own[key]
    metadata["annotations"] = {**own, **contract.annotations}
    _place(obj, metadata, contract)


def _place(obj: Object, metadata: Object, contract: Contract) -> None:
    """A forced namespace, else the object's own, else the Application's; a Namespace gets none."""
    if obj.get("kind") == "Namespace" and obj.get("apiVersion") == "v1":
        return
    if contract.place:
        metadata["namespace"] = contract.place
    elif not _text(metadata.get("namespace")):
        metadata["namespace"] = contract.namespace


def refer_to_workload(obj: Object, path: str, workload: Object) -> None:
    """Set a trait resource's reference to the workload at a dotted field path (vela pkg/appfile/appfile.go)."""
    here = obj
    *parents, last = path.split(".")
    for label in parents:
        inner = here.get(label)
        if not isinstance(inner, dict):
            inner = here[label] = {}
        here = inner
    here[last] = {
        "apiVersion": workload.get("apiVersion"),
        "kind": workload.get("kind"),
        "name": metadata_of(workload).get("name"),
    }


def metadata_of(obj: Object) -> Object:
    """The metadata of an object, made when it has none."""
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        metadata = obj["metadata"] = {}
    return metadata


def versioned(type_: str) -> str:
    """The type as labels hold it: `name@v1` is the definition revision `name-v1`."""
    return type_.replace("@", "-", 1)


def _text(value: Any) -> bool:
    plain = value.value if isinstance(value, Leaf) else value
    return isinstance(plain, str) and plain != ""


def _texts(value: Any) -> dict[str, Text]:
    """A map of texts; Go takes the whole map for absent when one value is something else."""
    if not isinstance(value, dict):
        return {}
    for item in value.values():
        plain = item.value if isinstance(item, Leaf) else item
        if not isinstance(plain, str):
            return {}
    return dict(value)
