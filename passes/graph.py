"""Directed graphs of names on networkx, which is imported only when there are edges to look at."""

from __future__ import annotations

from collections.abc import Sequence

from velac.compiler.ir.app import Edge


def waves(names: Sequence[str], edges: Sequence[Edge]) -> tuple[tuple[str, ...], ...]:
    """The names in generations: each comes after all it waits for, otherwise in the given order.

    The edges must not form a cycle.
    """
    if not edges:
        return (tuple(names),) if names else ()
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(names)
    graph.add_edges_from((edge.before, edge.after) for edge in edges)
    position = {name: index for index, name in enumerate(names)}
    return tuple(
        tuple(sorted(wave, key=position.__getitem__)) for wave in nx.topological_generations(graph)
    )


def cycles(edges: Sequence[Edge]) -> list[list[Edge]]:
    """One shortest cycle, as a list of edges, for each group of names that wait for each other."""
    if not edges:
        return []
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    for edge in edges:
        graph.add_edge(edge.before, edge.after)
    first = {(edge.before, edge.after): edge for edge in reversed(edges)}
    found = []
    for group in nx.strongly_connected_components(graph):
        if len(group) == 1 and not graph.has_edge(*(2 * list(group))):
            continue
        path = [pair[:2] for pair in nx.find_cycle(graph.subgraph(group), min(group))]
        found.append([first[pair] for pair in path])
    return sorted(found, key=lambda cycle: min(edge.before for edge in cycle))
