"""Plain block YAML, read line by line: what people and tools write for Kubernetes, several times as fast as by events.

`read_block` knows indented mappings and lists with scalars, flow collections and literal text on one line each, and
comments. Whatever else a file holds (anchors, tags, folded text, several lines of a scalar, mistakes) is left to the
reader of events: it is asked for nothing it could tell differently, so that both agree wherever this one answers.
"""

from __future__ import annotations

import json
import re
from functools import cache, partial
from typing import Any, Final, TypeAlias

from velac.grammar.source import SourceFile
from velac.grammar.yaml_node import YMap, YNode, YScalar, YSeq, to_data
from velac.grammar.yaml_resolve import NotFinite, resolve

Block: TypeAlias = tuple[dict[str, Any], int, int]
"""The data of a document, and the characters from and to which it goes."""

_MAX_DEPTH: Final = 100
_MAX_LINE: Final = 1000
_MAX_KEY: Final = 800
"""A key is simple within 1024 characters only, quotes and indentation included."""

# Tabs, other line breaks than `\n`, and what libyaml does not take or counts in another way.
_STRANGE: Final = re.compile(r"[^\n\x20-\x7e]")
_STRANGE_OF_ALL: Final = r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
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
# Characters that are not ASCII are excluded, not listed: large sets take long to compile.
_PLAIN: Final = re.compile(r"(?:[A-Za-z0-9_./+~$(<=^;\\]|[^\x00-\x9f]|-(?=[^ \n]))[^\n]*")
_REST: Final = re.compile(r" *(?: #[^\n]*)?(?=\n|\Z)")
_DASH: Final = re.compile(r"( *)-(?: |$)", re.MULTILINE)
_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/")
_PLAIN_FIRST: Final = _LETTERS | frozenset("0123456789.+~")
"""What most scalars without quotes begin with."""
_TEXT_FIRST: Final = _LETTERS - frozenset("yYnNtTfFoO")
"""What no word with a meaning, and no number, begins with."""

_SHORT: Final = 2000
"""Characters of an entry that is read by itself for a place that is asked for."""
_NEXT_KEY: Final = re.compile(r"\n(?=[^ #\n-])")

_CONTENT: Final = re.compile(r"\S")
_INDENTED: Final = re.compile(r"( *)([^\n]*)(?:\n|\Z)")


class _Other(Exception):
    """Something that is left to the reader of events."""


class _Values:
    """Reads the values behind keys and dashes."""

    __slots__ = ("file", "text")

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text

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
            else:
                if _COLON.match(text, pos):
                    raise _Other
                node.items.append(value)
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


def block_data(file: SourceFile) -> list[Block] | None:
    """The data of all documents, and where each begins and ends; None where the reader of events has to be asked."""
    if _is_strange(file.text):
        return None
    try:
        return _Data(file).documents()
    except _Other:
        return None


def read_block(file: SourceFile, found: list[Block] | None = None) -> tuple[YNode, ...] | None:
    """The documents of a file; None where the reader of events has to be asked.

    Data is read at once, or is what `block_data` has found. Nodes are made when somebody asks for places: those of an item of
    a list by itself.
    """
    found = block_data(file) if found is None else found
    if found is None:
        return None
    documents = []
    for data, start, stop in found:
        whole, part = partial(_root, file, start, stop), partial(_part, file, start, stop)
        node = YMap.later(file, _first(file.text, start), whole, part)
        node.data = data
        documents.append(node)
    return tuple(documents)


def _first(text: str, start: int) -> int:
    """Where the first key of a document stands that begins with lines of no content."""
    while True:
        match: Any = _LINE.match(text, start)
        if match[2] is not None:
            return int(match.start(2))
        start = match.end()


def _root(file: SourceFile, start: int, stop: int) -> YMap:
    return _Nodes(file, stop).read(start)


def _part(file: SourceFile, start: int, stop: int, key: str) -> YMap | None:
    """The mapping of a document with the entry of one key, if that is short and begins its line."""
    text, mark = file.text, f"{key}:"
    at = start if text.startswith(mark, start) else text.find("\n" + mark, start, stop) + 1
    if at == 0:
        return None
    found = _NEXT_KEY.search(text, at, min(at + _SHORT, stop))
    return _Nodes(file, found.start() + 1).read(at) if found is not None else None


def _item(file: SourceFile, start: int, stop: int) -> YMap:
    return _Nodes(file, stop).item(start)


class _Data(_Values):
    """Reads plain data, and makes sure that all of it is what `_Nodes` knows."""

    __slots__ = ()

    def documents(self) -> list[Block]:
        """See `block_data`. Raises _Other."""
        text = self.file.text
        pos, size = 0, len(text)
        found: list[Block] = []
        while pos < size:
            data, stop, after = self.document(pos, first=not found)
            found.append((data, pos, stop))
            pos = after
        if not found:
            raise _Other
        return found

    def document(self, pos: int, *, first: bool) -> tuple[dict[str, Any], int, int]:
        """The document that begins here, where it ends, and where the next one begins; it has to be a mapping."""
        text, line, plain, words = self.file.text, _LINE.match, _PLAIN_FIRST, _TEXT_FIRST
        size = stop = after = len(text)
        root: dict[str, Any] | None = None
        # The collection at hand, its column, whether it is a mapping, and a key that waits for its value.
        here: Any = None
        column = -1
        mapping = False
        pending: str | None = None
        above: list[tuple[Any, int, bool]] = []
        while pos < size:
            match: Any = line(text, pos)
            start, pos = pos, match.end()
            dash, key, rest = match.groups()
            if key is None:
                if not rest or rest[0] == "#" or rest.isspace():
                    if dash is not None:
                        raise _Other
                    continue
                if dash is None:
                    if rest[:3] != "---" or match.start(3) != start or rest.rstrip() != "---":
                        raise _Other
                    if root is not None:
                        stop, after = start, pos
                        break
                    if not first:
                        raise _Other  # an empty document
                    first = False
                    continue
                at = match.start(1) - start
            else:
                at = match.start(2 if dash is None else 1) - start
            # Collections that end before this line.
            while at < column or (at == column and dash is None and not mapping):
                pending = None
                if not above:
                    raise _Other
                here, column, mapping = above.pop()
            if dash is not None:
                if pending is not None:
                    # A list may stand in the column of its key.
                    if not mapping or at < column or len(above) > _MAX_DEPTH:
                        raise _Other
                    above.append((here, column, mapping))
                    here[pending] = here = []
                    column, mapping, pending = at, False, None
                elif mapping or at != column:
                    raise _Other
                if key is None:
                    value, pos = self.plain(match.start(3), pos, column)
                    here.append(value)
                    continue
                child: dict[str, Any] = {}
                here.append(child)
                above.append((here, column, mapping))
                here, column, mapping = child, match.start(2) - start, True
            elif at > column:
                if here is None:
                    if at:
                        raise _Other
                    root = here = {}
                elif pending is None or not mapping or len(above) > _MAX_DEPTH:
                    raise _Other
                else:
                    above.append((here, column, mapping))
                    here[pending] = here = {}
                    pending = None
                column, mapping = at, True
            elif not mapping:
                raise _Other
            else:
                pending = None
            if key in here or key in _WORDS or len(key) > _MAX_KEY:
                raise _Other
            if not rest or rest[0] == "#":
                here[key] = None
                pending = key
            elif (
                rest[0] in plain and rest[-1] not in " :" and ": " not in rest and " #" not in rest
            ):
                here[key] = rest if rest[0] in words else _resolved(rest)
            else:
                here[key], pos = self.plain(match.start(3), pos, column)
        if root is None:
            raise _Other
        if after < size and not _CONTENT.search(text, after):
            raise _Other  # an empty document
        if after == size and stop < size:
            raise _Other
        return root, stop, after

    def plain(self, at: int, after: int, column: int) -> tuple[Any, int]:
        """The data of the value at an offset of a line, and where to read on."""
        value, _, after = self.value(at, after, column)
        return (value.value if type(value) is YScalar else to_data(value)), after


class _Nodes(_Values):
    """Makes the nodes of text that `_Data` has read; those of the items of lists later."""

    __slots__ = ("_stop",)

    def __init__(self, file: SourceFile, stop: int) -> None:
        super().__init__(file)
        self._stop = stop

    def item(self, start: int) -> YMap:
        """The mapping that is an item of a list, in the line that begins here."""
        match: Any = _LINE.match(self.file.text, start)
        at = match.start(2)
        return self.read(start, at - start, YMap(self.file, at, False))

    def read(self, pos: int, column: int = -1, first: YMap | None = None) -> YMap:
        """The mapping of a document; or `first`, which stands in a column behind the dash of the first line."""
        text, file, line, size = self.file.text, self.file, _LINE.match, self._stop
        root = first
        node: Any = first
        entries: dict[str, tuple[YScalar, YNode]] | None = None if first is None else first.entries
        end = 0
        pending: YScalar | None = None
        above: list[tuple[Any, int, Any]] = []
        while pos < size:
            match: Any = line(text, pos, size)
            start, pos = pos, match.end()
            dash, key, rest = match.groups()
            if key is None:
                if dash is None:
                    continue  # nothing, a comment, or the mark of a document
                here = match.start(1) - start
            elif dash is not None and first is not None:
                here, dash, first = column, None, None
            else:
                here = match.start(2 if dash is None else 1) - start
            while here < column or (here == column and entries is None and dash is None):
                if pending is not None:
                    end = self.null(node, pending)
                    pending = None
                node.end = end
                node, column, entries = above.pop()
            at = match.start(3)
            if dash is not None:
                if pending is not None:
                    assert entries is not None
                    made = YSeq(file, match.start(1), False)
                    entries[pending.text] = (pending, made)
                    pending = None
                    above.append((node, column, entries))
                    node, column, entries = made, here, None
                if key is None:
                    item, end, pos = self.value(at, pos, column)
                    node.items.append(item)
                    continue
                pos = self._after(pos, column)
                child = YMap.later(file, match.start(2), partial(_item, file, start, pos))
                node.items.append(child)
                following = _DASH.match(text, pos, size)
                if following is None or len(following[1]) != column:
                    # The end of the list is that of its last item.
                    end = child.end
                continue
            if here > column:
                child = YMap(file, match.start(2), False)
                if node is None:
                    root = child
                else:
                    assert pending is not None
                    assert entries is not None
                    entries[pending.text] = (pending, child)
                    pending = None
                    above.append((node, column, entries))
                node, column, entries = child, here, child.entries
            elif pending is not None:
                self.null(node, pending)
                pending = None
            assert entries is not None
            name = YScalar(file, match.start(2), match.end(2), key, key, "")
            if not rest or rest[0] == "#":
                pending = name
                # Its place among the entries is here.
                entries[key] = (name, name)
                continue
            item, end, pos = self.value(at, pos, column)
            entries[key] = (name, item)
        while True:
            if pending is not None:
                end = self.null(node, pending)
                pending = None
            node.end = end
            if not above:
                break
            node, column, entries = above.pop()
        assert root is not None
        return root

    def null(self, node: YMap, key: YScalar) -> int:
        """Enter a key without a value; its end."""
        at = key.end + 1
        node.entries[key.text] = (key, YScalar(self.file, at, at, None, "", ""))
        return at

    def _after(self, pos: int, column: int) -> int:
        """The beginning of the line after an item of a list in this column, of which a line ends here."""
        found = _end_of_item(column).search(self.file.text, max(pos - 1, 0), self._stop)
        return self._stop if found is None else found.start() + 1


def _is_strange(text: str) -> bool:
    """Whether any character of a text is none for us; that of others than ASCII takes 10 ms to compile."""
    return (_STRANGE if text.isascii() else re.compile(_STRANGE_OF_ALL)).search(text) is not None


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


@cache
def _end_of_item(column: int) -> re.Pattern[str]:
    """What ends an item of a list in a column: a line that is indented no further, and is no comment."""
    return re.compile(rf"\n(?= {{0,{column}}}[^ #\n])")
