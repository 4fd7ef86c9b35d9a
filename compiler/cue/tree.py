"""Resolved trees: a value of the engine as plain nested nodes, references resolved, defaults still disjunctions.

This is what the patch engine works on (semantics 4.3, step 2): cheap to rebuild, no environments, no laziness.
Scalars are Python data (`str`, `bytes`, `int`, `Decimal`, `bool`, `None`) or `Leaf`; anything that is not concrete
is one of the classes below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias, final

from velac.compiler.cue.leaf import Leaf, Plain
from velac.grammar.source import Span


@final
@dataclass(slots=True, eq=False)
class TField:
    """A field of a struct: its value, the `+key=value` markers of its doc comments, the places that declared it."""

    value: Tree
    marks: dict[str, str] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()


@final
@dataclass(slots=True, eq=False)
class TStruct:
    """Regular fields only, in field order; hidden fields and definitions are dropped.

    `pending` is why more fields may still come: a comprehension whose condition is not known.
    """

    fields: dict[str, TField]
    pending: TBottom | None = None


@final
@dataclass(slots=True, eq=False)
class TList:
    """Elements; `open` says that a longer list may unify with it, `rest` constrains what lies beyond."""

    items: list[Tree]
    open: bool = False
    rest: Tree | None = None


@final
@dataclass(slots=True, eq=False)
class TType:
    """A scalar that is not concrete: a type, bounds, a validator. `constraint` is the engine's own value."""

    constraint: Any


@final
@dataclass(slots=True, eq=False)
class TChoice:
    """A disjunction: arms with their default marks."""

    arms: tuple[tuple[Tree, bool], ...]


@final
@dataclass(slots=True, eq=False)
class TBottom:
    """An error in place of a value; `incomplete` when the value may still come."""

    message: str
    incomplete: bool
    spans: tuple[Span, ...] = ()


Tree: TypeAlias = TStruct | TList | TType | TChoice | TBottom | Leaf | Plain
