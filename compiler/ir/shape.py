"""Shapes of plain data, and one strict check against them: unknown, missing, mistyped and disallowed fields.

Decoders run this first and may then trust the data. Shapes are data, so they read like the tables of the
Application's API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final, TypeAlias, final

from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.values import Json, Path, Values
from velac.grammar.node import node


@final
@node
class Scalar:
    """A string, bool, int or anything; `test` returns a complaint about a value of the right type, or ""."""

    kind: str
    test: Callable[[Json], str] | None = None
    code: str = "V304"
    words: tuple[str, ...] = ()
    """The only values there are, where `test` allows just these."""


@final
@node
class ListOf:
    """A list of one shape."""

    item: Shape


@final
@node
class MapOf:
    """A mapping from any key to one shape."""

    value: Shape


@final
@node
class Object:
    """A mapping with these fields; a name in `required` has to be there. Null counts as absent.

    `open` allows any other field, `extensions` those that begin with `x-` (places for YAML anchors).
    """

    fields: Mapping[str, Shape]
    required: frozenset[str] = frozenset()
    what: str = "object"
    open: bool = False
    extensions: bool = False


Shape: TypeAlias = Scalar | ListOf | MapOf | Object

STRING: Final = Scalar("string")
BOOL: Final = Scalar("boolean")
INT: Final = Scalar("integer")
ANY: Final = Scalar("anything")
MAPPING: Final = MapOf(ANY)
STRINGS: Final = ListOf(STRING)
LABELS: Final = MapOf(STRING)


def one_of(*words: str) -> Scalar:
    """A string out of a fixed set."""
    listed = ", ".join(f"`{word}`" for word in words)

    def test(value: Json) -> str:
        return "" if value in words else f"`{value}` is not one of {listed}"

    return Scalar("string", test, words=words)


def schema_of(shape: Shape) -> dict[str, Json]:
    """The JSON Schema of a shape."""
    match shape:
        case Object():
            return {
                "type": "object",
                "properties": {name: schema_of(inner) for name, inner in shape.fields.items()},
                "additionalProperties": shape.open,
                **({"required": sorted(shape.required)} if shape.required else {}),
            }
        case MapOf():
            return {"type": "object", "additionalProperties": schema_of(shape.value)}
        case ListOf():
            return {"type": "array", "items": schema_of(shape.item)}
        case Scalar():
            if shape.words:
                return {"enum": list(shape.words)}
            return {} if shape.kind == "anything" else {"type": shape.kind}


_KINDS: Final = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    str: "string",
    dict: "mapping",
    list: "list",
}


def kind_of(value: Json) -> str:
    """What people call the type of a value."""
    return _KINDS.get(type(value), "number")


def check_shape(values: Values, shape: Shape, *, lenient: bool = False) -> list[Diagnostic]:
    """Every way in which `values` is not of this shape; empty when decoding is safe.

    `lenient` looks at types only, as Go's JSON decoder does: unknown and missing fields are fine, and so are values
    that only a webhook would refuse.
    """
    if _test_of(shape)(values.data):
        return []
    check = _Check(values, lenient)
    check.any(shape, (), values.data)
    return check.found


Test: TypeAlias = Callable[[Json], bool]


@cache
def _test_of(shape: Shape) -> Test:
    """Whether nothing at all is wrong with a value: the usual case, without paths."""
    if isinstance(shape, Scalar):
        return _test_of_scalar(shape)
    if isinstance(shape, Object):
        return _test_of_object(shape)
    if isinstance(shape, ListOf):
        item = _test_of(shape.item)
        return lambda value: type(value) is list and all(map(item, value))
    if shape.value is ANY:
        return lambda value: type(value) is dict
    inner = _test_of(shape.value)
    return lambda value: type(value) is dict and all(map(inner, value.values()))


def _test_of_scalar(shape: Scalar) -> Test:
    if shape.kind == "anything":
        return lambda value: True
    types, complaint = _types_of(shape), shape.test
    if complaint is None:
        return lambda value: type(value) in types
    return lambda value: type(value) in types and not complaint(value)


def _types_of(shape: Scalar) -> frozenset[type]:
    return frozenset(python for python, kind in _KINDS.items() if kind == shape.kind)


def _test_of_object(shape: Object) -> Test:
    required, is_open = tuple(shape.required), shape.open
    plain: dict[str, frozenset[type]] = {}
    others: dict[str, Test] = {}
    for name, inner in shape.fields.items():
        if isinstance(inner, Scalar) and inner.test is None and inner.kind != "anything":
            plain[name] = _types_of(inner) | {type(None)}
        else:
            others[name] = _test_of(inner)

    def test(value: Json) -> bool:
        if type(value) is not dict:
            return False
        for name in required:
            if value.get(name) in (None, ""):
                return False
        for name, item in value.items():
            types = plain.get(name)
            if types is not None:
                if type(item) not in types:
                    return False
            elif name in others:
                if item is not None and not others[name](item):
                    return False
            elif not is_open:
                return False
        return True

    return test


def report_shape(values: Values, shape: Shape, found: list[Diagnostic]) -> bool:
    """Add all strict problems to `found`; whether the data can be decoded all the same, to find more of them."""
    problems = check_shape(values, shape)
    found += problems
    return not problems or not check_shape(values, shape, lenient=True)


class _Check:
    """One check of one piece of data."""

    __slots__ = ("_lenient", "_root", "found")

    def __init__(self, root: Values, lenient: bool) -> None:
        self._root = root
        self._lenient = lenient
        self.found: list[Diagnostic] = []

    def any(self, shape: Shape, path: Path, value: Json) -> None:
        match shape:
            case Object():
                if self._is(value, dict, "mapping", path):
                    self._object(shape, path, value)
            case MapOf():
                if self._is(value, dict, "mapping", path) and shape.value is not ANY:
                    for key, item in value.items():
                        self._item(shape.value, (*path, key), item)
            case ListOf():
                if self._is(value, list, "list", path):
                    for index, item in enumerate(value):
                        self._item(shape.item, (*path, index), item)
            case Scalar():
                self._scalar(shape, path, value)

    def _item(self, shape: Shape, path: Path, value: Json) -> None:
        # Go leaves an item that is null at its zero value.
        if value is not None or not self._lenient:
            self.any(shape, path, value)

    def _object(self, shape: Object, path: Path, value: dict[str, Json]) -> None:
        for key, item in value.items():
            inner = shape.fields.get(key)
            if inner is not None:
                if item is not None:
                    self.any(inner, (*path, key), item)
            elif not (shape.open or self._lenient or (shape.extensions and key[:2] == "x-")):
                label = Label(self._root.key_span((*path, key)))
                hint = did_you_mean(key, shape.fields, known="fields")
                text = f"unknown field `{key}` of {shape.what}"
                self.found.append(Diagnostic("V301", text, (label,), help=hint))
        if self._lenient:
            return
        for name in sorted(shape.required):
            if value.get(name) in (None, ""):
                label = Label(self._root.span(path))
                self.found.append(Diagnostic("V302", f"{shape.what} needs `{name}`", (label,)))

    def _scalar(self, shape: Scalar, path: Path, value: Json) -> None:
        if shape.kind == "anything":
            return
        if kind_of(value) != shape.kind:
            self.found.append(_mistyped(self._root, path, shape.kind, value))
        elif shape.test is not None and not self._lenient and (complaint := shape.test(value)):
            text = f"`{path_text(path)}`: {complaint}"
            self.found.append(Diagnostic(shape.code, text, (Label(self._root.span(path)),)))

    def _is(self, value: Json, type_: type, word: str, path: Path) -> bool:
        if isinstance(value, type_):
            return True
        self.found.append(_mistyped(self._root, path, word, value))
        return False


def _mistyped(root: Values, path: Path, wanted: str, value: Json) -> Diagnostic:
    actual = kind_of(value)
    hint = ""
    if wanted == "string" and actual in ("boolean", "integer", "number"):
        hint = "put the value into quotes"
    subject = f"`{path_text(path)}`" if path else "this"
    text = f"{subject} has to be a {wanted}, not a {actual}".replace("a integer", "an integer")
    return Diagnostic("V303", text, (Label(root.span(path)),), help=hint)


def path_text(path: Path) -> str:
    """`components[2].name`, as people write paths."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


_NAME: Final = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_CLUSTER: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")


def name_problem(name: str) -> str:
    """Why a text cannot be the name of an object or a namespace, or "": RFC 1123, at most 253 characters."""
    if _NAME.fullmatch(name) and len(name) <= 253:
        return ""
    return f"`{name[:80]}` is not a valid name (lower-case letters, digits, `-` and `.`)"


def cluster_problem(name: str) -> str:
    """Why a text cannot be the name of a cluster, or "": it becomes a directory."""
    if _CLUSTER.fullmatch(name) and len(name) <= 253:
        return ""
    return f"`{name[:80]}` is not a valid name (letters, digits, `-`, `_` and `.`)"


_VERSION: Final = re.compile(r"v?\d+\.\d+(?:\.\d+)?(?:[-+].*)?")


def version_problem(text: str) -> str:
    """Why a text is no Kubernetes version, or ""."""
    if _VERSION.fullmatch(text):
        return ""
    return f"`{text}` is not a Kubernetes version such as `1.31`"
