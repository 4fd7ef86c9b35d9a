"""Makes a program smaller while something stays true of it: parts are left out or replaced by simpler ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from velac.compiler.cue.api import parse
from velac.compiler.cue.errors import CueError
from velac.grammar import ast
from velac.grammar.source import Span

Test = Callable[[str], bool]
_IMPORT = re.compile(r'^import (?P<name>\w+)? ?"(?P<path>[^"]+)"\n', re.MULTILINE)
SIMPLE = ("1", "_", "{}", '"a"')


def shrink(text: str, holds: Test, rounds: int = 400) -> str:
    """The smallest text found for which `holds`; at most so many tests."""
    best = text
    while rounds > 0:
        for candidate in candidates(best):
            rounds -= 1
            if holds(candidate):
                best = candidate
                break
            if rounds <= 0:
                return best
        else:
            return best
    return best


def candidates(text: str) -> Iterator[str]:
    """Smaller texts, the largest cuts first."""
    seen = {text}
    for candidate in _cuts(text):
        tidy = _needed(
            "\n".join(line for line in candidate.split("\n") if line.strip(" \t,")) + "\n"
        )
        if tidy not in seen and _size(tidy) < _size(text):
            seen.add(tidy)
            yield tidy


def _needed(text: str) -> str:
    """The text without the imports that nothing uses any more (which are mistakes)."""

    def kept(found: re.Match[str]) -> str:
        name = found["name"] or found["path"].rsplit("/", 1)[-1]
        rest = text[: found.start()] + text[found.end() :]
        return found[0] if re.search(rf"(?<![\w.\"/]){name}\b", rest) else ""

    return _IMPORT.sub(kept, text)


def _size(text: str) -> tuple[int, str]:
    return len(text), text


def _cuts(text: str) -> Iterator[str]:
    try:
        file = parse(text, "in.cue")
    except CueError:
        lines = text.split("\n")
        for i in range(len(lines)):
            yield "\n".join(lines[:i] + lines[i + 1 :])
        return
    nodes = sorted(_nodes(file), key=lambda n: n.span.start - n.span.end)
    for node in nodes:
        span = node.span
        if isinstance(
            node,
            ast.Field
            | ast.Embedding
            | ast.Comprehension
            | ast.LetClause
            | ast.Ellipsis
            | ast.Attribute,
        ):
            yield _replaced(text, span, "")
            yield _without_comma(text, span)
        if isinstance(node, ast.ImportSpec):
            line = text.rfind("\n", 0, span.start) + 1
            end = text.find("\n", span.end)
            yield text[:line] + text[end + 1 :]
        yield from _simpler(text, node)


def _simpler(text: str, node: Any) -> Iterator[str]:
    span = node.span
    if isinstance(node, ast.Expr.__args__):
        for inner in _children(node):
            if isinstance(inner, ast.Expr.__args__):
                yield _replaced(text, span, _source(text, inner.span))
        for simple in SIMPLE:
            yield _replaced(text, span, simple)
        if isinstance(node, ast.ListLit | ast.Call):
            for inner in _children(node):
                yield _without_comma(text, inner.span)
    elif isinstance(node, ast.Field):
        if node.constraint:
            at = text.find(node.constraint, node.label.span.end)
            yield text[:at] + text[at + 1 :]
        if isinstance(node.value, ast.StructLit) and node.value.decls and not node.value.braces:
            yield _replaced(text, span, _source(text, node.value.decls[0].span))
    elif isinstance(node, ast.Comprehension):
        for clause in node.clauses:
            yield _replaced(text, clause.span, "")
        inside = node.value.span
        yield _replaced(text, span, text[inside.start + 1 : inside.end - 1].strip())


def _replaced(text: str, span: Span, by: str) -> str:
    return text[: span.start] + by + text[span.end :]


def _without_comma(text: str, span: Span) -> str:
    """The text without a part and the comma before or after it."""
    before, after = text[: span.start].rstrip(), text[span.end :]
    if before.endswith(","):
        return before[:-1] + after
    rest = after.lstrip(" \t")
    return text[: span.start] + (rest[1:] if rest.startswith(",") else after)


def _source(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _nodes(node: Any) -> Iterator[Any]:
    for child in _children(node):
        if isinstance(node, ast.Selector) and child is node.label:
            continue
        yield child
        yield from _nodes(child)


def _children(node: Any) -> Iterator[Any]:
    for name in _names(node):
        value = getattr(node, name)
        for item in value if isinstance(value, tuple) and not isinstance(value, Span) else (value,):
            if hasattr(item, "span") and not isinstance(item, ast.Comment):
                yield item


def _names(node: Any) -> list[str]:
    if is_dataclass(node):
        return [f.name for f in fields(node)]
    return [name for name in getattr(type(node), "__slots__", ()) if name != "span"]
