"""YAML text to plain data as CUE reads it: the rules of yaml.v3, with CUE's exceptions.

The words of YAML 1.1 (`yes`, `on`) and dates are strings, `017` and `0o17` are octal, `<<` merges, and a repeated
key must repeat its value. Events come from libyaml, on which yaml.v3 is modelled, so syntax errors are worded alike.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from velac.compiler.cue import number
from velac.compiler.cue.builtins.engine import ArgumentError
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.go.jsonvalue import merge
from velac.compiler.cue.builtins.go.quote import quote
from velac.compiler.cue.builtins.package import BuiltinError
from velac.grammar.yaml_events import Event, EventError, events

MAX_NODES: Final = 300_000
_DOCUMENT: Final = 4
"""A document takes the time of so many values."""
_TAG: Final = "tag:yaml.org,2002:"
_WORDS: Final[dict[str, tuple[str, Any]]] = {
    **dict.fromkeys(("true", "True", "TRUE"), ("!!bool", True)),
    **dict.fromkeys(("false", "False", "FALSE"), ("!!bool", False)),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), ("!!null", None)),
}
_NOT_NUMBERS: Final = {
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), "+Inf"),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), "Inf"),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), "NaN"),
}
_INT: Final = re.compile(
    r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)|0b[-+][01]+|0o[-+][0-7]+",
    re.A,
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.A)
_OCTAL_LIKE: Final = re.compile(r"[-+]?0[0-9_]+", re.A)
_VERSION: Final = re.compile(r"(?:[ \t]*(?:#.*)?\n)*%YAML[ \t]+([0-9]+\.[0-9]+)")
"""The directive at the start of a text."""
_NUMERIC: Final = frozenset("+-0123456789.")
_LITERAL: Final = re.compile(
    r"([-+]?)(?:0x([0-9a-fA-F_]+)|0b([01_]+)|0o?([0-7_]+)|([0-9][0-9_]*))", re.A
)


def load(text: str | bytes) -> Any:
    """The value of the one document of a text, None if it is empty."""
    reader = _Reader(text, "")
    first = reader.document()
    if first is _END:
        return None
    try:
        more = reader.document()
    except BuiltinError as error:
        raise BuiltinError(f"expected a single YAML document: {error}") from None
    if more is not _END:
        raise BuiltinError("-: expected a single YAML document")
    return first


def load_stream(text: str | bytes, name: str = "") -> list[Any]:
    """The values of all documents; of an empty text null. Messages call the text `name`."""
    reader = _Reader(text, name)
    values = []
    while (value := reader.document()) is not _END:
        values.append(value)
    return values or [None]


_END: Final = object()
_OPEN: Final = object()


class _Reader:
    """Builds values from events, one document at a time."""

    __slots__ = ("_anchors", "_events", "_nodes")

    def __init__(self, text: str | bytes, name: str) -> None:
        self._events = _checked(text if isinstance(text, str) else from_bytes(text), name)
        self._anchors: dict[str, tuple[Event, Any, int]] = {}
        self._nodes = 0

    def document(self) -> Any:
        """The next document's value, or the end."""
        for _ in self._events:
            self._anchors = {}
            self._count(_DOCUMENT)
            try:
                return self._node(next(self._events))
            except RecursionError:
                raise BuiltinError("exceeded max depth") from None
        return _END

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise BuiltinError(f"more than {MAX_NODES} values, aliases included")

    def _node(self, event: Event) -> Any:
        if event.kind == "alias":
            return self._alias(event)[1]
        before = self._nodes
        self._count(1)
        if event.anchor:
            self._anchors[event.anchor] = (event, _OPEN, 0)
        if event.kind == "scalar":
            value = _scalar(event)
        elif event.kind == "sequence":
            value = self._sequence()
        else:
            value = self._mapping()
        if event.anchor:
            self._anchors[event.anchor] = (event, value, self._nodes - before)
        return value

    def _alias(self, event: Event) -> tuple[Event, Any]:
        found = self._anchors.get(event.anchor)
        if found is None:
            raise BuiltinError(f": unknown anchor '{event.anchor}' referenced")
        target, value, nodes = found
        if value is _OPEN:
            raise _problem(event, f"anchor {quote(event.anchor)} value contains itself")
        self._count(nodes)
        return target, value

    def _sequence(self) -> list[Any]:
        items = []
        while (event := next(self._events)).kind != "end":
            items.append(self._node(event))
        return items

    def _mapping(self) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        merging = False
        while (key := next(self._events)).kind != "end":
            if _is_merge(key):
                merging = True
                self._merge(next(self._events), fields)
                continue
            label = self._label(key)
            value = self._node(next(self._events))
            if label in fields and not merging:
                value = merge(fields[label], value)
            fields[label] = value
        return fields

    def _merge(self, event: Event, fields: dict[str, Any]) -> None:
        value = self._node(event)
        sources = [value] if isinstance(value, dict) else value
        if not isinstance(sources, list) or (event.kind == "alias" and sources is value):
            raise _problem(event, "map merge requires map or sequence of maps as the value")
        for source in reversed(sources):
            if not isinstance(source, dict):
                raise _problem(event, "map merge requires map or sequence of maps as the value")
            fields.update(source)

    def _label(self, event: Event) -> str:
        if event.kind == "alias":
            event = self._alias(event)[0]
        if event.kind != "scalar":
            kind = "!!seq" if event.kind == "sequence" else "!!map"
            raise _problem(event, f"invalid map key: {kind}")
        if event.anchor:
            self._anchors[event.anchor] = (event, _scalar(event), 1)
        return _label_text(event)


def _checked(text: str, name: str) -> Iterator[Event]:
    """The events; errors with the line as Go's parser gives it."""
    version = _VERSION.match(text)
    if version is not None and version[1] != "1.1":
        raise BuiltinError(f"{name}: found incompatible YAML document")
    try:
        yield from events(text)
    except EventError as error:
        place = f":{error.line}: " if error.line else ": "
        raise BuiltinError(name + place + error.problem) from None


def _is_merge(event: Event) -> bool:
    if event.kind != "scalar" or event.value != "<<":
        return False
    return event.tag == _TAG + "merge" or (event.plain and event.tag in ("", "!"))


def _problem(event: Event, reason: str) -> BuiltinError:
    return BuiltinError(f":{event.line}: {reason}")


def _tag(event: Event) -> str:
    """The short tag of a scalar: the written one, or by its style and text."""
    tag = event.tag
    if tag and tag != "!":
        return "!!" + tag[len(_TAG) :] if tag.startswith(_TAG) else tag
    if not event.plain:
        return "!!str"
    return "!!merge" if event.value == "<<" else resolve(event.value)


def resolve(text: str) -> str:
    """The tag of a plain scalar."""
    word = _WORDS.get(text)
    if word:
        return word[0]
    if text in _NOT_NUMBERS:
        return "!!float"
    if not text or text[0] not in _NUMERIC:
        return "!!str"
    plain = text.replace("_", "")
    if text[0] != "." and _INT.fullmatch(plain):
        if _fits(plain):
            return "!!int"
        if not _FLOAT.fullmatch(plain):
            return "!!str"
        return "!!str" if _OCTAL_LIKE.fullmatch(text) else "!!float"
    source = text if text[0] == "." else plain
    if _FLOAT.fullmatch(source) and float(source) not in (float("inf"), float("-inf")):
        return "!!str" if _OCTAL_LIKE.fullmatch(text) else "!!float"
    return "!!str"


def _fits(plain: str) -> bool:
    sign = -1 if "-" in plain else 1
    digits = plain.replace("-", "").replace("+", "").lower()
    if len(digits) > 80:
        return False
    value = sign * _int_value(digits)
    return -(2**63) <= value < 2**64


def _int_value(digits: str) -> int:
    for prefix, base in (("0x", 16), ("0b", 2), ("0o", 8)):
        if digits.startswith(prefix):
            return int(digits[2:], base)
    return int(digits, 8) if len(digits) > 1 and digits[0] == "0" else int(digits)


def _scalar(event: Event) -> Any:
    tag = _tag(event)
    text = event.value
    if tag in ("!!str", "!!timestamp"):
        return text
    if tag == "!!null":
        return None
    if tag == "!!bool":
        return text in ("true", "True", "TRUE")
    if tag == "!!int":
        return _int(event, text)
    if tag == "!!float":
        return _float(event, text)
    if tag == "!!binary":
        try:
            return base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
        except (binascii.Error, ValueError):
            raise _problem(event, "!!binary value contains invalid base64 data") from None
    raise _problem(event, f"cannot unmarshal tag {quote(tag)}")


def _int(event: Event, text: str) -> int:
    literal = _LITERAL.fullmatch(text)
    if literal and not text.endswith("_"):
        digits = text.lstrip("+-").replace("_", "").lower()
        return -_int_value(digits) if literal[1] == "-" else _int_value(digits)
    if text.endswith("_"):
        reason = "illegal '_' in number"
    elif _FLOAT.fullmatch(text):
        reason = "not a literal number"
    else:
        reason = f"illegal number start {quote(text)}"
    raise _problem(event, f"cannot decode {quote(text)} as !!int: {reason}")


def _float(event: Event, text: str) -> number.Number:
    if text in _NOT_NUMBERS:
        raise ArgumentError(f"parse error: illegal number start {quote(_NOT_NUMBERS[text])}")
    plain = text.replace("_", "")
    if not _FLOAT.fullmatch(plain):
        reason = f"illegal number start {quote(text)}"
        raise _problem(event, f"cannot decode {quote(text)} as !!float: {reason}")
    if not any(char in plain for char in ".eE"):
        raise ArgumentError(f"parse error: illegal number start {quote('number & ' + text)}")
    value = Decimal(plain)
    return number.neg(value.copy_abs()) if plain.startswith("-") else value


def _label_text(event: Event) -> str:
    """A key: strings as they are, others as their text in CUE."""
    tag = _tag(event)
    text = event.value
    if tag in ("!!str", "!!timestamp"):
        return text
    value = _scalar(event)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if text.startswith("-") or isinstance(value, bytes):
        raise _problem(event, f"invalid label {text}")
    if tag == "!!int" and len(text) > 1 and text[0] == "0" and text[1] <= "9":
        return "0o" + text[1:]
    return text
