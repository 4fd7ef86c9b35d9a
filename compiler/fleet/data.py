"""Summaries as plain data, for shards and the inventory: defaults left out, what classes share written once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.rules import ON_APP_UPDATE
from velac.compiler.ir.summary import AppNeed, AppSummary, ClassSummary, ObjectSummary

Data = dict[str, Any]
Clusters = tuple[str, ...]
_TEXTS: Final = (
    ("component", "component", ""),
    ("trait", "role", ""),
    ("resource", "resource", ""),
    ("strategy", "collect", ON_APP_UPDATE),
    ("propagation", "propagation", ""),
    ("digest", "digest", ""),
)
_ONE: Final[Callable[[Clusters], Any]] = list
_SAME: Final[Callable[[Any], Clusters]] = lambda names: tuple(map(_text, names))  # noqa: E731


def encoded_summary(
    summary: AppSummary, clusters_to_data: Callable[[Clusters], Any] = _ONE
) -> Data:
    """A summary as data; `clusters_to_data` writes the clusters of a class."""
    data: Data = {"namespace": summary.namespace, "name": summary.name}
    data |= encoded_classes(summary.classes, clusters_to_data)
    if summary.needs:
        data["needs"] = [need.label for need in summary.needs]
    if summary.edges:
        data["edges"] = [list(edge) for edge in summary.edges]
    for key, value in (
        ("keepLegacyResource", summary.keep_legacy),
        ("ordered", summary.ordered),
        ("orphan", summary.orphan),
    ):
        if value:
            data[key] = True
    if summary.revision:
        data["revision"] = summary.revision
    return data


def decoded_summary(data: Any, clusters_of_data: Callable[[Any], Clusters] = _SAME) -> AppSummary:
    """The summary that was written. Raises ValueError, TypeError or KeyError for anything else."""
    return AppSummary(
        _text(data["namespace"]),
        _text(data["name"]),
        decoded_classes(data, clusters_of_data),
        tuple(AppNeed(_text(label)) for label in data.get("needs", ())),
        tuple((_text(before), _text(after)) for before, after in data.get("edges", ())),
        data.get("keepLegacyResource", False) is True,
        data.get("ordered", False) is True,
        data.get("orphan", False) is True,
        revision=_number(data.get("revision", 0)),
    )


def encoded_classes(
    classes: Iterable[ClassSummary], clusters_to_data: Callable[[Clusters], Any]
) -> Data:
    """Classes, and each different object of them once."""
    table: dict[ObjectSummary, int] = {}
    rows = []
    for group in classes:
        row: Data = {
            "clusters": clusters_to_data(group.clusters),
            "objects": [table.setdefault(item, len(table)) for item in group.objects],
        }
        if group.required:
            row["required"] = [list(identity) for identity in group.required]
        rows.append(row)
    return {"objects": [encoded_object(item) for item in table], "classes": rows}


def decoded_classes(
    data: Any, clusters_of_data: Callable[[Any], Clusters]
) -> tuple[ClassSummary, ...]:
    """See `encoded_classes`."""
    table = [decoded_object(item) for item in data["objects"]]
    classes = []
    for row in data["classes"]:
        numbers = row["objects"]
        if any(type(n) is not int or not 0 <= n < len(table) for n in numbers):
            raise ValueError(numbers)
        classes.append(
            ClassSummary(
                clusters_of_data(row["clusters"]),
                tuple(table[number] for number in numbers),
                tuple(Identity(*map(_text, item)) for item in row.get("required", ())),
            )
        )
    return tuple(classes)


def encoded_object(item: ObjectSummary) -> Data:
    """An entry as a ResourceTracker has it."""
    identity = item.identity
    data: Data = {
        "apiVersion": f"{identity.group}/{item.version}".lstrip("/"),
        "kind": identity.kind,
        "name": identity.name,
    }
    if identity.namespace:
        data["namespace"] = identity.namespace
    for key, attribute, default in _TEXTS:
        value = getattr(item, attribute)
        if value != default:
            data[key] = value
    if item.shared:
        data["shared"] = True
    return data


def decoded_object(data: Any) -> ObjectSummary:
    """See `encoded_object`."""
    group, _, version = _text(data["apiVersion"]).rpartition("/")
    identity = Identity(
        group, _text(data["kind"]), _text(data.get("namespace", "")), _text(data["name"])
    )
    texts = (_text(data.get(key, default)) for key, _, default in _TEXTS)
    component, role, resource, collect, propagation, digest = texts
    return ObjectSummary(
        identity, version, component, role, resource, collect, propagation,
        data.get("shared", False) is True, digest,
    )  # fmt: skip


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
