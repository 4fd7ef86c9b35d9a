"""Plain data to resolved trees and back.

Plain data is what JSON can hold, with `Decimal` for CUE's floats, `bytes`, and `Leaf` for traced scalars.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.tree import TBottom, TChoice, TField, TList, Tree, TStruct, TType
from velac.compiler.cue.values import literal
from velac.grammar.source import Span

Data = Any


def tree_of(data: Data, *, open_lists: bool = False) -> Tree:
    """Plain data as a tree; with `open_lists` every list may grow (what a JSON patch leaves behind)."""
    if isinstance(data, dict):
        return TStruct({k: TField(tree_of(v, open_lists=open_lists)) for k, v in data.items()})
    if isinstance(data, list):
        return TList([tree_of(item, open_lists=open_lists) for item in data], open_lists)
    return data  # type: ignore[no-any-return]


def keep_places(tree: Tree, sources: Sequence[Tree]) -> Tree:
    """The tree, whose fields get the places of those that a source has with the same value; later ones count first."""
    if isinstance(tree, TStruct):
        for label, field in tree.fields.items():
            structs = [s for s in map(default_arm, sources) if isinstance(s, TStruct)]
            found = [s.fields[label] for s in structs if label in s.fields]
            values = [default_arm(other.value) for other in found]
            for other, value in zip(reversed(found), reversed(values), strict=True):
                if _agree(field.value, value):
                    field.spans = other.spans
                    break
            keep_places(field.value, values)
    elif isinstance(tree, TList):
        lists = [s for s in map(default_arm, sources) if isinstance(s, TList)]
        for index, item in enumerate(tree.items):
            keep_places(item, [s.items[index] for s in lists if index < len(s.items)])
    return tree


def _agree(made: Tree, given: Tree) -> bool:
    """Whether both are structs, both lists, or equal scalars."""
    if type(made) is not type(given):
        return False
    return made is given or type(made) in _NESTED or bool(made == given)


def data_of(tree: Tree) -> Data:
    """A tree as plain data, defaults taken.

    Raises CueError with one problem for each place that holds no concrete value.
    """
    problems: list[Problem] = []
    data = _data(tree, (), (), problems)
    if problems:
        raise CueError(problems)
    return data


Labels = tuple[str | int, ...]


def _data(tree: Tree, path: Labels, spans: tuple[Span, ...], problems: list[Problem]) -> Data:
    kind = type(tree)
    if kind is TStruct:
        assert isinstance(tree, TStruct)
        if tree.pending is not None:
            problems.append(_not_concrete(tree.pending, path, spans))
        return {
            label: _data(f.value, (*path, label), f.spans or spans, problems)
            if type(f.value) in _NESTED
            else f.value
            for label, f in tree.fields.items()
        }
    if kind is TList:
        assert isinstance(tree, TList)
        return [
            _data(item, (*path, i), spans, problems) if type(item) in _NESTED else item
            for i, item in enumerate(tree.items)
        ]
    if kind is TChoice:
        assert isinstance(tree, TChoice)
        chosen = default_arm(tree)
        if chosen is not tree:
            return _data(chosen, path, spans, problems)
    elif kind not in _NESTED:
        return tree
    problems.append(_not_concrete(tree, path, spans))
    return None


def default_arm(tree: Tree) -> Tree:
    """The default of a disjunction, else the tree itself."""
    while isinstance(tree, TChoice):
        marked = [arm for arm, default in tree.arms if default]
        if len(marked) != 1:
            return tree
        tree = marked[0]
    return tree


def _not_concrete(tree: Tree, path: Labels, spans: tuple[Span, ...]) -> Problem:
    if isinstance(tree, TBottom):
        return Problem(tree.message, path_text(path), tree.spans or spans, tree.incomplete)
    return Problem(f"incomplete value {tree_text(tree)}", path_text(path), spans, incomplete=True)


def tree_text(tree: Tree) -> str:
    """A tree in the few words that an error message has room for."""
    if isinstance(tree, TType):
        return str(literal(tree.constraint))
    if isinstance(tree, TChoice):
        return " | ".join(("*" if mark else "") + tree_text(arm) for arm, mark in tree.arms)
    if isinstance(tree, TStruct):
        return "{...}" if tree.fields else "{}"
    if isinstance(tree, TList):
        return "[...]" if tree.items or tree.open else "[]"
    return "_|_" if isinstance(tree, TBottom) else literal(tree)


def path_text(path: Labels) -> str:
    """`spec.template.containers.0."a.b"`, as CUE writes paths in messages."""
    return ".".join(_label(part) for part in path)


def _label(part: str | int) -> str:
    if isinstance(part, int):
        return str(part)
    # Like CUE, `isidentifier` takes letters of any script.
    return part if part.replace("$", "_").isidentifier() else str(literal(part))


_NESTED = frozenset((TStruct, TList, TChoice, TType, TBottom))
