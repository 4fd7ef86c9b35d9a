"""The objects that a class of clusters gets from one Application, and what other Applications give the same clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from velac.compiler.ir.manifest import ManifestSet
from velac.compiler.ir.scope import is_cluster_scoped
from velac.compiler.ir.values import Json
from velac.compiler.lint.object_view import ObjectView

Place = tuple[str, str]
"""A kind and a namespace."""


@final
class FleetIndex:
    """Who provides what: names and pod labels by kind and namespace, with the clusters that have them."""

    __slots__ = ("_labels", "_names")

    def __init__(self, manifests: ManifestSet, views: Mapping[int, ObjectView]) -> None:
        self._names: Final[dict[tuple[str, str, str], set[tuple[str, ...]]]] = {}
        self._labels: Final[dict[str, dict[tuple[str, Any], list[ObjectView]]]] = {}
        for app in manifests.apps:
            for group in app.groups:
                for manifest in group.manifests:
                    one = manifest.identity
                    key = (one.kind, one.namespace, one.name)
                    self._names.setdefault(key, set()).add(group.clusters)
        for view in views.values():
            pod = view.pod()
            table = self._labels.setdefault(view.namespace, {})
            for label in pod.labels.items() if pod is not None else ():
                if isinstance(label[1], str):
                    table.setdefault(label, []).append(view)

    def missing(
        self, kind: str, namespace: str, name: str, clusters: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Those of the clusters that get no object of this kind and name."""
        groups = self._names.get((kind, namespace, name), set())
        if clusters in groups:
            return ()
        return _without(clusters, groups)

    def unselected(
        self, namespace: str, selector: Mapping[str, Any], clusters: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Those of the clusters in which the labels select no pod."""
        table = self._labels.get(namespace, {})
        lists = [table.get((key, value), []) for key, value in selector.items() if _hashable(value)]
        if len(lists) < len(selector) or not lists:
            return clusters if selector else ()
        candidates = min(lists, key=len)
        fitting = [view.clusters for view in candidates if _has(view, selector)]
        return () if clusters in fitting else _without(clusters, fitting)


def _hashable(value: Json) -> bool:
    return isinstance(value, str)


def _has(view: ObjectView, selector: Mapping[str, Any]) -> bool:
    pod = view.pod()
    return pod is not None and selector.items() <= pod.labels.items()


def _without(clusters: tuple[str, ...], groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    left = dict.fromkeys(clusters)
    for group in groups:
        for name in group:
            left.pop(name, None)
    return tuple(left)


@final
@dataclass(slots=True)
class GroupView:
    """The objects of one Application in one class of clusters."""

    clusters: tuple[str, ...]
    objects: tuple[ObjectView, ...]
    index: FleetIndex
    production: frozenset[str] = frozenset()
    """Clusters that their labels call production."""

    def is_production(self, cluster: str) -> bool:
        """Whether a cluster is one of production."""
        return cluster in self.production

    def of(self, *kinds: str) -> Iterator[ObjectView]:
        """The objects of some kinds."""
        return (view for view in self.objects if view.kind in kinds)

    def lacks(self, kind: str, view: ObjectView, name: str) -> bool:
        """Whether some cluster of the class has no object of this kind and name beside `view`."""
        group = "" if kind in ("Service", "Secret", "ConfigMap", "ServiceAccount") else kind
        namespace = "" if is_cluster_scoped(group, kind) else view.namespace
        return bool(self.index.missing(kind, namespace, name, self.clusters))

    def selects_nothing(self, view: ObjectView, selector: Mapping[str, Any]) -> bool:
        """Whether the labels select no pod in some cluster of the class."""
        return bool(self.index.unselected(view.namespace, selector, self.clusters))
