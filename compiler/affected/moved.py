"""What became of the clusters: which of those that a selector means are new, gone, or no longer what they were."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from velac.compiler.affected.needs import Selector, selected
from velac.compiler.ir.clusters import Cluster, Inventory

_PLAIN: Final = frozenset({"plain"})


class Moved:
    """The difference of two inventories, asked by selector; equal questions are answered once.

    Labels only choose clusters: where the output is plain manifests, one that no selector asks for says nothing.
    Other backends may write labels, and clusters in their order. Without `backends` all clusters count as changed.
    `counts` says of a cluster whether its changes are of interest.
    """

    __slots__ = ("_after", "_before", "_changed", "_counts", "_found")

    def __init__(
        self,
        before: Inventory,
        after: Inventory,
        backends: Collection[str] | None,
        counts: Callable[[str], bool],
    ) -> None:
        self._before = before
        self._after = after
        self._counts = counts
        if backends is None:
            self._changed = frozenset(after.clusters)
        else:
            self._changed = frozenset(_changed(before, after, _PLAIN.issuperset(backends)))
        self._found: dict[Selector, frozenset[str]] = {}

    def of(self, selector: Selector) -> frozenset[str]:
        """The clusters of a selector for which something may change."""
        found = self._found.get(selector)
        if found is None:
            one, two = selected(selector, self._before), selected(selector, self._after)
            names = (one ^ two) | ((one | two) & self._changed)
            found = self._found[selector] = frozenset(filter(self._counts, names))
        return found


def _changed(before: Inventory, after: Inventory, plain: bool) -> Iterable[str]:
    """The clusters of both states that are not the same for templates and backends."""
    common = [name for name in after.clusters if name in before.clusters]
    if not plain and common != [name for name in before.clusters if name in after.clusters]:
        yield from common
        return
    for name in common:
        one, two = before.clusters[name], after.clusters[name]
        if _facts(one) != _facts(two) or (not plain and one.labels != two.labels):
            yield name


def _facts(cluster: Cluster) -> tuple[str, tuple[str, ...]]:
    return cluster.version, cluster.capabilities
