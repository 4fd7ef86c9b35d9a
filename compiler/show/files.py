"""The graph of a repository: files, what they say, the Applications that need it, the clusters that get them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from velac.compiler.affected.needs import NeedsOf, selected
from velac.compiler.affected.units import (
    APPLICATION,
    GLOBALS,
    OBJECTS,
    PACKAGES,
    Key,
    Reading,
    key_text,
)
from velac.compiler.show.graph import Graph, Vertex, cluster_lines

_SUMS: Final = (GLOBALS, OBJECTS, PACKAGES)
"""Units that only sum up others."""
_FILE, _UNIT, _APPLICATION, _CLUSTERS = range(4)


def files_graph(reading: Reading, wanted: Callable[[str], bool] = lambda _: True) -> Graph:
    """The graph of the Applications whose label is wanted; what none of them needs is left out of a part.

    Built-in definitions belong to no file and are left out.
    """
    graph = Graph("files")
    needs_of = NeedsOf(reading)
    apps = {key: needs_of.of(key) for key in sorted(reading.applications) if wanted(label_of(key))}
    whole = len(apps) == len(reading.applications)
    needed = set().union(*(needs.keys for needs in apps.values()))
    units = {
        k: u
        for k, u in reading.units.items()
        if u.file and (whole or k in needed) and k not in _SUMS
    }
    listed = list(reading.inventory.clusters.values())
    inventories = {reading.file_of(cluster.span) for cluster in listed} - {""}
    files = sorted({file for unit in units.values() for file in unit.files} | inventories)
    graph.vertices = [Vertex(name, name, _FILE, "file") for name in files]
    others = sorted(key for key in units if key[0] != APPLICATION)
    graph.vertices += [Vertex(key_text(k), key_text(k), _UNIT, "definition") for k in others]
    graph.vertices += [Vertex(label_of(k), label_of(k), _APPLICATION, "application") for k in apps]
    for key in sorted(units):
        graph.edges += [(file, _name(key), "says") for file in units[key].files]
    groups: dict[tuple[str, ...], str] = {}
    for key, needs in apps.items():
        label = label_of(key)
        found = sorted(k for k in needs.keys if k in units and k[0] != APPLICATION)
        graph.edges += [(key_text(k), label, "") for k in found]
        sets = (selected(place, reading.inventory) for place in needs.places)
        clusters = reading.inventory.in_order(frozenset().union(*sets))
        if clusters:
            graph.edges.append((label, groups.setdefault(clusters, f"group {len(groups) + 1}"), ""))
    for clusters, name in groups.items():
        graph.vertices.append(Vertex(name, cluster_lines(clusters), _CLUSTERS, "clusters"))
        graph.edges += [(file, name, "lists") for file in _files_of(clusters, reading)]
    return graph


def label_of(key: Key) -> str:
    """`namespace/name` of the key of an Application."""
    return f"{key[1]}/{key[2]}"


def _name(key: Key) -> str:
    return label_of(key) if key[0] == APPLICATION else key_text(key)


def _files_of(clusters: Iterable[str], reading: Reading) -> list[str]:
    spans = (reading.inventory.clusters[name].span for name in clusters)
    return sorted({reading.file_of(span) for span in spans} - {""})
