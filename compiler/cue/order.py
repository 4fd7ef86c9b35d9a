"""The order of exported fields: a topological sort by source position.

Every struct literal that contributed fields is a chain of its labels. Literals are walked by position: that of their
last field, or of the reference they were reached through. The first label of one follows the last of the one before;
there is no order between literals that are unified explicitly (`a & b`, or reached through one reference).
Contradicting orders are settled bytewise. The rules are those of `cue` 0.14 (reference: cue.md 4.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue.labels import HIDDEN
from velac.compiler.cue.parts import ASIDE, PENDING, Contribution
from velac.grammar import ast

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node
    from velac.compiler.cue.parts import Conjunct

DATA_FILE = "~data"


def ordered_labels(node: Node) -> list[str]:
    """The labels of regular fields in the order in which `cue export` prints them."""
    labels = [label for label in node.arcs if label[:1] != HIDDEN]
    contributions = node.contributions
    if len(labels) < 2 or not contributions:
        return labels
    declared = _declared(node, labels, contributions)
    if declared is not None:
        return declared
    known = node.run.orders
    shape = _shape(node, contributions) if len(labels) <= _FEW else None
    found = None if shape is None else known.get(shape)
    if found is None:
        edges: dict[str, set[str]] = {label: set() for label in node.arcs}
        _add_edges(_batches(node, contributions), edges)
        found = [label for label in _topological(list(node.arcs), edges) if label[:1] != HIDDEN]
        if shape is not None and len(known) < _MOST_KNOWN:
            known[shape] = found
    return found


_FEW: Final = 32
_MOST_KNOWN: Final = 4096


def _shape(node: Node, contributions: list[Contribution]) -> tuple[Any, ...]:
    """All that the order of a node's fields depends on: equal for the many structs that a loop makes."""
    shape: list[Any] = [conjunct.expr for conjunct in node.conjuncts]
    for contribution in contributions:
        shape += (contribution.literal, contribution.dynamic, *contribution.labels)
    for label, arc in node.arcs.items():
        shape.append(label)
        for conjunct in arc.conjuncts:
            trail = conjunct.info.trail
            shape += (id(conjunct.field), trail if trail is None else trail.outermost)
    for refs in (node.included or {}).values():
        if len(refs) > 1:
            shape += refs
    return tuple(shape)


def every_label(node: Node) -> list[str]:
    """The labels of all fields, hidden ones and definitions included, in the order in which `cue eval` prints them."""
    labels = list(node.arcs)
    contributions = node.contributions
    if len(labels) < 2 or not contributions:
        return labels
    declared = _declared(node, labels, contributions)
    if declared is not None:
        return declared
    edges: dict[str, set[str]] = {label: set() for label in labels}
    _add_edges(_batches(node, contributions), edges)
    return _topological(labels, edges)


def _declared(node: Node, labels: list[str], contributions: list[Contribution]) -> list[str] | None:
    """The order of one literal alone; None if there are several, or fields that come from none."""
    if len(contributions) != 1:
        return None
    known = set(labels)
    out = [label for label in dict.fromkeys(contributions[0].labels) if label in known]
    if len(out) == len(labels):
        return out
    known.difference_update(out)
    if any(node.arcs[label].kind != PENDING for label in known):
        return None
    return out + sorted(known, key=_bytes)


Batch = list[Contribution]


def _by_place(node: Node, contributions: list[Contribution]) -> list[Contribution]:
    """Contributions with the computed labels of one declaration in the order in which the fields have their places."""
    loops: dict[int, list[Contribution]] = {}
    for contribution in contributions:
        if contribution.dynamic:
            loops.setdefault(id(contribution.literal), []).append(contribution)
    loops = {key: found for key, found in loops.items() if len(found) > 1}
    if not loops:
        return contributions
    place = {label: at for at, label in enumerate(node.arcs)}
    moved: dict[int, Contribution] = {}
    for found in loops.values():
        columns = [
            sorted(column, key=lambda label: place.get(label, 0))
            for column in zip(*(c.labels for c in found), strict=True)
        ]
        for contribution, labels in zip(found, zip(*columns, strict=True), strict=True):
            made = Contribution(contribution.literal, list(labels), contribution.trail)
            made.dynamic = True
            moved[id(contribution)] = made
    return [moved.get(id(contribution), contribution) for contribution in contributions]


def _batches(node: Node, contributions: list[Contribution]) -> list[tuple[Batch, bool, str]]:
    """Contributions by position, those of one position together: (batch, explicitly unified, file)."""
    contributions = _by_place(node, contributions)
    position, by_reference = _positions(node, contributions)
    explicit = _explicit(node, contributions, by_reference)
    ordered = sorted(contributions, key=lambda c: (*position[id(c.literal)], c.dynamic))
    batches: list[tuple[Batch, bool, str]] = []
    batch: Batch = []
    for contribution in ordered:
        at = position[id(contribution.literal)]
        if not batch or (position[id(batch[0].literal)] == at and not contribution.dynamic):
            batch.append(contribution)
        else:
            _append(batches, batch, position, explicit)
            batch = [contribution]
    _append(batches, batch, position, explicit)
    return batches


def _append(
    batches: list[tuple[Batch, bool, str]],
    batch: Batch,
    position: dict[int, tuple[str, int]],
    explicit: set[int],
) -> None:
    together = len(batch) > 1 or id(batch[0].literal) in explicit
    file = position[id(batch[0].literal)][0]
    if batches and together and batches[-1][1] and batches[-1][2] == file:
        batches[-1] = (batches[-1][0] + batch, True, file)
    else:
        batches.append((batch, together, file))


def _positions(
    node: Node, contributions: list[Contribution]
) -> tuple[dict[int, tuple[str, int]], dict[int, set[int]]]:
    """Where each literal counts as standing, and which literals each reference expression led to."""
    position: dict[int, tuple[str, int]] = {}
    owners: dict[int, set[int]] = {}
    by_reference: dict[int, set[int]] = {}
    made: list[Contribution] = []
    for contribution in contributions:
        literal = contribution.literal
        if id(literal) not in position:
            span = literal.span
            position[id(literal)] = (span.file.name, span.start)
            if is_made(literal):
                position[id(literal)] = ("", 0)
                made.append(contribution)
            for decl in getattr(literal, "decls", ()):
                syntax = getattr(decl, "syntax", None)
                if syntax is not None:
                    owners.setdefault(id(syntax), set()).add(id(literal))
                else:  # a literal stands where the reference stands that it embeds
                    by_reference.setdefault(id(decl), set()).add(id(literal))
    embedders = {key: frozenset(found) for key, found in by_reference.items()}
    again = {id(refs[0]): refs[1:] for refs in (node.included or {}).values() if len(refs) > 1}
    for arc in node.arcs.values():
        conjuncts = arc.conjuncts
        for conjunct in sorted(conjuncts, key=_of_pattern) if len(conjuncts) > 1 else conjuncts:
            found = owners.get(id(conjunct.field))
            if not found:
                continue
            span = conjunct.field.span
            for literal_id in found:
                position[literal_id] = (span.file.name, span.start)
            trail = conjunct.info.trail
            if trail is None:
                continue
            for outermost in (trail.outermost, *again.get(id(trail.outermost), ())):
                by_reference.setdefault(id(outermost), set()).update(found)
                span = outermost.span
                for literal_id in found | embedders.get(id(outermost), frozenset()):
                    position[literal_id] = (span.file.name, span.start)
    for contribution in made:
        _place_made(contribution, position, by_reference, embedders)
    if node.kind == ASIDE and node.label != "":  # a `let`: all is where its name is used
        position = dict.fromkeys(position, next(iter(position.values())))
    return _with_data_last(position), by_reference


def is_made(literal: Any) -> bool:
    """Whether a function has made this struct."""
    return type(getattr(literal, "value", None)) is dict and literal.span.file.name != DATA_FILE


def _place_made(
    contribution: Contribution,
    position: dict[int, tuple[str, int]],
    by_reference: dict[int, set[int]],
    embedders: dict[int, frozenset[int]],
) -> None:
    """What a function has made stands nowhere, and so before everything, or where the reference to it stands."""
    outermost = None if contribution.trail is None else contribution.trail.outermost
    if outermost is None or not outermost.leads:
        return
    by_reference.setdefault(id(outermost), set()).add(id(contribution.literal))
    at = outermost.span.file.name, outermost.span.start
    for literal_id in (id(contribution.literal), *embedders.get(id(outermost), ())):
        position[literal_id] = at


def _of_pattern(conjunct: Conjunct) -> bool:
    """Whether a field got a conjunct from a pattern: the literal's own fields come before its patterns."""
    return isinstance(getattr(conjunct.field, "label", None), ast.PatternLabel)


def _with_data_last(position: dict[int, tuple[str, int]]) -> dict[int, tuple[str, int]]:
    """Data counts as the end of the file that it is unified with."""
    names = {file for file, _ in position.values()} - {""}
    if DATA_FILE not in names or len(names) == 1:
        return position
    last = max(names - {DATA_FILE})
    return {
        key: (last, 1 << 60) if file == DATA_FILE else (file, at)
        for key, (file, at) in position.items()
    }


def _explicit(
    node: Node, contributions: list[Contribution], by_reference: dict[int, set[int]]
) -> set[int]:
    """Literals that are operands of `&`, themselves or through the reference that led to them."""
    work: list[Any] = [conjunct.expr for conjunct in node.conjuncts]
    seen: set[int] = set()
    for contribution in contributions:
        if id(contribution.literal) not in seen:
            seen.add(id(contribution.literal))
            work += [d for d in getattr(contribution.literal, "decls", ()) if hasattr(d, "left")]
    out: set[int] = set()
    while work:
        expr = work.pop()
        left = getattr(expr, "left", None)
        if left is None or hasattr(expr, "op"):
            continue
        for operand in (left, expr.right):
            out.add(id(operand))
            out |= by_reference.get(id(operand), set())
            work.append(operand)
    return out


def _add_edges(batches: list[tuple[Batch, bool, str]], edges: dict[str, set[str]]) -> None:
    owner: dict[str, tuple[Contribution, str]] = {}
    previous: list[str] = []
    file_before = None
    for batch, explicit, file in batches:
        if file_before is not None and file != file_before:
            previous = []
        following: list[str] = []
        for contribution in batch:
            tail = previous
            for label in contribution.labels:
                if label not in edges:
                    continue
                known = owner.get(label)
                if known is not None and (
                    known[0] is contribution or (not explicit and known[1] == file)
                ):
                    continue
                owner[label] = (contribution, file)
                for before in tail:
                    if before != label:
                        edges[before].add(label)
                tail = [label]
            following += tail
        previous = following
        file_before = file


def _bytes(label: str) -> bytes:
    return label.encode("utf-8", "surrogatepass")


def _topological(labels: list[str], edges: dict[str, set[str]]) -> list[str]:
    import heapq

    components = _components(labels, edges)
    owner = {label: i for i, component in enumerate(components) for label in component}
    incoming = [0] * len(components)
    after: list[set[int]] = [set() for _ in components]
    for label, following in edges.items():
        for target in following:
            a, b = owner[label], owner[target]
            if a != b and b not in after[a]:
                after[a].add(b)
                incoming[b] += 1
    components = [sorted(component, key=_bytes) for component in components]
    ready = [(_bytes(c[0]), i) for i, c in enumerate(components) if incoming[i] == 0]
    heapq.heapify(ready)
    out: list[str] = []
    while ready:
        _, i = heapq.heappop(ready)
        out += components[i]
        for later in after[i]:
            incoming[later] -= 1
            if incoming[later] == 0:
                heapq.heappush(ready, (_bytes(components[later][0]), later))
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
