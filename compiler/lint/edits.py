"""Edits that a rule may offer: as small as can be, so that comments and layout stay."""

from __future__ import annotations

import re
from typing import Final

from velac.compiler.diagnostics.model import Fix
from velac.compiler.ir.values import Path, Values
from velac.grammar.source import NOWHERE, SourceFile, Span

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def replaced(span: Span, text: str) -> Fix | None:
    """Another text in a place; None for what no file says."""
    return Fix(span, text) if span.file is not NOWHERE else None


def with_first_key(values: Values, key: str, value: str) -> Fix | None:
    """A field before the others of a mapping."""
    span = values.span()
    if span.file is NOWHERE or not _PLAIN.fullmatch(value) or not isinstance(values.data, dict):
        return None
    at = Span(span.file, span.start, span.start)
    if span.file.text.startswith("{", span.start):
        at = Span(span.file, span.start + 1, span.start + 1)
        return Fix(at, f"{key}: {value}, " if values.data else f"{key}: {value}")
    return Fix(at, f"{key}: {value}\n{' ' * (span.column - 1)}")


def without_key(values: Values, path: Path) -> Fix | None:
    """A mapping without one of its fields; None where that is not plain to do.

    Another field has to stay, and one that begins an item of a list (`- name: …`) does, too.
    """
    key, value = values.key_span(path), values.span(path)
    if key.file is NOWHERE or key.file is not value.file or value.start < key.end:
        return None
    text = key.file.text
    line = text.rfind("\n", 0, key.start) + 1
    if text[line : key.start].strip(" ") == "":
        return Fix(Span(key.file, line, _block_end(key.file, key)), "")
    before = text[: key.start].rstrip(" ")
    if not before.endswith(("{", ",")):
        return None
    after = re.compile(r"[ \t]*,[ \t]*").match(text, value.end)
    if after is not None:
        return Fix(Span(key.file, key.start, after.end()), "")
    if before.endswith(",") and re.compile(r"[ \t]*\}").match(text, value.end):
        return Fix(Span(key.file, len(before) - 1, value.end), "")
    return None


def _block_end(file: SourceFile, key: Span) -> int:
    """The end of the lines that a field of a block mapping takes: its own, and those that are further in."""
    starts = file.line_starts()
    column = key.column - 1
    last = number = key.line
    while number < len(starts):
        number += 1
        line = file.line(number)
        inner = line.strip()
        if not inner or inner.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if indent < column or (indent == column and not inner.startswith("- ")):
            break
        last = number
    return starts[last] if last < len(starts) else len(file.text)


def without_comment(file: SourceFile, span: Span) -> Fix:
    """A line without the comment that ends it; without the line where there is nothing else on it."""
    text = file.text
    line = text.rfind("\n", 0, span.start) + 1
    start = max(text.rfind("#", line, span.start), text.rfind("//", line, span.start))
    end = text.find("\n", span.start)
    end = len(text) if end < 0 else end
    if not text[line:start].strip():
        return Fix(Span(file, line, min(end + 1, len(text))), "")
    return Fix(Span(file, line + len(text[line:start].rstrip()), end), "")
