"""Programs with their declarations in another order: they mean the same.

cue evaluates in the order of the source and lets some results depend on it (what a reference sees of a struct that
is wrong or incomplete elsewhere depends on which of the two stands first). Where cue disagrees with itself, so may we.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from velac.compiler.cue.api import parse
from velac.compiler.cue.errors import CueError
from velac.grammar import ast


def reordered(text: str) -> Iterator[str]:
    """The program with the declarations of the file reversed or one of them elsewhere, then with those of all structs
    reversed."""
    try:
        file = parse(text, "in.cue")
    except CueError:
        return
    head = text[: file.decls[0].span.start] if file.decls else text
    if len(file.decls) > 1:
        parts = [text[d.span.start : d.span.end] for d in reversed(file.decls)]
        yield head + "\n".join(parts) + "\n"
        for at in range(1, len(file.decls)):
            moved = [
                *file.decls[: at - 1],
                file.decls[at],
                *file.decls[at - 1 : at],
                *file.decls[at + 1 :],
            ]
            yield head + "\n".join(text[d.span.start : d.span.end] for d in moved) + "\n"
        for first in file.decls[1:]:
            moved = [first, *(d for d in file.decls if d is not first)]
            yield head + "\n".join(text[d.span.start : d.span.end] for d in moved) + "\n"
    everywhere = head + "\n".join(_reversed(d, text) for d in reversed(file.decls)) + "\n"
    yield everywhere
    yield head + "\n".join(_reversed(d, text) for d in file.decls) + "\n"


def _reversed(node: Any, text: str) -> str:
    """The text of a syntax node, the declarations of every literal inside it in reverse."""
    from tests.oracle.shrink import _children

    start, end = node.span.start, node.span.end
    out: list[str] = []
    at = start
    children = sorted(_children(node), key=lambda child: child.span.start)
    if isinstance(node, ast.StructLit) and node.braces and len(node.decls) > 1:
        inner = ["\n".join(_reversed(d, text) for d in reversed(node.decls))]
        return "{\n" + "".join(inner) + "\n}"
    for child in children:
        if child.span.start < at or child.span.end > end:
            continue
        out += (text[at : child.span.start], _reversed(child, text))
        at = child.span.end
    return "".join(out) + text[at:end]
