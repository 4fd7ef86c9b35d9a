"""JSON text to plain data, fast; places are looked up when somebody asks.

Takes a `SourceFile`, returns a `JsonFile`: data, problems, and on demand the same nodes as YAML has. Numbers mean
what they mean in YAML (`1.0` is 1, other floats are Decimals). A duplicate key is a problem.
"""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any, Final, final

import orjson

from velac.grammar.problem import TextProblem
from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_node import Path, YMap, YNode, YScalar, YSeq, to_data
from velac.grammar.yaml_resolve import Resolved, resolve

MAX_TEXT: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 200

# orjson loses digits of these, and does not tell of a key that comes twice; a match is only a suspicion.
_INEXACT: Final = re.compile(r"[0-9][.eE]|[0-9]{19}")
_UNUSUAL_KEY: Final = re.compile(r'"[ \t\r\n]+:|\\u0022')
_DEEP: Final = re.compile(r"[\[{]")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_ATOM: Final = re.compile(r"[-+.0-9a-zA-Z]+")

# Python's words for a syntax error -> ours, and what to do.
_MESSAGES: Final = (
    ("Expecting property name", "a field name in double quotes is expected", "a comma after the last field is not allowed"),
    ("Expecting ',' delimiter", "`,` or the end of the list or object is expected", "separate elements with `,`"),
    ("Expecting ':' delimiter", "`:` is expected after a field name", ""),
    ("Expecting value", "a value is expected", "a comma after the last element is not allowed, nor is a word without quotes"),
    ("Illegal trailing comma", "a comma after the last element is not allowed", "remove it"),
    ("Unterminated string", "the quote is never closed", "close the quote"),
    ("Invalid control character", "a line break or control character stands in a string", "write it as `\\n` or `\\uNNNN`"),
    ("Invalid \\escape", "unknown escape", "write `\\\\` for a backslash"),
    ("Invalid \\uXXXX", "the escape needs four hexadecimal digits", ""),
    ("Extra data", "the text goes on after the document", "a JSON file holds one document"),
)  # fmt: skip


@final
class JsonFile:
    """One JSON file. `data` is None when it could not be read; then `problems` says why."""

    __slots__ = ("_node", "data", "file", "problems")

    def __init__(
        self, file: SourceFile, data: Any, problems: tuple[TextProblem, ...], node: YNode | None
    ) -> None:
        self.file: Final = file
        self.data: Final = data
        self.problems: Final = problems
        self._node = node

    @property
    def node(self) -> YNode:
        """The document as nodes with places (made on first use); only for a file that could be read."""
        if self._node is None:
            self._node = _Scanner(self.file).document()
        return self._node

    def find(self, path: Path) -> Span | None:
        """The place of the value at `path`."""
        return self.node.find(path)

    def find_key(self, path: Path) -> Span | None:
        """The place of the key of the field at `path`."""
        return self.node.find_key(path)


def read_json(file: SourceFile) -> JsonFile:
    """Read a file; never raises for what the text holds."""
    text = file.text.removeprefix("\ufeff")
    if len(text) > MAX_TEXT:
        return _failed(file, "V106", f"more than {MAX_TEXT >> 20} MiB of JSON", 0)
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return _syntax_error(file, error)
    if _is_exact(text, data):
        return JsonFile(file, data, (), None)
    scanner = _Scanner(file)
    try:
        node = scanner.document()
    except RecursionError:
        return _failed(file, "V106", f"more than {MAX_DEPTH} levels of nesting", 0)
    return JsonFile(file, to_data(node), tuple(scanner.problems), node)


def locate(file: SourceFile, path: Path) -> Span | None:
    """Where the value at `path` stands in a file that holds valid JSON."""
    return _Scanner(file).document().find(path)


def _is_exact(text: str, data: Any) -> bool:
    """Whether nothing of the text was lost: no number rounded, no key dropped, no nesting beyond the limit."""
    if _INEXACT.search(text) is not None or _UNUSUAL_KEY.search(text) is not None:
        return False
    if len(_DEEP.findall(text)) >= MAX_DEPTH and _depth(text) > MAX_DEPTH:
        return False
    return orjson.dumps(data).count(b'":') == text.count('":')


def _depth(text: str) -> int:
    depth = deepest = 0
    for mark in re.findall(r'"(?:[^"\\]|\\.)*"|[\[{\]}]', text):
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def _failed(file: SourceFile, code: str, message: str, at: int, help: str = "") -> JsonFile:
    span = Span(file, at, min(at + 1, len(file.text)))
    return JsonFile(file, None, (TextProblem(code, message, ((span, ""),), help),), None)


def _syntax_error(file: SourceFile, refusal: orjson.JSONDecodeError) -> JsonFile:
    """Python's reader words and places a syntax error better; what it accepts all the same is orjson's to explain."""
    shift = 1 if file.text.startswith("\ufeff") else 0
    try:
        json.loads(file.text[shift:], parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        for words, message, help in _MESSAGES:
            if error.msg.startswith(words):
                return _failed(file, "V103", message, error.pos + shift, help)
        return _failed(file, "V103", error.msg, error.pos + shift)
    except _Constant as constant:
        at = file.text.find(str(constant))
        return _failed(file, "V103", f"`{constant}` has no JSON form", max(at, 0))
    except RecursionError:
        return _failed(file, "V106", f"more than {MAX_DEPTH} levels of nesting", 0)
    return _failed(file, "V103", refusal.msg, min(refusal.pos + shift, len(file.text)))


class _Constant(Exception):
    """`NaN` or `Infinity`."""


def _no_constant(name: str) -> Any:
    raise _Constant(name)


@final
class _Scanner:
    """Builds nodes from text that is valid JSON."""

    __slots__ = ("file", "problems", "text")

    def __init__(self, file: SourceFile) -> None:
        self.file = file
        self.text = file.text
        self.problems: list[TextProblem] = []

    def document(self) -> YNode:
        return self.value(self.space(1 if self.text.startswith("\ufeff") else 0), 0)

    def space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        assert match is not None
        return match.end()

    def value(self, at: int, depth: int) -> YNode:
        first = self.text[at]
        if depth >= MAX_DEPTH and first in "{[":
            raise RecursionError
        if first == "{":
            return self.object(at, depth)
        if first == "[":
            return self.array(at, depth)
        return self.string(at) if first == '"' else self.atom(at)

    def string(self, at: int) -> YScalar:
        text, end = scanstring(self.text, at + 1)
        return YScalar(self.file, at, end, text, text, '"')

    def atom(self, at: int) -> YScalar:
        match = _ATOM.match(self.text, at)
        assert match is not None
        value: Resolved = resolve(match[0])
        return YScalar(self.file, at, match.end(), value, match[0], "")

    def array(self, at: int, depth: int) -> YSeq:
        node = YSeq(self.file, at, True)
        at = self.space(at + 1)
        while self.text[at] != "]":
            item = self.value(at, depth + 1)
            node.items.append(item)
            node.size += item.size
            at = self.space(item.end)
            if self.text[at] == ",":
                at = self.space(at + 1)
        node.end = at + 1
        return node

    def object(self, at: int, depth: int) -> YMap:
        node = YMap(self.file, at, True)
        at = self.space(at + 1)
        while self.text[at] != "}":
            key = self.string(at)
            value = self.value(self.space(self.space(key.end) + 1), depth + 1)
            if key.text in node.entries:
                first = node.entries[key.text][0]
                labels = ((key.span, ""), (first.span, "first given here"))
                message = f"duplicate key `{key.text}`"
                self.problems.append(TextProblem("V108", message, labels, "remove one of the two"))
            node.entries[key.text] = (key, value)
            node.size += 1 + value.size
            at = self.space(value.end)
            if self.text[at] == ",":
                at = self.space(at + 1)
        node.end = at + 1
        return node
