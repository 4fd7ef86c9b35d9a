"""Label selectors, and the Namespaces of objects as far as files say what they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, final

from velac.compiler.ir.scope import is_cluster_scoped
from velac.compiler.lint.object_view import ObjectView, dig

NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The label that every Namespace has from the API server."""
_OPERATORS: Final = ("In", "NotIn", "Exists", "DoesNotExist")

Piece = tuple[Mapping[str, Any] | None, tuple[str, ...]]
"""A Namespace object, None where no file says it, and the clusters for which that holds."""


def problems_of(selector: Any) -> Iterator[str]:
    """Why a label selector cannot be evaluated."""
    if selector is None:
        return
    if not isinstance(selector, Mapping):
        yield "the selector is no mapping"
        return
    labels, expressions = selector.get("matchLabels"), selector.get("matchExpressions")
    if labels is not None and not isinstance(labels, Mapping):
        yield "`matchLabels` is no mapping"
    if expressions is not None and not isinstance(expressions, list):
        yield "`matchExpressions` is no list"
        return
    for item in expressions or ():
        operator = item.get("operator") if isinstance(item, Mapping) else None
        if operator not in _OPERATORS or not isinstance(item.get("key"), str):
            yield f"a selector has a `key` and an operator of {', '.join(_OPERATORS)}"
        elif operator in _OPERATORS[:2] and not isinstance(item.get("values"), list):
            yield f"`{operator}` needs `values`"


def selects(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a sound label selector fits; an empty one fits everything."""
    if not selector:
        return True
    wanted = selector.get("matchLabels") or {}
    if any(key not in labels or labels[key] != value for key, value in wanted.items()):
        return False
    return all(_fits(item, labels) for item in selector.get("matchExpressions") or ())


def _fits(item: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    there = item["key"] in labels
    match item["operator"]:
        case "In":
            return there and labels[item["key"]] in item["values"]
        case "NotIn":
            return not there or labels[item["key"]] not in item["values"]
        case "Exists":
            return there
    return not there


def asks_only_the_name(selector: Any) -> bool:
    """Whether a sound selector of Namespaces can be answered without knowing their labels."""
    keys = [*(selector.get("matchLabels") or ())]
    keys += [item["key"] for item in selector.get("matchExpressions") or ()]
    return all(key == NAME_LABEL for key in keys)


def labels_of(data: Any) -> Mapping[str, Any]:
    """The labels of an object."""
    found = dig(data, ("metadata", "labels"))
    return found if isinstance(found, Mapping) else {}


@final
class Namespaces:
    """The Namespace objects among the manifests, by cluster; for other clusters those beside the policies."""

    __slots__ = ("_beside", "_known", "_views")

    def __init__(self, views: Iterable[ObjectView], beside: Sequence[Mapping[str, Any]]) -> None:
        self._views: Final[dict[str, list[ObjectView]]] = {}
        for view in views:
            self._views.setdefault(view.name, []).append(view)
        self._beside: Final = {str(dig(data, ("metadata", "name"))): data for data in beside}
        self._known: Final[dict[tuple[str, tuple[str, ...]], list[Piece]]] = {}

    def of(self, view: ObjectView) -> list[Piece]:
        """The Namespace of an object in each of its clusters."""
        key = (view.namespace, view.clusters)
        if key not in self._known:
            self._known[key] = self._pieces(*key)
        return self._known[key]

    def _pieces(self, name: str, clusters: tuple[str, ...]) -> list[Piece]:
        pieces: list[Piece] = []
        left = dict.fromkeys(clusters)
        for found in self._views.get(name, ()):
            there = tuple(cluster for cluster in found.clusters if cluster in left)
            if there:
                pieces.append((found.data, there))
            for cluster in there:
                del left[cluster]
        if left:
            pieces.append((self._beside.get(name), tuple(left)))
        return pieces


def has_no_namespace(view: ObjectView) -> bool:
    """Whether an object lies in no Namespace."""
    return is_cluster_scoped(view.api_version.rpartition("/")[0], view.kind)


def with_name_label(name: str, namespace: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The labels of a Namespace as the API server keeps them; None is one nothing else is known of."""
    return {**labels_of(namespace), NAME_LABEL: name}
