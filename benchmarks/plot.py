"""Plots as SVG text: a bar chart and a chart with logarithmic axes, drawn by hand to need no library."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

_WIDTH: Final = 720
_INK: Final = "#57606a"
_COLOURS: Final = ("#0969da", "#cf222e", "#1a7f37", "#9a6700", "#8250df")


def bars(title: str, rows: Sequence[tuple[str, float]], unit: str) -> str:
    """Horizontal bars on a logarithmic axis, each with its value; values have to be positive."""
    top, height, left, right = 40, 26, 230, 110
    low = min(value for _, value in rows) / 2
    span = math.log(max(value for _, value in rows) / low)
    lines = []
    for index, (name, value) in enumerate(rows):
        y = top + index * height
        length = (_WIDTH - left - right) * math.log(value / low) / span
        colour = _COLOURS[0] if name.startswith("velac") else "#8c959f"
        lines += [
            _text(left - 8, y + 15, name, "end"),
            f'<rect x="{left}" y="{y}" width="{length:.1f}" height="{height - 8}" fill="{colour}"/>',
            _text(left + length + 6, y + 15, f"{value:,.3g} {unit}"),
        ]
    return _svg(title, top + len(rows) * height + 10, lines)


def growth(title: str, curves: Sequence[tuple[str, Sequence[float], Sequence[float]]]) -> str:
    """Lines over two logarithmic axes: name, sizes and values of each; a dashed line shows linear growth."""
    height, left, right, top, bottom = 360, 60, 130, 40, 40
    xs = [x for _, sizes, _ in curves for x in sizes]
    ys = [y for _, _, values in curves for y in values]
    box = (min(xs), max(xs), min(ys) / 1.3, max(ys) * 1.3)

    def at(x: float, y: float) -> tuple[float, float]:
        across = math.log(x / box[0]) / (math.log(box[1] / box[0]) or 1)
        up = math.log(y / box[2]) / math.log(box[3] / box[2])
        return left + across * (_WIDTH - left - right), height - bottom - up * (
            height - top - bottom
        )

    lines = list(_axes(box, at))
    reach = min(box[1], box[0] * box[3] / min(ys))
    lines.append(
        _line([at(box[0], min(ys)), at(reach, min(ys) * reach / box[0])], "#8c959f", dashed=True)
    )
    ends: list[float] = []
    for index, (name, sizes, values) in enumerate(curves):
        colour = _COLOURS[index % len(_COLOURS)]
        points = [at(x, y) for x, y in zip(sizes, values, strict=True)]
        lines.append(_line(points, colour))
        y = points[-1][1]
        while any(abs(y - other) < 14 for other in ends):
            y += 14
        ends.append(y)
        lines.append(_text(points[-1][0] + 8, y + 4, name, fill=colour))
    return _svg(title, height, lines)


def _axes(box: tuple[float, float, float, float], at: object) -> Iterator[str]:
    assert callable(at)
    x = box[0]
    while x <= box[1]:
        px, py = at(x, box[2])
        yield _text(px, py + 18, f"×{x:g}", "middle")
        x *= 2
    for power in range(math.ceil(math.log10(box[2])), math.floor(math.log10(box[3])) + 1):
        for step in (1, 2, 5):
            value = step * 10.0**power
            if box[2] <= value <= box[3]:
                px, py = at(box[0], value)
                yield _text(px - 8, py + 4, f"{value:g} s", "end")


def _line(points: Sequence[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'


def _text(x: float, y: float, text: str, anchor: str = "start", fill: str = _INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{escape(text)}</text>'
    )


def _svg(title: str, height: int, lines: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12">'
    )
    heading = f'<text x="10" y="20" font-size="14" fill="{_INK}">{escape(title)}</text>'
    return "\n".join([head, heading, *lines, "</svg>", ""])
