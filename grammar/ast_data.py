"""Syntax trees as plain data, to be kept as JSON: parsing costs ten times what reading them back does.

A node is a list: the number of its class, start and end of its span, then its fields. Text is not repeated: a tree
is read back for the source it was made from. What JSON cannot hold faithfully (a lone surrogate, a tree too deep) is
not written. Reading checks classes and types of everything, so damaged or hostile data raises `BadTree`; it can never
do more than make a wrong tree.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson

from velac.grammar import ast
from velac.grammar.source import SourceFile, Span

FORMAT: Final = 1
"""Part of every key under which trees are kept; to be raised when the form changes."""

_SMALL: Final = 2**53
_new = tuple.__new__


class BadTree(Exception):
    """The data is not a tree of the source."""


def dump_file(file: ast.File) -> bytes | None:
    """The tree of a whole file as JSON; None where JSON cannot hold it."""
    try:
        return orjson.dumps(_encoded(file, file.span.file))
    except (TypeError, RecursionError, BadTree):
        return None


def load_file(data: bytes, source: SourceFile) -> ast.File:
    """The tree that `dump_file` wrote for this source. Raises BadTree."""
    try:
        item = orjson.loads(data)
        if type(item) is not list or item[0] != _FILE:
            raise BadTree
        tree = _Decoder(source).node(item)
    except (ValueError, TypeError, LookupError, RecursionError, InvalidOperation) as error:
        raise BadTree from error
    assert type(tree) is ast.File
    return tree


# ----------------------------------------------------------------------------------------------------- the table

_FIELDS: Final[tuple[tuple[type[Any], tuple[tuple[str, str], ...]], ...]] = (
    (ast.Ident, (("name", "str"),)),
    (ast.StringLit, (("value", "str"),)),
    (ast.BytesLit, (("value", "bytes"),)),
    (ast.IntLit, (("value", "int"),)),
    (ast.FloatLit, (("value", "decimal"),)),
    (ast.BoolLit, (("value", "bool"),)),
    (ast.NullLit, ()),
    (ast.BottomLit, ()),
    (ast.Interpolation, (("texts", "texts"), ("exprs", "nodes"), ("is_bytes", "bool"))),
    (ast.StructLit, (("decls", "nodes"), ("braces", "bool"))),
    (ast.ListLit, (("elements", "nodes"),)),
    (ast.Selector, (("expr", "node"), ("label", "node"))),
    (ast.Index, (("expr", "node"), ("index", "node"))),
    (ast.Slice, (("expr", "node"), ("low", "node?"), ("high", "node?"))),
    (ast.Call, (("func", "node"), ("args", "nodes"))),
    (ast.Unary, (("op", "str"), ("expr", "node"))),
    (ast.Binary, (("op", "str"), ("left", "node"), ("right", "node"), ("op_span", "span"))),
    (ast.Paren, (("expr", "node"),)),
    (ast.ValueAlias, (("name", "node"), ("expr", "node"))),
    (ast.ForClause, (("key", "node?"), ("value", "node"), ("source", "node"))),
    (ast.IfClause, (("condition", "node"),)),
    (ast.LetClause, (("name", "node"), ("expr", "node"))),
    (ast.Comprehension, (("clauses", "nodes"), ("value", "node"))),
    (ast.Ellipsis, (("type", "node?"),)),
    (ast.Attribute, (("name", "str"), ("body", "str"))),
    (ast.DynamicLabel, (("expr", "node"),)),
    (ast.PatternLabel, (("alias", "node?"), ("expr", "node"))),
    (
        ast.Field,
        (
            ("label", "node"),
            ("constraint", "str"),
            ("value", "node"),
            ("alias", "node?"),
            ("attributes", "nodes"),
            ("doc", "strs"),
        ),
    ),
    (ast.Embedding, (("expr", "node"),)),
    (ast.Comment, (("text", "str"),)),
    (ast.ImportSpec, (("name", "node?"), ("path", "str"))),
    (
        ast.File,
        (
            ("package", "node?"),
            ("imports", "nodes"),
            ("decls", "nodes"),
            ("comments", "nodes"),
        ),
    ),
)
_NUMBERS: Final = {cls: number for number, (cls, _) in enumerate(_FIELDS)}
_FILE: Final = _NUMBERS[ast.File]

# ----------------------------------------------------------------------------------------------------- to data


def _encoded(node: Any, source: SourceFile) -> list[Any]:
    number = _NUMBERS[type(node)]
    span = node.span
    if span.file is not source:
        raise BadTree
    out: list[Any] = [number, span.start, span.end]
    for name, kind in _FIELDS[number][1]:
        value = getattr(node, name)
        if kind == "node" or (kind == "node?" and value is not None):
            value = _encoded(value, source)
        elif kind == "nodes":
            value = [_encoded(item, source) for item in value]
        elif kind == "bytes":
            value = value.decode("latin-1")
        elif kind == "texts":
            value = [item.decode("latin-1") if type(item) is bytes else item for item in value]
        elif kind == "int" and not -_SMALL < value < _SMALL:
            value = hex(value)
        elif kind == "decimal":
            value = str(value)
        elif kind == "span":
            if value.file is not source:
                raise BadTree
            value = [value.start, value.end]
        out.append(value)
    return out


# --------------------------------------------------------------------------------------------------- from data


class _Decoder:
    """Reads the nodes of one source back; one method for all classes, a function for each kind of field."""

    __slots__ = ("_length", "_makers", "_source")

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._length = len(source.text)
        kinds: dict[str, Callable[[Any], Any]] = {
            "node": self.node,
            "node?": lambda item: None if item is None else self.node(item),
            "nodes": self._nodes,
            "span": self._span,
            "str": _text,
            "strs": _texts,
            "bool": _bool,
            "int": _int,
            "decimal": _decimal,
            "bytes": lambda item: item.encode("latin-1"),
            "texts": _texts,
        }
        self._makers = [(cls, tuple(kinds[kind] for _, kind in of)) for cls, of in _FIELDS]

    def node(self, item: Any) -> Any:
        start, end = item[1], item[2]
        if not (type(start) is type(end) is int and 0 <= start <= end <= self._length):
            raise BadTree
        number = item[0]
        if type(number) is not int or number < 0:
            raise BadTree
        cls, kinds = self._makers[number]
        if len(item) != len(kinds) + 3:
            raise BadTree
        span = _new(Span, (self._source, start, end))
        # The four shapes that make up nearly all of a tree, without a list in between.
        count = len(kinds)
        if count == 1:
            return cls(span, kinds[0](item[3]))
        if count == 2:
            return cls(span, kinds[0](item[3]), kinds[1](item[4]))
        made = cls(span, *[kind(part) for kind, part in zip(kinds, item[3:], strict=True)])
        if cls is ast.Interpolation and made.is_bytes:
            texts = tuple([text.encode("latin-1") for text in made.texts])
            return ast.Interpolation(span, texts, made.exprs, True)
        return made

    def _nodes(self, items: Any) -> Any:
        if type(items) is not list:
            raise BadTree
        return tuple([self.node(item) for item in items])

    def _span(self, item: Any) -> Span:
        start, end = item
        if not (type(start) is type(end) is int and 0 <= start <= end <= self._length):
            raise BadTree
        return Span(self._source, start, end)


def _text(item: Any) -> str:
    if type(item) is not str:
        raise BadTree
    return item


def _texts(items: Any) -> tuple[str, ...]:
    if type(items) is not list:
        raise BadTree
    return tuple([_text(item) for item in items])


def _bool(item: Any) -> bool:
    if type(item) is not bool:
        raise BadTree
    return item


def _int(item: Any) -> int:
    if type(item) is str:
        return int(item, 16)
    if type(item) is not int:
        raise BadTree
    return item


def _decimal(item: Any) -> Decimal:
    return Decimal(_text(item))
