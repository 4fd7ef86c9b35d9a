"""Plain block YAML, read line by line: what people and tools write for Kubernetes, several times as fast as by events.

`read_block` knows indented mappings and lists with scalars, flow collections and literal text on one line each, and
comments. Whatever else a file holds (anchors, tags, folded text, several lines of a scalar, mistakes) is left to the
reader of events: it is asked for nothing it could tell differently, so that both agree wherever this one answers.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from velac.grammar.source import SourceFile
from velac.grammar.yaml_node import YMap, YNode, YScalar, YSeq
from velac.grammar.yaml_resolve import NotFinite, resolve

_MAX_DEPTH: Final = 100
_MAX_LINE: Final = 1000
"""A key is simple within 1024 characters only."""

# Tabs, other line breaks than `\n`, and what libyaml does not take or counts in another way.
_STRANGE: Final = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
_KEY: Final = r"[A-Za-z_][A-Za-z0-9_./-]*"
_LINE: Final = re.compile(rf" *(?:(-) +)?(?:({_KEY}):(?: +|(?=\n)|\Z))?([^\n]*)\n?")
_DOUBLE: Final = r'"(?:[^"\\\n]|\\["\\/bfnrt]|\\u[0-9a-cA-Ce-fE-F][0-9a-fA-F]{3})*"'
_SINGLE: Final = r"'[^'\n]*'"
_QUOTED: Final = re.compile(rf"(?:{_DOUBLE}|{_SINGLE})(?!['\"])")
_FLOW_TOKEN: Final = re.compile(
    rf" *(?:({_DOUBLE})|({_SINGLE})(?!')"
    r"|((?:[A-Za-z0-9_./+~]|-(?=[A-Za-z0-9_./]))[A-Za-z0-9_./@+~-]*(?::[A-Za-z0-9_./@+~-]+)*)"
    r"|([{}\[\],]))"
)
_COLON: Final = re.compile(r" *:(?: +|(?=[\[{]))")
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9_./+~$(<=^;\\\u00a0-\uffff]|-(?=[^ \n]))[^\n]*")
_REST: Final = re.compile(r" *(?: #[^\n]*)?(?=\n|\Z)")
_INDENTED: Final = re.compile(r"( *)([^\n]*)(?:\n|\Z)")


class _Other(Exception):
    """Something that is left to the reader of events."""


def read_block(file: SourceFile) -> tuple[YNode, ...] | None:
    """The documents of a file; None where the reader of events has to be asked."""
    if _STRANGE.search(file.text):
        return None
    try:
        return _documents(file)
    except _Other:
        return None


def _documents(file: SourceFile) -> tuple[YNode, ...]:
    documents: list[YNode] = []
    reader = _Lines(file)
    while not reader.ended:
        documents.append(reader.document())
    if not documents:
        raise _Other
    return tuple(documents)


class _Lines:
    """Reads one document after the other."""

    __slots__ = ("ended", "file", "pos", "text")

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.pos = 0
        self.ended = False

    def document(self) -> YNode:
        """The document that begins here; it has to be a mapping."""
        text, file, line = self.text, self.file, _LINE.match
        pos, size = self.pos, len(self.text)
        root: YMap | None = None
        # The collection at hand: its node, column, entries of a mapping (None for a list), and the end of its last entry.
        node: Any = None
        column = -1
        entries: dict[str, tuple[YScalar, YNode]] | None = None
        end = 0
        pending: YScalar | None = None
        above: list[tuple[Any, int, Any]] = []
        while pos < size:
            match: Any = line(text, pos)
            start, pos = pos, match.end()
            dash, key, rest = match.groups()
            at = match.start(3)
            if key is None:
                if not rest or rest[0] == "#" or rest.isspace():
                    if dash is not None:
                        raise _Other
                    continue
                if rest[:3] == "---" and at == start:
                    if rest.rstrip() != "---":
                        raise _Other
                    if root is None:
                        if self.pos:
                            raise _Other  # an empty document
                        self.pos = pos
                        continue
                    break
                if dash is None:
                    raise _Other
                here = match.start(1) - start
            else:
                key_at, key_end = match.span(2)
                here = (match.start(1) if dash is not None else key_at) - start
            # Collections that end before this line.
            while here < column or (here == column and entries is None and dash is None):
                if pending is not None:
                    end = self.null(node, pending)
                    pending = None
                node.end = end
                closed = node
                if not above:
                    raise _Other
                node, column, entries = above.pop()
                node.size += closed.size if entries is None else closed.size + 1
            if dash is not None:
                if pending is not None:
                    # A list may stand in the column of its key.
                    if entries is None or here < column:
                        raise _Other
                    made = YSeq(file, match.start(1), False)
                    entries[pending.text] = (pending, made)
                    pending = None
                    above.append((node, column, entries))
                    node, column, entries = made, here, None
                elif entries is not None or here != column:
                    raise _Other
                if len(above) > _MAX_DEPTH:
                    raise _Other
                if key is None:
                    item, end, pos = self.value(at, pos, column)
                    node.items.append(item)
                    node.size += item.size
                    continue
                child = YMap(file, key_at, False)
                node.items.append(child)
                above.append((node, column, entries))
                node, column, entries = child, key_at - start, child.entries
            elif here > column:
                if node is None:
                    if here:
                        raise _Other
                    root = child = YMap(file, key_at, False)
                elif pending is not None and entries is not None:
                    child = YMap(file, key_at, False)
                    entries[pending.text] = (pending, child)
                    pending = None
                    above.append((node, column, entries))
                    if len(above) > _MAX_DEPTH:
                        raise _Other
                else:
                    raise _Other
                node, column, entries = child, here, child.entries
            elif entries is None:
                raise _Other
            elif pending is not None:
                self.null(node, pending)
                pending = None
            assert entries is not None
            if key in entries or key in _WORDS or key_end - start > _MAX_LINE:
                raise _Other
            name = YScalar(file, key_at, key_end, key, key, "")
            if not rest or rest[0] == "#" or rest.isspace():
                pending = name
                # Its place among the entries is here.
                entries[key] = (name, name)
                continue
            item, end, pos = self.value(at, pos, column)
            entries[key] = (name, item)
            node.size += 1 + item.size
        else:
            self.ended = True
        if root is None:
            raise _Other
        while True:
            if pending is not None:
                end = self.null(node, pending)
                pending = None
            node.end = end
            if not above:
                break
            closed = node
            node, column, entries = above.pop()
            node.size += closed.size if entries is None else closed.size + 1
        self.pos = pos
        if not self.ended and not text[pos:].strip():
            raise _Other  # an empty document
        return root

    def null(self, node: YMap, key: YScalar) -> int:
        """Enter a key without a value; its end."""
        at = key.end + 1
        node.entries[key.text] = (key, YScalar(self.file, at, at, None, "", ""))
        node.size += 2
        return at

    def value(self, at: int, after: int, column: int) -> tuple[YNode, int, int]:
        """The value at an offset of a line that ends at `after`, its end, and where to read on."""
        text = self.text
        first = text[at]
        if first in "\"'":
            match = _QUOTED.match(text, at)
            if match is None or not _REST.match(text, match.end()):
                raise _Other
            end = match.end()
            return self.quoted(at, end), end, after
        if first in "{[":
            node, end = self.flow(at, 0)
            if not _REST.match(text, end) or end - at > _MAX_LINE:
                raise _Other
            return node, end, after
        if first == "|":
            return self.literal(at, after, column)
        match = _PLAIN.match(text, at)
        if match is None:
            raise _Other
        found = match.group()
        if " #" in found:
            found = found[: found.index(" #")]
        if found[-1] == " ":
            found = found.rstrip(" ")
        if ": " in found or found[-1] == ":" or found[:3] == "---":
            raise _Other
        end = at + len(found)
        return YScalar(self.file, at, end, _resolved(found), found, ""), end, after

    def quoted(self, at: int, end: int) -> YScalar:
        text = self.text[at + 1 : end - 1]
        quote = self.text[at]
        if "\\" in text and quote == '"':
            text = json.loads(self.text[at:end])
        return YScalar(self.file, at, end, text, text, quote)

    def literal(self, at: int, after: int, column: int) -> tuple[YNode, int, int]:
        """Text behind `|` or `|-`: lines that are indented further than the collection they stand in."""
        text = self.text
        head = text[at:after].rstrip("\n ")
        if head not in ("|", "|-"):
            raise _Other
        indent = 0
        lines: list[str] = []
        pos, size = after, len(text)
        end = last = at + len(head)
        while pos < size:
            match: Any = _INDENTED.match(text, pos)
            width = len(match[1])
            if match[2]:
                if not indent:
                    if width <= max(column, 0) or any(lines):
                        raise _Other
                    indent = width
                if width < indent:
                    if width > column and match[2][0] != "#":
                        raise _Other
                    if match[2][0] == "#" or match[2][:3] in ("---", "..."):
                        raise _Other  # a comment behind text, or the end of the document
                    break
                last = match.end(2)
                end = match.end()
                lines.append(text[pos + indent : last])
            else:
                lines.append(text[pos + indent : match.end(2)] if indent and width > indent else "")
                if lines[-1] or (not indent and width):
                    raise _Other  # spaces that count
            pos = match.end()
        if not indent:
            raise _Other
        while not lines[-1]:
            lines.pop()
        if last == end:
            raise _Other  # the last line is not ended
        found = "\n".join(lines) + ("\n" if head == "|" else "")
        stop = at + len(text[at:last].rstrip())
        return YScalar(self.file, at, stop, found, found, "|"), stop, pos

    def flow(self, at: int, depth: int) -> tuple[YNode, int]:
        """The collection that opens at an offset, and its end."""
        if depth > _MAX_DEPTH:
            raise _Other
        text, file, token = self.text, self.file, _FLOW_TOKEN.match
        mapping = text[at] == "{"
        close = "}" if mapping else "]"
        node: Any = YMap(file, at, True) if mapping else YSeq(file, at, True)
        pos = at + 1
        while True:
            match = token(text, pos)
            if match is None:
                raise _Other
            if match[4] == close and (pos == at + 1 or text[pos - 1] != ","):
                break
            if mapping:
                if match[4]:
                    raise _Other
                key = self.scalar(match)
                colon = _COLON.match(text, match.end())
                if colon is None or type(key.value) is not str or key.text == "<<":
                    raise _Other
                if key.value in node.entries:
                    raise _Other
                match = token(text, colon.end())
                if match is None:
                    raise _Other
            value: YNode
            if match[4]:
                if match[4] not in "{[":
                    raise _Other
                value, pos = self.flow(match.start(4), depth + 1)
            else:
                value, pos = self.scalar(match), match.end()
            if mapping:
                node.entries[key.value] = (key, value)
                node.size += 1 + value.size
            else:
                if _COLON.match(text, pos):
                    raise _Other
                node.items.append(value)
                node.size += value.size
            match = token(text, pos)
            if match is None:
                raise _Other
            if match[4] == close:
                break
            if match[4] != ",":
                raise _Other
            pos = match.end()
        node.end = match.end()
        return node, match.end()

    def scalar(self, match: re.Match[str]) -> YScalar:
        if match[3] is None:
            return self.quoted(*(match.span(1) if match[1] is not None else match.span(2)))
        at, end = match.span(3)
        return YScalar(self.file, at, end, _resolved(match[3]), match[3], "")


def _resolved(text: str) -> Any:
    try:
        return resolve(text)
    except NotFinite:
        raise _Other from None


_WORDS: Final = frozenset(
    word
    for plain in ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    for word in (plain, plain.capitalize(), plain.upper())
)
"""Keys that are no text, or not what they look like."""
