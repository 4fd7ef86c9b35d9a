"""The objects that a class of clusters gets from one Application, and what other Applications give the same clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, final

from velac.compiler.ir.scope import is_cluster_scoped
from velac.compiler.lint.object_view import POD_KINDS, ObjectView

Label = tuple[str, Any]


Clusters = tuple[str, ...]


@final
class Reach:
    """Sets of clusters that have something. Those of a class are one tuple, which is known by its identity."""

    __slots__ = ("_all", "_known")

    def __init__(self) -> None:
        self._known: Final[dict[int, Clusters]] = {}
        self._all: frozenset[str] | None = None

    def add(self, groups: Iterable[Clusters]) -> None:
        """Add sets of clusters."""
        for clusters in groups:
            self._known[id(clusters)] = clusters

    def lacking(self, clusters: Clusters) -> Clusters:
        """Those of the clusters that are in none of the sets; nothing is added afterwards."""
        if id(clusters) in self._known:
            return ()
        if self._all is None:
            self._all = frozenset().union(*self._known.values())
        return tuple([name for name in clusters if name not in self._all])


_NOWHERE: Final = Reach()


@final
class FleetIndex:
    """Who provides what: names and pod labels by kind and namespace, with the clusters that have them.

    A kind, or the labels of a namespace, are looked through when a rule asks about them for the first time.
    """

    __slots__ = ("_by_kind", "_labels", "_names", "_pods")

    def __init__(self, by_kind: Mapping[str, Sequence[ObjectView]]) -> None:
        self._by_kind: Final = by_kind
        self._names: Final[dict[str, dict[tuple[str, str], Reach]]] = {}
        self._labels: Final[dict[str, dict[Label, dict[frozenset[Label], Reach]]]] = {}
        self._pods: dict[str, list[ObjectView]] | None = None

    def missing(self, kind: str, namespace: str, name: str, clusters: Clusters) -> Clusters:
        """Those of the clusters that get no object of this kind and name."""
        table = self._names.get(kind)
        if table is None:
            table = self._names[kind] = {}
            for view in self._by_kind.get(kind, ()):
                table.setdefault((view.namespace, view.name), Reach()).add(view.groups)
        return table.get((namespace, name), _NOWHERE).lacking(clusters)

    def unselected(
        self, namespace: str, selector: Mapping[str, Any], clusters: Clusters
    ) -> Clusters:
        """Those of the clusters in which the labels select no pod."""
        wanted = [item for item in selector.items() if isinstance(item[1], str)]
        if len(wanted) < len(selector) or not wanted:
            return clusters if selector else ()
        table = self._labels_in(namespace)
        candidates = min((table.get(item, {}) for item in wanted), key=len)
        fitting = [reach for labels, reach in candidates.items() if labels.issuperset(wanted)]
        left = clusters
        for reach in fitting:
            left = reach.lacking(left)
            if not left:
                return ()
        return left

    def _labels_in(self, namespace: str) -> dict[Label, dict[frozenset[Label], Reach]]:
        """The labels of the pods of a namespace, each with all the sets of labels that hold it."""
        table = self._labels.get(namespace)
        if table is None:
            table = self._labels[namespace] = {}
            whole: dict[frozenset[Label], Reach] = {}
            for view in self._with_pods(namespace):
                found = (view.pod_labels or {}).items()
                labels = frozenset(item for item in found if isinstance(item[1], str))
                reach = whole.get(labels)
                if reach is None:
                    reach = whole[labels] = Reach()
                    for item in sorted(labels):
                        table.setdefault(item, {})[labels] = reach
                reach.add(view.groups)
        return table

    def _with_pods(self, namespace: str) -> list[ObjectView]:
        if self._pods is None:
            self._pods = {}
            for kind in sorted(POD_KINDS & self._by_kind.keys()):
                for view in self._by_kind[kind]:
                    self._pods.setdefault(view.namespace, []).append(view)
        return self._pods.get(namespace, [])


@final
@dataclass(slots=True)
class GroupView:
    """The objects of one Application in one class of clusters."""

    clusters: tuple[str, ...]
    objects: tuple[ObjectView, ...]
    index: FleetIndex
    production: frozenset[str] = frozenset()
    """Clusters that their labels call production."""
    _kinds: dict[str, list[ObjectView]] | None = field(default=None, repr=False)

    @property
    def kinds(self) -> Mapping[str, Sequence[ObjectView]]:
        """The objects by kind."""
        if self._kinds is None:
            self._kinds = {}
            for view in self.objects:
                self._kinds.setdefault(view.kind, []).append(view)
        return self._kinds

    def is_production(self, cluster: str) -> bool:
        """Whether a cluster is one of production."""
        return cluster in self.production

    def of(self, *kinds: str) -> Iterator[ObjectView]:
        """The objects of some kinds."""
        known = self.kinds
        if len(kinds) == 1:
            return iter(known.get(kinds[0], ()))
        found = [kind for kind in kinds if kind in known]
        if len(found) == 1:
            return iter(known[found[0]])
        return (view for view in self.objects if view.kind in found) if found else iter(())

    def lacks(self, kind: str, view: ObjectView, name: str) -> bool:
        """Whether some cluster of the class has no object of this kind and name beside `view`."""
        group = "" if kind in ("Service", "Secret", "ConfigMap", "ServiceAccount") else kind
        namespace = "" if is_cluster_scoped(group, kind) else view.namespace
        return bool(self.index.missing(kind, namespace, name, self.clusters))

    def selects_nothing(self, view: ObjectView, selector: Mapping[str, Any]) -> bool:
        """Whether the labels select no pod in some cluster of the class."""
        return bool(self.index.unselected(view.namespace, selector, self.clusters))
