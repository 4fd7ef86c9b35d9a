"""Graphs of an Application or a fleet: nodes in columns, edges; as Mermaid, DOT, SVG, text or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from velac.compiler.ir.app import AppIR, Step
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.policies import STEP_BY_STEP, SUSPEND


@dataclass(frozen=True, slots=True)
class Vertex:
    """A node: its key, its text, the column it stands in, what sort of thing it is."""

    key: str
    text: str
    column: int
    sort: str


@dataclass(slots=True)
class Graph:
    """Nodes in columns from left to right, and edges (from, to, why)."""

    title: str
    vertices: list[Vertex] = field(default_factory=list)
    edges: list[tuple[str, str, str]] = field(default_factory=list)


def component_graph(app: AppIR) -> Graph:
    """Components, and what waits for what."""
    graph = Graph(f"{app.namespace or 'default'}/{app.name}: components")
    types = {component.name: component.type for component in app.components}
    waves = app.waves or (tuple(types),)
    for column, wave in enumerate(waves):
        graph.vertices += [Vertex(n, f"{n}\n{types.get(n, '')}", column, "component") for n in wave]
    graph.edges = [(edge.before, edge.after, edge.why) for edge in app.edges]
    return graph


def workflow_graph(app: AppIR) -> Graph:
    """Steps in the order in which they run; the parts of a group follow it and come before what waits for it."""
    graph = Graph(f"{app.namespace or 'default'}/{app.name}: workflow")
    gates = {d.step.name for d in app.deployments if d.gate}
    flow = app.workflow
    last: dict[str, int] = {}
    ends: dict[str, list[str]] = {}
    previous = ""
    for step in flow.steps:
        waits = dict.fromkeys(step.depends_on)
        if flow.mode == STEP_BY_STEP and previous:
            waits[previous] = None
        column = 1 + max((last.get(name, -1) for name in waits), default=-1)
        graph.vertices.append(_step_vertex(step, column, gates))
        graph.edges += [(end, step.name, "") for name in waits for end in ends.get(name, [name])]
        last[step.name], ends[step.name] = column, [step.name]
        if step.sub_steps:
            mode = step.mode or flow.sub_mode
            last[step.name] = _add_parts(graph, step, mode, column + 1, gates, ends)
        previous = step.name
    return graph


def _add_parts(
    graph: Graph, group: Step, mode: str, column: int, gates: set[str], ends: dict[str, list[str]]
) -> int:
    """Add the parts of a group; the last of their columns. What waits for the group waits for its `ends`."""
    columns: dict[str, int] = {}
    followed: set[str] = set()
    previous = ""
    for part in group.sub_steps:
        waits = dict.fromkeys(part.depends_on)
        if mode == STEP_BY_STEP and previous:
            waits[previous] = None
        known = [name for name in waits if name in columns]
        columns[part.name] = 1 + max((columns[name] for name in known), default=column - 1)
        graph.vertices.append(_step_vertex(part, columns[part.name], gates))
        graph.edges += [(name, part.name, "") for name in known] or [
            (group.name, part.name, "part")
        ]
        followed.update(known)
        previous = part.name
    ends[group.name] = [name for name in columns if name not in followed]
    return max(columns.values())


def _step_vertex(step: Step, column: int, gates: set[str]) -> Vertex:
    sort = "gate" if step.name in gates or step.type == SUSPEND else "step"
    note = ", never" if step.skip else ""
    text = f"{step.name}\n{step.type}{note}"
    return Vertex(step.name, text, column, "never" if step.skip else sort)


def fleet_graph(plans: Iterable[AppPlan]) -> Graph:
    """Applications and the clusters that receive them; clusters that receive the same ones are one node."""
    graph = Graph("fleet")
    receives: dict[str, list[int]] = {}
    names: list[str] = []
    for plan in plans:
        name = f"{plan.app.namespace or 'default'}/{plan.app.name}"
        graph.vertices.append(Vertex(name, name, 0, "application"))
        for group in plan.classes:
            for cluster in group.clusters:
                receives.setdefault(cluster, []).append(len(names))
        names.append(name)
    groups: dict[tuple[int, ...], list[str]] = {}
    for cluster, indices in receives.items():
        groups.setdefault(tuple(indices), []).append(cluster)
    for number, (applications, clusters) in enumerate(groups.items(), 1):
        key = f"class {number}"
        graph.vertices.append(Vertex(key, cluster_lines(clusters), 1, "clusters"))
        graph.edges += [(names[index], key, "") for index in applications]
    return graph


def cluster_lines(clusters: Sequence[str]) -> str:
    """A few names of clusters, a line each, and how many more there are."""
    shown = list(clusters[:4])
    if len(clusters) > len(shown):
        shown.append(f"and {len(clusters) - len(shown)} more")
    return "\n".join(shown)


# ---------------------------------------------------------------------------------------------------- formats


def to_text(graphs: Sequence[Graph]) -> str:
    """A line per node with what it leads to."""
    lines: list[str] = []
    for graph in graphs:
        lines.append(graph.title)
        following: dict[str, list[str]] = {}
        for before, after, _ in graph.edges:
            following.setdefault(before, []).append(after)
        for vertex in graph.vertices:
            text = ", ".join(vertex.text.split("\n"))
            if not text.startswith(vertex.key):
                text = f"{vertex.key}: {text}"
            after = ", ".join(following.get(vertex.key, ()))
            lines.append(f"  {text}" + (f" -> {after}" if after else ""))
    return "\n".join(lines) + "\n"


def to_data(graphs: Sequence[Graph]) -> list[dict[str, Any]]:
    """The graphs as JSON data."""
    return [
        {
            "name": graph.title,
            "nodes": [
                {"name": v.key, "text": v.text, "column": v.column, "sort": v.sort}
                for v in graph.vertices
            ],
            "edges": [{"from": a, "to": b, "why": why} for a, b, why in graph.edges],
        }
        for graph in graphs
    ]


def to_mermaid(graphs: Sequence[Graph]) -> str:
    """One flowchart, a subgraph for each graph."""
    lines = ["flowchart LR"]
    for at, graph in enumerate(graphs):
        keys = {v.key: f"g{at}n{i}" for i, v in enumerate(graph.vertices)}
        lines.append(f'  subgraph g{at}["{_mermaid(graph.title)}"]')
        for vertex in graph.vertices:
            left, right = ("{{", "}}") if vertex.sort == "gate" else ("[", "]")
            lines.append(f'    {keys[vertex.key]}{left}"{_mermaid(vertex.text)}"{right}')
        for before, after, why in graph.edges:
            if before in keys and after in keys:
                label = f'|"{_mermaid(why)}"|' if why else ""
                lines.append(f"    {keys[before]} -->{label} {keys[after]}")
        lines.append("  end")
    return "\n".join(lines) + "\n"


def _mermaid(text: str) -> str:
    return escape(text).replace('"', "&quot;").replace("\n", "<br/>")


def to_dot(graphs: Sequence[Graph]) -> str:
    """Graphviz source, a cluster for each graph."""
    lines = ["digraph velac {", "  rankdir=LR; node [shape=box];"]
    for at, graph in enumerate(graphs):
        keys = {v.key: f"g{at}n{i}" for i, v in enumerate(graph.vertices)}
        lines.append(f"  subgraph cluster_{at} {{ label={_quoted(graph.title)};")
        for vertex in graph.vertices:
            shape = ", shape=hexagon" if vertex.sort == "gate" else ""
            lines.append(f"    {keys[vertex.key]} [label={_quoted(vertex.text)}{shape}];")
        for before, after, why in graph.edges:
            if before in keys and after in keys:
                label = f" [label={_quoted(why)}]" if why else ""
                lines.append(f"    {keys[before]} -> {keys[after]}{label};")
        lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


_LINE: Final = 16
_GAP: Final = 70
_MARGIN: Final = 24
_FILL: Final = {
    "component": "#e8f1fb",
    "step": "#eef7ee",
    "gate": "#fdf0d9",
    "never": "#f2f2f2",
    "application": "#e8f1fb",
    "clusters": "#f3eefb",
    "file": "#f5f5f0",
    "definition": "#eef7ee",
}


def to_svg(graphs: Sequence[Graph]) -> str:
    """The graphs below each other, boxes in columns, drawn without any layout program."""
    parts: list[str] = []
    top = _MARGIN
    width = 0
    for graph in graphs:
        drawn, right, bottom = _draw(graph, top)
        parts += drawn
        top, width = bottom + _MARGIN, max(width, right)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width + _MARGIN}" height="{top}" '
        'font-family="sans-serif" font-size="12">'
    )
    arrow = (
        '<defs><marker id="a" viewBox="0 0 10 10" refX="10" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#555"/>'
        "</marker></defs>"
    )
    background = f'<rect width="{width + _MARGIN}" height="{top}" fill="#ffffff"/>'
    return "\n".join([head, arrow, background, *parts, "</svg>"]) + "\n"


def _draw(graph: Graph, top: int) -> tuple[list[str], int, int]:
    columns: dict[int, list[Vertex]] = {}
    for vertex in graph.vertices:
        columns.setdefault(vertex.column, []).append(vertex)
    boxes: dict[str, tuple[int, int, int, int]] = {}
    left, bottom = _MARGIN, top + 30
    gap = _GAP + min(2 * len(graph.edges), 2 * _GAP)
    for column in sorted(columns):
        widest = max(_text_width(v.text) for v in columns[column])
        y = top + 30
        for vertex in columns[column]:
            height = _LINE * len(vertex.text.split("\n")) + 12
            boxes[vertex.key] = (left, y, widest, height)
            y += height + 14
        bottom = max(bottom, y)
        left += widest + gap
    parts = [f'<text x="{_MARGIN}" y="{top + 14}" font-weight="bold">{escape(graph.title)}</text>']
    for before, after, why in graph.edges:
        if before in boxes and after in boxes:
            parts.append(_edge(boxes[before], boxes[after], why))
    for vertex in graph.vertices:
        parts += _box(vertex, boxes[vertex.key])
    right = max((x + w for x, _, w, _ in boxes.values()), default=_MARGIN)
    return parts, max(right, _MARGIN + _text_width(graph.title)), bottom


def _text_width(text: str) -> int:
    return 7 * max(map(len, text.split("\n"))) + 20


def _edge(one: tuple[int, int, int, int], two: tuple[int, int, int, int], why: str) -> str:
    x1, y1 = one[0] + one[2], one[1] + one[3] // 2
    x2, y2 = two[0], two[1] + two[3] // 2
    middle = (x1 + x2) // 2
    line = (
        f'<path d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}" fill="none" '
        'stroke="#555" marker-end="url(#a)"/>'
    )
    if not why:
        return line
    return line + (
        f'<text x="{middle}" y="{(y1 + y2) // 2 - 4}" font-size="10" fill="#777" '
        f'text-anchor="middle">{escape(why)}</text>'
    )


def _box(vertex: Vertex, box: tuple[int, int, int, int]) -> Iterator[str]:
    x, y, width, height = box
    dash = ' stroke-dasharray="4 3"' if vertex.sort == "gate" else ""
    yield (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="5" '
        f'fill="{_FILL.get(vertex.sort, "#eee")}" stroke="#888"{dash}/>'
    )
    for at, line in enumerate(vertex.text.split("\n")):
        shade = ' fill="#666"' if at else ""
        yield f'<text x="{x + 10}" y="{y + 18 + _LINE * at}"{shade}>{escape(line)}</text>'


FORMATS: Final[dict[str, Callable[[Sequence[Graph]], str]]] = {
    "text": to_text,
    "mermaid": to_mermaid,
    "dot": to_dot,
    "svg": to_svg,
}
