"""A difference as one page that needs nothing else: numbers, a matrix, a graph from source to clusters, all changes."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from velac.compiler.diff.change import PLAN, Change, Difference
from velac.compiler.diff.show import (
    RISK_ORDER,
    VERBS,
    by_app,
    clusters_text,
    field_lines,
    summary,
    unified_lines,
    where_text,
)
from velac.compiler.words import counted

_COLUMNS: Final = 60
_NODES: Final = 24
_OPEN: Final = 3
_FEW: Final = 4
_SEARCHED: Final = 4_000
_WIDTHS: Final = (300, 220, 300)
_GAP: Final = 110
_SORTS: Final = {"+": "a", "-": "d", "@": "h"}


def to_html(difference: Difference) -> str:
    """The page."""
    from jinja2 import Environment

    with open(os.path.join(os.path.dirname(__file__), "page.html.j2"), encoding="utf-8") as file:
        page = Environment(autoescape=True, trim_blocks=False).from_string(file.read())
    changes = sorted(difference.changes, key=lambda c: RISK_ORDER[c.risk])
    groups = _alike(difference)
    places: dict[str, int] = {}
    shown = [_change(change, at, places) for at, change in enumerate(changes)]
    return (
        page.render(
            summary=summary(difference),
            tiles=_tiles(difference),
            columns=[_column(names) for names, _ in groups[:_COLUMNS]],
            more_columns=max(0, len(groups) - _COLUMNS),
            rows=[
                (app, [hits.get(app, 0) for _, hits in groups[:_COLUMNS]])
                for app in by_app(difference.changes)
            ],
            graph=_graph(difference, groups),
            verbs=[verb for verb in VERBS if difference.count(verb)],
            risks=[risk for risk in RISK_ORDER if risk and any(c.risk == risk for c in changes)],
            changes=shown,
            places=list(places),
        )
        + "\n"
    )


def _tiles(difference: Difference) -> list[tuple[str, int]]:
    apps = len({c.app for c in difference.changes})
    clusters = len(difference.clusters)
    tiles = [
        (counted(apps, "Application").split()[1], apps),
        (counted(clusters, "cluster").split()[1], clusters),
    ]
    tiles += [(f"to {verb}", difference.count(verb)) for verb in VERBS if difference.count(verb)]
    high = sum(c.risk == "high" for c in difference.changes)
    return [*tiles, ("high-risk", high)] if high else tiles


def _alike(difference: Difference) -> list[tuple[list[str], dict[str, int]]]:
    """Clusters in which the same happens, with the number of changes by Application."""
    hits: dict[str, list[int]] = {name: [] for name in difference.clusters}
    for at, change in enumerate(difference.changes):
        if change.verb != PLAN:
            for name in change.clusters:
                hits[name].append(at)
    groups: dict[tuple[int, ...], list[str]] = {}
    for name, found in hits.items():
        groups.setdefault(tuple(found), []).append(name)
    apps = [change.app for change in difference.changes]
    return [(names, dict(Counter(apps[at] for at in key))) for key, names in groups.items()]


def _column(names: Sequence[str]) -> dict[str, str]:
    return {"text": clusters_text(names).removeprefix("in "), "title": ", ".join(names)}


def _change(change: Change, at: int, places: dict[str, int]) -> dict[str, Any]:
    """What the page shows of a change. Lists of clusters stand in `places`, each once."""
    where = where_text(change)
    verb, _, name = change.title.partition(" ")
    fields = " ".join(field_lines(change))[:_SEARCHED]
    causes = " ".join(change.causes)
    return {
        "verb": verb,
        "name": name,
        "app": change.app,
        "where": where,
        "search": f"{change.app} {change.title} {fields} {causes}".lower(),
        "risk": change.risk,
        "notes": [(risk.level, _parts(risk.text)) for risk in change.risks],
        "causes": [_cause(cause) for cause in change.causes],
        "clusters": places.setdefault(", ".join(change.clusters), len(places)),
        "few": len(change.clusters) <= _FEW,
        "open": at < _OPEN and change.before is not None and change.after is not None,
        "lines": [(_SORTS.get(line[:1], ""), line) for line in unified_lines(change)[2:]],
    }


def _parts(text: str) -> list[tuple[bool, str]]:
    """A text in pieces, each with whether it stood between backticks."""
    return [(bool(at % 2), part) for at, part in enumerate(text.split("`")) if part]


def _cause(cause: str) -> tuple[str, str]:
    """The place, and who stands there."""
    place, _, owner = cause.partition(" (")
    return place, owner.removesuffix(")").replace("`", "")


# -------------------------------------------------------------------------------------------------------- graph


def _graph(
    difference: Difference, groups: Sequence[tuple[list[str], dict[str, int]]]
) -> dict[str, Any] | None:
    """Boxes and curves: files that were edited, Applications, clusters that are alike."""
    apps = list(by_app(difference.changes))
    files: dict[str, set[str]] = {}
    for change in difference.changes:
        for cause in change.causes:
            files.setdefault(_file_of(cause), set()).add(change.app)
    clusters = [(clusters_text(names).removeprefix("in "), set(hits)) for names, hits in groups]
    if max(len(apps), len(files), len(clusters)) > _NODES or not files:
        return None
    columns = (list(files), apps, [text for text, _ in clusters])
    lefts = [8]
    for width in _WIDTHS[:-1]:
        lefts.append(lefts[-1] + width + _GAP)
    height = 34 + 34 * max(map(len, columns))
    at: dict[tuple[int, str], tuple[int, float]] = {}
    boxes = []
    for column, (left, width, names) in enumerate(zip(lefts, _WIDTHS, columns, strict=True)):
        top = 28 + (height - 34 - 34 * len(names)) / 2
        for row, name in enumerate(names):
            y = top + 34 * row
            at[column, name] = (left, y + 12)
            text = _cut(name, width)
            boxes.append({"x": left, "y": y, "w": width, "text": text, "title": name})
    edges = [
        _curve(at[0, f], _WIDTHS[0], at[1, a]) for f, used in files.items() for a in sorted(used)
    ]
    edges += [
        _curve(at[1, a], _WIDTHS[1], at[2, text]) for text, hit in clusters for a in sorted(hit)
    ]
    titles = ("source", "Application", "clusters")
    heads = [{"x": x, "text": text} for x, text in zip(lefts, titles, strict=True)]
    width = lefts[-1] + _WIDTHS[-1] + 8
    return {"width": width, "height": height, "boxes": boxes, "edges": edges, "heads": heads}


def _file_of(cause: str) -> str:
    """The file of `apps/web.yaml:11:33 (component `web`)`."""
    return cause.partition(" (")[0].rsplit(":", 2)[0]


def _cut(text: str, width: int) -> str:
    most = (width - 16) // 7
    return text if len(text) <= most else "…" + text[-most + 1 :]


def _curve(start: tuple[int, float], width: int, end: tuple[int, float]) -> str:
    x, y = start[0] + width, start[1]
    middle = (x + end[0]) / 2
    return f"M{x} {y:.1f}C{middle:.0f} {y:.1f} {middle:.0f} {end[1]:.1f} {end[0]} {end[1]:.1f}"
