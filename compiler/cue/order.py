"""The order of exported fields: a topological sort by source position (reference: CUE's toposort).

Every struct literal that contributed fields is a chain of its labels; literals are walked by position, each one's
first label following the last of the one before. Literals that stand at one position (reached through one reference,
or met by an embedding) are unified explicitly: no order between them. Contradicting orders are settled bytewise.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from velac.compiler.cue.node import HIDDEN, Contribution

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def ordered_labels(node: Node) -> list[str]:
    """The labels of regular fields in the order in which `cue export` prints them."""
    contributions = node.contributions or ()
    labels = [label for label in node.arcs if label[:1] != HIDDEN]
    if len(labels) < 2 or len(contributions) < 2:
        return labels if not contributions else _declared(labels, contributions[0])
    return _sorted(node, labels, list(contributions))


def _declared(labels: list[str], contribution: Contribution) -> list[str]:
    order = dict.fromkeys(label for label in contribution.labels if label[:1] != HIDDEN)
    known = set(labels)
    out = [label for label in order if label in known]
    return out + [label for label in labels if label not in order]


def _position(contribution: Contribution, last: dict[int, int]) -> tuple[str, int]:
    origin = contribution.origin
    if origin is not None:
        return origin.span.file.name, origin.span.start
    return contribution.span.file.name, last.get(id(contribution), contribution.span.start)


def _sorted(node: Node, labels: list[str], contributions: list[Contribution]) -> list[str]:
    last: dict[int, int] = {}
    for contribution in contributions:
        if contribution.origin is None:
            last[id(contribution)] = _last_label_position(node, contribution)
    batches: list[list[list[str]]] = []
    previous: tuple[str, int] | None = None
    keyed = sorted(
        contributions, key=lambda c: (*_position(c, last), c.dynamic)
    )
    positions = []
    for contribution in keyed:
        position = _position(contribution, last)
        chain = list(dict.fromkeys(x for x in contribution.labels if x[:1] != HIDDEN and x in node.arcs))
        if not chain:
            continue
        if position == previous:
            batches[-1].append(chain)
        else:
            batches.append([chain])
            positions.append(position)
        previous = position
    edges: dict[str, set[str]] = {label: set() for label in labels}
    tails: list[str] = []
    seen: set[str] = set()
    file = None
    for batch, position in zip(batches, positions, strict=True):
        if position[0] != file:
            tails, seen, file = [], set(), position[0]
        explicit = len(batch) > 1
        new_tails = []
        for chain in batch:
            fresh = chain if explicit else [x for x in chain if x not in seen]
            if not fresh:
                continue
            for tail in tails:
                if tail != fresh[0]:
                    edges[tail].add(fresh[0])
            for a, b in zip(fresh, fresh[1:], strict=False):
                edges[a].add(b)
            new_tails.append(fresh[-1])
        for chain in batch:
            seen.update(chain)
        tails = new_tails or tails
    return _topological(labels, edges)


def _last_label_position(node: Node, contribution: Contribution) -> int:
    """The position of the literal's last label that became a field."""
    best = contribution.span.start
    wanted = {label for label in contribution.labels if label in node.arcs}
    end = contribution.span.end
    for label in wanted:
        for conjunct in node.arcs[label].conjuncts:
            field = conjunct.field
            span = getattr(field, "span", None)
            if span is not None and span.file is contribution.span.file and best < span.start < end:
                best = span.start
    return best


def _topological(labels: list[str], edges: dict[str, set[str]]) -> list[str]:
    components = _components(labels, edges)
    owner = {label: i for i, component in enumerate(components) for label in component}
    incoming = [0] * len(components)
    after: list[set[int]] = [set() for _ in components]
    for label, targets in edges.items():
        for target in targets:
            a, b = owner[label], owner[target]
            if a != b and b not in after[a]:
                after[a].add(b)
                incoming[b] += 1
    ready = [(min(c).encode(), i) for i, c in enumerate(components) if incoming[i] == 0]
    heapq.heapify(ready)
    out: list[str] = []
    while ready:
        _, i = heapq.heappop(ready)
        out += sorted(components[i], key=lambda s: s.encode("utf-8", "surrogatepass"))
        for target in after[i]:
            incoming[target] -= 1
            if incoming[target] == 0:
                heapq.heappush(ready, (min(components[target]).encode(), target))
    return out


def _components(labels: list[str], edges: dict[str, set[str]]) -> list[list[str]]:
    """Strongly connected components (Tarjan, iterative)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    out: list[list[str]] = []
    for root in labels:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            label, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on_stack:
                    low[label] = min(low[label], index[target])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[label])
                if low[label] == index[label]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member == label:
                            break
                    out.append(component)
    return out
