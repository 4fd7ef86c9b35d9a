"""What `cue fmt -s` does on top of formatting: labels lose quotes they do not need, `a: {b: 1}` becomes `a: b: 1`.

`vela def render` writes templates in this form. A quoted label stays where its name is referred to inside the
same struct, for without quotes it would catch the reference; braces stay where a comment stands in or at the field.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Final

from velac.grammar import ast
from velac.grammar.format import format as format_file
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

_IDENTIFIER: Final = re.compile(r"[A-Za-z$][A-Za-z0-9_$]*|_[A-Za-z0-9$][A-Za-z0-9_$]*")
KEYWORDS: Final = frozenset(
    "true false null for in if let _ func package import div mod quo rem".split()
)
_TRAILING: Final = re.compile(r"[ \t,]*//")


def simplified(text: str, name: str = "in.cue") -> str:
    """The formatted, simplified text of a file. Raises CueSyntaxError."""
    file = parse(SourceFile(name, text))
    edits = sorted(_Edits(file).of(file.decls), reverse=True)
    for start, end, replacement in edits:
        text = text[:start] + replacement + text[end:]
    return format_file(parse(SourceFile(name, text))) if edits else format_file(file)


class _Edits:
    """Collects (start, end, text) of all simplifications, from the outside in."""

    __slots__ = ("comments", "text")

    def __init__(self, file: ast.File) -> None:
        self.text = file.span.file.text
        self.comments = [comment.span.start for comment in file.comments]

    def of(self, decls: Any) -> Iterator[tuple[int, int, str]]:
        """All edits below some declarations."""
        yield from self._labels(decls)
        for node in _structs(decls):
            yield from self._labels(node.decls)
        for field in _fields(decls):
            yield from self._braces(field)

    def _labels(self, decls: tuple[ast.Decl, ...]) -> Iterator[tuple[int, int, str]]:
        quoted = [
            d.label
            for d in decls
            if isinstance(d, ast.Field) and isinstance(d.label, ast.StringLit) and _simple(d.label)
        ]
        if not quoted:
            return
        used = {node.name for node in _walk_values(decls) if isinstance(node, ast.Ident)}
        for label in quoted:
            if label.value not in used:
                yield label.span.start, label.span.end, label.value

    def _braces(self, field: ast.Field) -> Iterator[tuple[int, int, str]]:
        value = field.value
        if not isinstance(value, ast.StructLit) or not value.braces or len(value.decls) != 1:
            return
        inner = value.decls[0]
        if not isinstance(inner, ast.Field) or field.attributes or inner.attributes:
            return
        end = value.span.end
        if (
            field.doc
            or self._commented(field.span.start, inner.span.start)
            or self._commented(inner.span.end, end)
            or _TRAILING.match(self.text, end)
            or _TRAILING.match(self.text, inner.span.end)
        ):
            return
        yield value.span.start, inner.span.start, ""
        yield inner.span.end, end, ""

    def _commented(self, start: int, end: int) -> bool:
        at = bisect_left(self.comments, start)
        return at < len(self.comments) and self.comments[at] < end


def _simple(label: ast.StringLit) -> bool:
    return _IDENTIFIER.fullmatch(label.value) is not None and label.value not in KEYWORDS


def _structs(tree: Any) -> Iterator[ast.StructLit]:
    return (node for node in _walk(tree) if isinstance(node, ast.StructLit))


def _fields(tree: Any) -> Iterator[ast.Field]:
    return (node for node in _walk(tree) if isinstance(node, ast.Field))


def _walk(tree: Any) -> Iterator[Any]:
    pending = [tree]
    while pending:
        node = pending.pop()
        if type(node) is tuple:
            pending.extend(node)
        elif hasattr(node, "__dataclass_fields__"):
            yield node
            pending.extend(getattr(node, item.name) for item in fields(node))


def _walk_values(decls: tuple[ast.Decl, ...]) -> Iterator[Any]:
    """Everything below that can be a reference: not the plain labels of fields."""
    pending: list[Any] = list(decls)
    while pending:
        node = pending.pop()
        if type(node) is tuple:
            pending.extend(node)
        elif isinstance(node, ast.Field):
            pending.append(node.value)
            if not isinstance(node.label, ast.Ident | ast.StringLit):
                pending.append(node.label)
        elif isinstance(node, ast.Selector):
            pending.append(node.expr)
        elif hasattr(node, "__dataclass_fields__"):
            yield node
            pending.extend(getattr(node, item.name) for item in fields(node))
