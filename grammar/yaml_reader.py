"""Nodes out of libyaml's events: whatever YAML there is, and what is wrong with it.

Where upstream keeps the last of two equal keys silently, this is a problem (V108).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, final

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from velac.grammar.problem import TextProblem
from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_error import explain
from velac.grammar.yaml_node import YMap, YNode, YScalar, YSeq
from velac.grammar.yaml_resolve import (
    NotFinite,
    Resolved,
    json_number,
    number_key,
    resolve,
)

MAX_DEPTH: Final = 200
MAX_ALIASED: Final = 400_000
"""Nesting, and nodes of a document that aliases may add."""

_TAG: Final = "tag:yaml.org,2002:"


def documents_of(file: SourceFile) -> tuple[list[YNode], list[TextProblem]]:
    """The documents that could be read, and the problems of the rest."""
    reader = _Reader(file)
    return reader.stream(), reader.problems


class _Stop(Exception):
    """Nothing more of this file can be read."""

    def __init__(self, problem: TextProblem) -> None:
        self.problem = problem


@final
class _Reader:
    __slots__ = ("aliased", "anchors", "file", "open", "problems", "take")

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.take: Callable[[], Any]
        self.problems: list[TextProblem] = []
        self.anchors: dict[str, YNode] = {}
        self.open: set[str] = set()  # anchors of collections that are not complete yet
        self.aliased = 0

    def stream(self) -> list[YNode]:
        documents: list[YNode] = []
        try:
            # libyaml does not count a byte order mark; a line break in its place keeps the offsets right.
            text = self.file.text
            self.take = CParser("\n" + text[1:] if text[:1] == "\ufeff" else text).get_event
            while True:
                event = self.take()
                kind = type(event)
                if kind is DocumentStartEvent:
                    self.anchors, self.open, self.aliased = {}, set(), 0
                    documents.append(self.node(self.take(), 0))
                elif kind is StreamEndEvent:
                    break
                else:
                    assert kind is StreamStartEvent or kind is DocumentEndEvent
        except _Stop as stop:
            self.problems.append(stop.problem)
        except (YAMLError, UnicodeEncodeError) as error:
            self.problems.append(explain(error, self.file))
        return documents

    def node(self, event: Any, depth: int) -> YNode:
        kind = type(event)
        if kind is ScalarEvent:
            return self.scalar(event)
        if kind is AliasEvent:
            return self.alias(event)
        if depth >= MAX_DEPTH:
            raise _Stop(
                too_large(
                    self.file, event.start_mark.index, f"more than {MAX_DEPTH} levels of nesting"
                )
            )
        anchor = event.anchor
        if anchor is not None:
            self.open.add(anchor)
        node: YNode
        if kind is MappingStartEvent:
            node = self.mapping(event, depth + 1)
        else:
            assert kind is SequenceStartEvent
            node = self.sequence(event, depth + 1)
        if anchor is not None:
            self.anchors[anchor] = node
            self.open.discard(anchor)
        return node

    def sequence(self, start: Any, depth: int) -> YSeq:
        take = self.take
        node = YSeq(self.file, start.start_mark.index, bool(start.flow_style))
        append = node.items.append
        size = 1
        while True:
            event: Any = take()
            kind = type(event)
            if kind is SequenceEndEvent:
                break
            item = self.node(event, depth)
            append(item)
            size += item.size
        node.size = size
        if node.flow or not node.items:
            node.end = event.end_mark.index
        else:
            node.end = max(node.start, node.items[-1].end)
        return node

    def mapping(self, start: Any, depth: int) -> YMap:
        take = self.take
        node = YMap(self.file, start.start_mark.index, bool(start.flow_style))
        entries = node.entries
        merged: set[str] = set()
        size = 1
        end = node.start
        while True:
            event: Any = take()
            kind = type(event)
            if kind is MappingEndEvent:
                break
            key = self.scalar(event) if kind is ScalarEvent else self.node(event, depth)
            below = take()
            value = self.scalar(below) if type(below) is ScalarEvent else self.node(below, depth)
            end = value.end if value.end > key.end else key.end
            if type(key) is YScalar and key.text == "<<" and _is_merge(event):
                self.merge(value, node, merged)
                continue
            name = self.key(key)
            if name is None:
                continue
            assert type(key) is YScalar
            if name in entries and name not in merged:
                self.duplicate(name, entries[name][0], key)
            merged.discard(name)
            entries[name] = (key, value)
            size += 1 + value.size
        node.size = size + 2 * len(merged)
        node.end = event.end_mark.index if node.flow or not entries else end
        return node

    def scalar(self, event: Any) -> YScalar:
        file = self.file
        text: str = event.value
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        value: Resolved = text
        style: str = event.style or ""
        if event.tag is not None and event.tag != "!":
            value = self.tagged(event.tag, text, Span(file, start, end))
        elif event.implicit[0]:
            try:
                value = resolve(text)
            except NotFinite:
                self.report(f"`{text}` has no JSON form", Span(file, start, end))
        elif style == "|" or style == ">":
            end = start + len(file.text[start:end].rstrip())
        node = YScalar(file, start, end, value, text, style)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def tagged(self, tag: str, text: str, span: Span) -> Resolved:
        """The value of a scalar with an explicit tag; a tag nobody knows is ignored, as upstream does."""
        short = tag.removeprefix(_TAG)
        if tag == short or short in ("str", "timestamp"):
            return text
        if short == "binary":
            try:
                return base64.b64decode("".join(text.split()), validate=True).decode()
            except ValueError:
                self.report("`!!binary` does not hold base64 of UTF-8 text", span)
                return text
        if short not in ("bool", "int", "float", "null"):
            return text
        try:
            value = resolve(text)
        except NotFinite:
            value = text
        if short == "float" and type(value) is int:
            return json_number(float(value))
        wanted = {"bool": bool, "int": int, "float": Decimal, "null": type(None)}[short]
        if type(value) is not wanted:
            self.report(f"`{text}` is not a value for the tag `!!{short}`", span)
        return value

    def alias(self, event: Any) -> YNode:
        name = event.anchor
        node = self.anchors.get(name)
        start, end = event.start_mark.index, event.end_mark.index
        if node is None or name in self.open:
            inside = name in self.open
            self.report(
                f"the alias `*{name}` stands inside its own anchor"
                if inside
                else f"unknown anchor `{name}`",
                Span(self.file, start, end),
                ""
                if inside
                else f"define it before its use, with `&{name}`; or quote a value that begins with `*`",
            )
            return YScalar(self.file, start, end, None, "", "")
        self.aliased += node.size
        if self.aliased > MAX_ALIASED:
            raise _Stop(too_large(self.file, start, "aliases that expand to a huge document"))
        return node

    def merge(self, value: YNode, into: YMap, merged: set[str]) -> None:
        """`<<`: upstream merges at this point of the mapping, so that what follows wins over what is merged."""
        sources = reversed(value.items) if type(value) is YSeq else (value,)
        for source in sources:
            if type(source) is not YMap:
                self.report("`<<` takes a mapping or a list of mappings", source.span)
                continue
            into.entries |= source.entries
            merged.update(source.entries)
            into.size += source.size

    def key(self, node: YNode) -> str | None:
        """The text of a mapping key: other scalars become text the way sigs.k8s.io/yaml does it."""
        if type(node) is not YScalar:
            self.report("a list or mapping cannot be a key", node.span)
            return None
        value = node.value
        if isinstance(value, str):
            return value
        if value is None:
            self.report("null cannot be a key", node.span, "write a name before the `:`")
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        return number_key(value, node.text)

    def duplicate(self, name: str, first: YScalar, second: YScalar) -> None:
        message = f"duplicate key `{name}`"
        notes = ["", "first given here"]
        if first.text != name or second.text != name:
            notes = [f"`{second.text}` is the key `{name}`", f"so is `{first.text}`"]
        labels = ((second.span, notes[0]), (first.span, notes[1]))
        self.problems.append(TextProblem("V108", message, labels, "remove one of the two"))

    def report(self, message: str, span: Span, help: str = "") -> None:
        self.problems.append(TextProblem("V101", message, ((span, ""),), help))


def _is_merge(event: Any) -> bool:
    return type(event) is ScalarEvent and (bool(event.implicit[0]) or event.tag == _TAG + "merge")


def too_large(file: SourceFile, at: int, what: str) -> TextProblem:
    """The problem of a text that is larger than anybody means it to be."""
    return TextProblem("V106", what, ((Span(file, at, at + 1), ""),))
