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
from velac.compiler.cue.builtins.go.chars import from_bytes
from velac.compiler.cue.builtins.go.jsonvalue import merge
from velac.compiler.cue.builtins.go.quote import quote
from velac.compiler.cue.builtins.package import BuiltinError

MAX_NODES: Final = 1_000_000
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
    r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)|0b[-+][01]+|0o[-+][0-7]+", re.A
)
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.A)
_OCTAL_LIKE: Final = re.compile(r"[-+]?0[0-9_]+", re.A)
_NUMERIC: Final = frozenset("+-0123456789.")
_LITERAL: Final = re.compile(
    r"([-+]?)(?:0x([0-9a-fA-F_]+)|0b([01_]+)|0o?([0-7_]+)|([0-9][0-9_]*))", re.A
)


def load(text: str | bytes) -> Any:
    """The value of the one document of a text, None if it is empty."""
    reader = _Reader(text)
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


def load_stream(text: str | bytes) -> list[Any]:
    """The values of all documents; of an empty text null."""
    reader = _Reader(text)
    values = []
    while (value := reader.document()) is not _END:
        values.append(value)
    return values or [None]


_END: Final = object()
_OPEN: Final = object()


class _Reader:
    """Builds values from events, one document at a time."""

    __slots__ = ("_anchors", "_events", "_nodes", "_yaml")

    def __init__(self, text: str | bytes) -> None:
        import yaml

        self._yaml = yaml
        source = text if isinstance(text, str) else from_bytes(text)
        self._events: Iterator[Any] = self._parse(source)
        self._anchors: dict[str, tuple[Any, Any, int]] = {}
        self._nodes = 0

    def _parse(self, source: str) -> Iterator[Any]:
        yaml = self._yaml
        try:
            yield from yaml.parse(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.MarkedYAMLError as error:
            scanner = isinstance(error, yaml.scanner.ScannerError)
            raise BuiltinError(_where(error, scanner)) from None
        except yaml.YAMLError:
            raise BuiltinError(": control characters are not allowed") from None
        except UnicodeEncodeError:
            raise BuiltinError(": invalid UTF-8") from None

    def document(self) -> Any:
        """The next document's value, or the end."""
        yaml = self._yaml
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
                try:
                    value = self._node(next(self._events))
                except RecursionError:
                    raise BuiltinError("exceeded max depth") from None
                next(self._events)
                return value
        return _END

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise BuiltinError(f"more than {MAX_NODES} values, aliases included")

    def _node(self, event: Any) -> Any:
        yaml = self._yaml
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)[1]
        before = self._nodes
        self._count(1)
        if event.anchor:
            self._anchors[event.anchor] = (event, _OPEN, 0)
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence()
        else:
            value = self._mapping()
        if event.anchor:
            self._anchors[event.anchor] = (event, value, self._nodes - before)
        return value

    def _alias(self, event: Any) -> tuple[Any, Any]:
        found = self._anchors.get(event.anchor)
        if found is None:
            raise BuiltinError(f": unknown anchor '{event.anchor}' referenced")
        target, value, nodes = found
        if value is _OPEN:
            raise _problem(event, f"anchor {quote(event.anchor)} value contains itself")
        self._count(nodes)
        return target, value

    def _sequence(self) -> list[Any]:
        end = self._yaml.SequenceEndEvent
        items = []
        while not isinstance(event := next(self._events), end):
            items.append(self._node(event))
        return items

    def _mapping(self) -> dict[str, Any]:
        end = self._yaml.MappingEndEvent
        fields: dict[str, Any] = {}
        merging = False
        while not isinstance(key := next(self._events), end):
            if self._is_merge(key):
                merging = True
                self._merge(next(self._events), fields)
                continue
            label = self._label(key)
            value = self._node(next(self._events))
            if label in fields and not merging:
                value = merge(fields[label], value)
            fields[label] = value
        return fields

    def _is_merge(self, event: Any) -> bool:
        if not isinstance(event, self._yaml.ScalarEvent) or event.value != "<<":
            return False
        return event.tag == _TAG + "merge" or (not event.style and event.tag in (None, "!"))

    def _merge(self, event: Any, fields: dict[str, Any]) -> None:
        value = self._node(event)
        sources = [value] if isinstance(value, dict) else value
        is_scalar_alias = isinstance(event, self._yaml.AliasEvent) and not isinstance(value, dict)
        if not isinstance(sources, list) or is_scalar_alias:
            raise _problem(event, "map merge requires map or sequence of maps as the value")
        for source in reversed(sources):
            if not isinstance(source, dict):
                raise _problem(event, "map merge requires map or sequence of maps as the value")
            fields.update(source)

    def _label(self, event: Any) -> str:
        yaml = self._yaml
        if isinstance(event, yaml.AliasEvent):
            event = self._alias(event)[0]
        elif not isinstance(event, yaml.ScalarEvent):
            kind = "!!seq" if isinstance(event, yaml.SequenceStartEvent) else "!!map"
            raise _problem(event, f"invalid map key: {kind}")
        elif event.anchor:
            self._anchors[event.anchor] = (event, _scalar(event), 1)
        if not isinstance(event, yaml.ScalarEvent):
            kind = "!!seq" if isinstance(event, yaml.SequenceStartEvent) else "!!map"
            raise _problem(event, f"invalid map key: {kind}")
        return _label_text(event)


def _where(error: Any, scanner: bool) -> str:
    """The problem with the line that Go's parser reports: the context's, or the problem's, if not the first."""
    line = 0
    for mark in (error.context_mark, error.problem_mark):
        if mark is not None and mark.line:
            line = mark.line + (1 if scanner else 0)
            break
    return (f":{line}: " if line else ": ") + str(error.problem)


def _problem(event: Any, reason: str) -> BuiltinError:
    return BuiltinError(f":{event.start_mark.line + 1}: {reason}")


def _tag(event: Any) -> str:
    """The short tag of a scalar: the written one, or by its style and text."""
    tag = event.tag
    if tag and tag != "!":
        return "!!" + tag[len(_TAG) :] if tag.startswith(_TAG) else str(tag)
    if event.style:
        return "!!str"
    if event.value == "<<":
        return "!!merge"
    return resolve(event.value)


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


def _scalar(event: Any) -> Any:
    tag = _tag(event)
    text: str = event.value
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


def _int(event: Any, text: str) -> int:
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


def _float(event: Any, text: str) -> number.Number:
    if text in _NOT_NUMBERS:
        raise BuiltinError(f"illegal number start {quote(_NOT_NUMBERS[text])}")
    plain = text.replace("_", "")
    if not _FLOAT.fullmatch(plain):
        reason = f"illegal number start {quote(text)}"
        raise _problem(event, f"cannot decode {quote(text)} as !!float: {reason}")
    if not any(char in plain for char in ".eE"):
        raise BuiltinError(f"illegal number start {quote('number & ' + text)}")
    value = Decimal(plain)
    return number.neg(value.copy_abs()) if plain.startswith("-") else value


def _label_text(event: Any) -> str:
    """A key: strings as they are, others as their text in CUE."""
    tag = _tag(event)
    text: str = event.value
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
