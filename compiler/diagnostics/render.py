"""Diagnostics as text for people and as data for programs. Pure: takes diagnostics, returns strings."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Label, Severity
from velac.grammar.source import NOWHERE, Span

_WIDTH = 160
_MAX_LABELS = 12


def arranged(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by place and without repetitions (same code, message and places)."""
    unique: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in diagnostics:
        key = repetition_key(diagnostic)
        first = unique.setdefault(key, diagnostic)
        if first.severity is not Severity.ERROR and diagnostic.severity is Severity.ERROR:
            unique[key] = diagnostic
    return sorted(unique.values(), key=Diagnostic.sort_key)


def repetition_key(diagnostic: Diagnostic) -> tuple[object, ...]:
    """What a diagnostic and its repetitions have in common."""
    spans = [label.span for label in diagnostic.labels]
    places = tuple((span.file.name, span.start, span.end) for span in spans)
    return diagnostic.code, diagnostic.message, places


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops a build."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


# ------------------------------------------------------------------------------------------------------ text


def render_text(diagnostics: Iterable[Diagnostic]) -> str:
    """All diagnostics, arranged, with source lines and carets; empty for none."""
    return "".join(_one(d) + "\n" for d in arranged(diagnostics))


def render_summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty for none."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    return ", ".join(f"{n} {kind}{'s' if n > 1 else ''}" for kind, n in counts.items() if n)


def _one(diagnostic: Diagnostic) -> str:
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {_visible(diagnostic.message)}"]
    labels = [label for label in diagnostic.labels if label.span.file is not NOWHERE]
    shown = labels[:_MAX_LABELS]
    numbers = [label.span.line for label in shown]
    gutter = len(str(max(numbers, default=1)))
    for index, (label, number) in enumerate(zip(shown, numbers, strict=True)):
        lines += _place(label, number, gutter, primary=index == 0)
    pad = " " * (gutter + 1)
    if len(labels) > len(shown):
        lines.append(f"{pad}= note: and {len(labels) - len(shown)} more places")
    lines += [_tail(pad, "note", note) for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(_tail(pad, "help", diagnostic.help))
    return "\n".join(lines) + "\n"


def _tail(pad: str, word: str, text: str) -> str:
    head = f"{pad}= {word}: "
    return head + "\n".join(map(_visible, text.split("\n"))).replace("\n", "\n" + " " * len(head))


def _place(label: Label, number: int, gutter: int, *, primary: bool) -> list[str]:
    span = label.span
    arrow = "-->" if primary else ":::"
    pad = " " * gutter
    if not span.file.text and not label.text:
        return [
            f"{pad}{arrow} {_visible(span.file.name)}"
        ]  # a file that is empty, or could not be read
    text, marks = _marked(span, number, "^" if primary else "-")
    tail = f" {_visible(label.text)}" if label.text else ""
    return [
        f"{pad}{arrow} {_visible(str(span))}",
        f"{pad} |",
        f"{number:>{gutter}} | {text}".rstrip(),
        f"{pad} | {marks}{tail}",
    ]


def _marked(span: Span, number: int, mark: str) -> tuple[str, str]:
    """The source line and the line of marks below it, both cut to a readable width around the span."""
    line = span.file.line(number)
    column = span.column - 1
    start = span.file.line_starts()[number - 1]
    end = max(column + 1, min(span.end - start, len(line)))
    left = max(0, column - _WIDTH // 2) if len(line) > _WIDTH else 0
    cut = line[left : left + _WIDTH]
    before = cut[: column - left]
    under = cut[column - left : end - left] or " "
    indent = "".join("\t" if char == "\t" else " " * _cells(char) for char in before)
    return _visible(cut), indent + mark * max(1, sum(map(_cells, under)))


def _visible(text: str) -> str:
    """Control characters other than tabs as spaces: a file must not steer the reader's terminal."""
    if text.isprintable():
        return text
    return "".join(c if c == "\t" or c.isprintable() else " " for c in text)


def _cells(char: str) -> int:
    """Terminal columns of a character."""
    if char.isascii():
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


# ------------------------------------------------------------------------------------------------------ data


def as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """JSON-able objects, arranged; lines and columns are 1-based, ends exclusive."""
    return [_data(d) for d in arranged(diagnostics)]


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON array with a final line break."""
    import json

    return json.dumps(as_data(diagnostics), indent=2, ensure_ascii=False) + "\n"


def _data(diagnostic: Diagnostic) -> dict[str, Any]:
    from velac.compiler.diagnostics.codes import CODES

    entry = CODES.get(diagnostic.code)
    data: dict[str, Any] = {
        "code": diagnostic.code,
        "name": entry.slug if entry else "",
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "labels": [{**_range(label.span), "text": label.text} for label in diagnostic.labels],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
    }
    if diagnostic.span is not None:
        data |= _range(diagnostic.span)
    if diagnostic.fix is not None:
        data["fix"] = {**_range(diagnostic.fix.span), "text": diagnostic.fix.text}
    return data


def _range(span: Span) -> dict[str, Any]:
    line, column = span.file.position(span.start)
    end_line, end_column = span.file.position(span.end)
    return {
        "file": span.file.name,
        "line": line,
        "column": column,
        "endLine": end_line,
        "endColumn": end_column,
    }
