"""Patch markers: the `+key=value` comment lines of a definition's fields.

The engine keeps markers at the fields that the comments belong to. Two things are known only from the source text:
the markers of the field `patch` itself, and those that CUE forgets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from velac.grammar import ast
from velac.grammar.node import field_names


def field_marks(decls: Iterable[Any], name: str) -> dict[str, str]:
    """The markers of a top-level field, wherever it is declared; later ones win."""
    marks: dict[str, str] = {}
    for decl in decls:
        if isinstance(decl, ast.Comprehension):
            marks |= field_marks(decl.value.decls, name)
        elif isinstance(decl, ast.Embedding) and isinstance(decl.expr, ast.StructLit):
            marks |= field_marks(decl.expr.decls, name)
        elif is_labelled(decl, name):
            marks |= marks_of(decl.doc)
    return marks


def marks_of(doc: Iterable[str]) -> dict[str, str]:
    """Markers among comment lines: `+key=value`, the value up to the first blank."""
    marks = {}
    for line in doc:
        text = line.strip()
        if text.startswith("+") and "=" in text:
            key, _, value = text[1:].partition("=")
            words = value.split()
            marks[key.strip()] = words[0] if words else ""
    return marks


def is_labelled(decl: Any, name: str) -> bool:
    """Whether a declaration is a field with this fixed label."""
    if not isinstance(decl, ast.Field):
        return False
    label = decl.label
    if isinstance(label, ast.Ident):
        return label.name == name
    return isinstance(label, ast.StringLit) and label.value == name


def without_lost_markers(file: ast.File) -> ast.File:
    """The file without the comments that CUE loses when it turns a patch back into syntax.

    That are comments above a shorthand (`a: b: 1`) inside the body of an `if` or `for` of a struct, also in structs
    nested there; a list, an embedding, an operator or a computed label in between saves them.
    """
    decls = tuple(_kept(decl, False) for decl in file.decls)
    return file if decls == file.decls else replace(file, decls=decls)


def _kept(node: Any, lost: bool, chain: bool = False) -> Any:
    """A node whose fields lie (`lost`) where shorthands lose their comments; `chain`: it is the end of a shorthand."""
    if isinstance(node, ast.Comprehension):
        # Clauses hold expressions, whose own structs start afresh.
        return _changed(node, clauses=_kept(node.clauses, False), value=_kept(node.value, True))
    if isinstance(node, ast.StructLit):
        inner = chain or (lost and not node.braces)
        return _changed(node, decls=tuple(_kept(decl, lost, inner) for decl in node.decls))
    if isinstance(node, ast.Field):
        here = lost and isinstance(node.label, ast.Ident | ast.StringLit)
        doc = () if chain and here else node.doc
        direct = isinstance(node.value, ast.StructLit)
        return _changed(node, doc=doc, value=_kept(node.value, here and direct))
    if type(node) is tuple:
        items = tuple(_kept(item, False) for item in node)
        same = all(new is old for new, old in zip(items, node, strict=True))
        return node if same else items
    if isinstance(node, ast.ListLit):
        return _changed(node, elements=tuple(_element(item) for item in node.elements))
    if hasattr(node, "__dataclass_fields__"):
        parts = {name: _kept(getattr(node, name), False) for name in field_names(type(node))}
        return _changed(node, **parts)
    return node


def _element(node: Any) -> Any:
    """The body of a comprehension in a list keeps its comments."""
    if isinstance(node, ast.Comprehension):
        return _changed(node, clauses=_kept(node.clauses, False), value=_kept(node.value, False))
    return _kept(node, False)


def _changed(node: Any, **parts: Any) -> Any:
    different = {}
    for name, new in parts.items():
        old = getattr(node, name)
        if type(new) is tuple and type(old) is tuple:
            if len(new) != len(old) or any(n is not o for n, o in zip(new, old, strict=True)):
                different[name] = new
        elif new is not old:
            different[name] = new
    return replace(node, **different) if different else node
