"""The clusters of a fleet, as far as placement needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Final, final

from velac.compiler.ir.values import Path, Values
from velac.grammar.node import node
from velac.grammar.source import NO_SPAN, Span

LOCAL: Final = "local"
INVENTORY_FILE: Final = "clusters.yaml"
"""The inventory at the root of a directory of Applications."""
CONTROL_PLANE_LABEL: Final = "cluster.core.oam.dev/control-plane"
NEWEST_KUBERNETES: Final = "1.37"


@final
@node
class Cluster:
    """One cluster; `version` is its Kubernetes version as written, such as `1.31` or `v1.31.4+k3s1`.

    `capabilities` are API groups (or group/kinds) that it has beyond Kubernetes' own.
    """

    name: str
    labels: Mapping[str, str]
    version: str
    place: Span | tuple[Values, Path] = field(default=NO_SPAN, compare=False)
    """Where its name stands, or the document and the path in it, to be looked up when somebody asks."""
    capabilities: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        """The place of its name."""
        return self.place if isinstance(self.place, Span) else self.place[0].span(self.place[1])


class Inventory:
    """All clusters, `local` first, then as listed; `local` exists even when nobody lists it."""

    __slots__ = ("_by_label", "_memo", "_position", "clusters")

    @property
    def hint(self) -> str:
        """What to do about a missing cluster where nobody lists any; else empty."""
        if len(self.clusters) > 1:
            return ""
        return (
            f"only `{LOCAL}` is known: list clusters in `clusters.yaml` at the root of a PATH, "
            "or name an inventory with `--clusters`"
        )

    def __init__(
        self, clusters: Iterable[Cluster] = (), *, version: str = NEWEST_KUBERNETES
    ) -> None:
        listed = list(clusters)
        local = next((c for c in listed if c.name == LOCAL), None)
        labels = {**(local.labels if local else {}), CONTROL_PLANE_LABEL: "true"}
        hub = replace(local, labels=labels) if local else Cluster(LOCAL, labels, version)
        self.clusters: Final = {c.name: c for c in (hub, *(c for c in listed if c is not local))}
        self._position: Final = {name: index for index, name in enumerate(self.clusters)}
        self._by_label: dict[tuple[str, str], set[str]] = {}
        self._memo: dict[frozenset[tuple[str, str]], tuple[str, ...]] = {}
        for cluster in self.clusters.values():
            for label in cluster.labels.items():
                self._by_label.setdefault(label, set()).add(cluster.name)

    def select(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """Names of the clusters that have all of these labels, in order; no labels select all clusters.

        Equal questions get the same tuple object, so that thousands of Applications share it.
        """
        key = frozenset(labels.items())
        found = self._memo.get(key)
        if found is None:
            sets = [self._by_label.get(label, set()) for label in key]
            names = set.intersection(*sets) if sets else set(self.clusters)
            found = self._memo[key] = self.in_order(names)
        return found

    def in_order(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names in inventory order."""
        return tuple(sorted(names, key=self._position.__getitem__))

    def version_of(self, name: str) -> str:
        """The Kubernetes version of a cluster."""
        return self.clusters[name].version
