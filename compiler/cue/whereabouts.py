"""Where an evaluation was when it had to stop: the innermost expression of the author on the machine's stack."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

from velac.compiler.cue.builtins import registry
from velac.compiler.cue.engine_calls import Engine
from velac.compiler.cue.expr import Expr
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import Conjunct
from velac.grammar.source import Span

_LONGEST_PATH: Final = 200
_MOST_FRAMES: Final = 2_000
"""So many calls are looked at: what is further out says little about what took so long."""


def whereabouts(traceback: TracebackType | None) -> tuple[str, tuple[Span, ...]]:
    """The path and the places of what was being evaluated where an exception was raised; empty if nobody knows."""
    path = ""
    for local in _innermost(traceback):
        span = _span_of(local)
        if span is not None:
            return path, (span,)
        if type(local) is Node:
            path = path or _path_of(local)
            spans = [span for span in local.spans() if _is_authors(span)]
            if spans:
                return path, tuple(spans[:1])
    return path, ()


def _innermost(traceback: TracebackType | None) -> Iterator[Any]:
    frames = []
    while traceback is not None:
        frames.append(traceback.tb_frame)
        traceback = traceback.tb_next
    for frame in frames[: -_MOST_FRAMES - 1 : -1]:
        found = frame.f_locals
        yield from (
            found.get(name)
            for name in ("self", "expr", "conjunct", "span", "node", "here", "holder")
        )


def _span_of(local: Any) -> Span | None:
    if isinstance(local, Conjunct):
        local = local.expr
    span = local.span if isinstance(local, (Expr, Engine)) else local
    return span if isinstance(span, Span) and _is_authors(span) else None


def _is_authors(span: Span) -> bool:
    file = span.file
    return bool(file.text) and not (file.name == "list.cue" and file.text == _list_source())


def _list_source() -> str:
    package = registry.find("list")
    return package.source if package is not None else ""


def _path_of(node: Node) -> str:
    path = node.path()
    return path if len(path) <= _LONGEST_PATH else ""
