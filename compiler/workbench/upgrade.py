"""Old CUE rewritten in the author's text: only the operators change, layout and comments stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from velac.compiler.cue.legacy import upgrade_file
from velac.compiler.load.literal import label_name
from velac.grammar import ast
from velac.grammar.format import format_expr


def upgraded_text(file: ast.File) -> str:
    """The text of a file with old list operators and `error` labels replaced; the same text when there are none.

    In a single-file definition the rewriter looks into `template`, whose top-level fields are what names mean there.
    """
    text = file.span.file.text
    body = next((b for d in file.decls if (b := _template_body(d)) is not None), None)
    if body is None:
        new = upgrade_file(file)
        edits = list(_edits(file.decls, new.decls))
        added = new.imports[len(file.imports) :]
    else:
        inner = ast.File(body.span, None, file.imports, body.decls, ())
        new = upgrade_file(inner)
        edits = list(_edits(inner.decls, new.decls))
        added = new.imports[len(inner.imports) :]
    for start, end, replacement in sorted(edits, reverse=True):
        text = text[:start] + replacement + text[end:]
    for spec in added:
        name = f"{spec.name.name} " if spec.name is not None else ""
        text = f'import {name}"{spec.path}"\n{"" if file.imports else chr(10)}' + text
    return text


def _template_body(decl: ast.Decl) -> ast.StructLit | None:
    if not isinstance(decl, ast.Field) or label_name(decl.label) != "template":
        return None
    return decl.value if isinstance(decl.value, ast.StructLit) else None


def _edits(old: Any, new: Any) -> Iterator[tuple[int, int, str]]:
    """The smallest expressions that differ, as edits of the old text."""
    if old is new:
        return
    if type(old) is tuple and type(new) is tuple:
        for one, other in zip(old, new, strict=True):
            yield from _edits(one, other)
        return
    if type(old) is not type(new):
        yield old.span.start, old.span.end, _text(new)
        return
    if not hasattr(old, "__dataclass_fields__"):
        return
    for item in fields(old):
        yield from _edits(getattr(old, item.name), getattr(new, item.name))


def _text(expr: Any) -> str:
    return f'"{expr.value}"' if isinstance(expr, ast.StringLit) else format_expr(expr)
