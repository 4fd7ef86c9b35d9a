"""The table of diagnostic codes. Stages: 1 syntax, 2 CUE, 3 shapes, 4 graphs, 5 placement, 6 override,
7 render, 8 backend and output, 9 velac itself."""

from __future__ import annotations

from typing import Final

from velac.compiler.diagnostics.catalog import (
    cue,
    graph,
    history,
    internal,
    live,
    output,
    override,
    placement,
    render,
    shape,
    syntax,
)
from velac.compiler.diagnostics.code import Code

_STAGES: Final = (
    syntax,
    cue,
    shape,
    graph,
    placement,
    override,
    render,
    output,
    history,
    live,
    internal,
)

CODES: Final[dict[str, Code]] = {code.code: code for stage in _STAGES for code in stage.CODES}


def find_code(word: str) -> Code | None:
    """The code called `word`: `V501`, `v501` or `unknown-cluster`."""
    upper, lower = word.strip().upper(), word.strip().lower()
    return CODES.get(upper) or next((c for c in CODES.values() if c.slug == lower), None)
