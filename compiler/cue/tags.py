"""Tags: values for fields with `@tag(name)`, given from outside.

`name=value` sets the field of that tag; a bare word sets every tag whose `short` lists it, and holds in `@if(word)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from typing import Final

from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.grammar import ast
from velac.grammar.record import record, slotted
from velac.grammar.source import SourceFile, Span

_TYPES: Final = ("string", "int", "bool", "number")


@record
class _Tag:
    name: str
    type: str
    short: tuple[str, ...]
    span: Span


@slotted
class _Injection:
    values: dict[str, str]
    words: set[str]
    used: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    shorts: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def words(tags: Iterable[str]) -> list[str]:
    """The bare words among tags."""
    return [tag for tag in tags if "=" not in tag]


def inject(files: Sequence[ast.File], tags: Sequence[str]) -> list[ast.File]:
    """The files with tagged fields set. Raises CueError for tags that no field has."""
    if not tags:
        return list(files)
    pairs = [tag.partition("=") for tag in tags]
    values = {name: value for name, separator, value in pairs if separator}
    work = _Injection(values, set(words(tags)))
    out = [replace(file, decls=_decls(file.decls, work)) for file in files]
    for file in files:
        for decl in file.decls:  # a word may be there for `@if` alone
            if isinstance(decl, ast.Attribute) and decl.name == "if":
                work.used |= {word for word in work.words if word in decl.body}
    for name in sorted((values.keys() | work.words) - work.used):
        known = work.names if name in values else work.shorts | work.names
        help = did_you_mean(name, known, known="the tags are")
        work.problems.append(Problem(f"no field has the tag `{name}`", "", (), False, "V209", help))
    if work.problems:
        raise CueError(work.problems)
    return out


def _decls(decls: Sequence[ast.Decl], work: _Injection) -> tuple[ast.Decl, ...]:
    return tuple(_field(decl, work) if isinstance(decl, ast.Field) else decl for decl in decls)


def _field(item: ast.Field, work: _Injection) -> ast.Field:
    value = item.value
    if isinstance(value, ast.StructLit):
        inner = _decls(value.decls, work)
        if any(a is not b for a, b in zip(inner, value.decls, strict=True)):
            value = replace(value, decls=inner)
    for attribute in item.attributes:
        tag = _tag(attribute)
        given = None if tag is None else _given(tag, work)
        if given is not None:
            span = attribute.span
            value = ast.Binary(item.value.span, "&", value, given, span)
    return item if value is item.value else replace(item, value=value)


def _tag(attribute: ast.Attribute) -> _Tag | None:
    if attribute.name != "tag":
        return None
    name, *rest = [part.strip() for part in attribute.body.split(",")]
    options = dict(part.partition("=")[::2] for part in rest)
    short = tuple(word for word in options.get("short", "").split("|") if word)
    return _Tag(name, options.get("type", "string"), short, attribute.span)


def _given(tag: _Tag, work: _Injection) -> ast.Expr | None:
    work.names.add(tag.name)
    work.shorts.update(tag.short)
    text = work.values.get(tag.name)
    if text is not None:
        work.used.add(tag.name)
    for word in tag.short:
        if word in work.words:
            work.used.add(word)
            text = word
    return None if text is None else _typed(tag, text, work)


def _typed(tag: _Tag, text: str, work: _Injection) -> ast.Expr | None:
    source = SourceFile(f"-t {tag.name}", text)
    span = Span(source, 0, len(text))
    if tag.type not in _TYPES:
        message = f"unknown type `{tag.type}` of tag `{tag.name}`"
        help = did_you_mean(tag.type, _TYPES, known="the types are")
        work.problems.append(Problem(message, "", (tag.span,), False, "V209", help))
        return None
    if tag.type == "string":
        return ast.StringLit(span, text)
    literal = _literal(source)
    fits = {
        "int": (ast.IntLit,),
        "bool": (ast.BoolLit,),
        "number": (ast.IntLit, ast.FloatLit),
    }[tag.type]
    bare = literal.expr if isinstance(literal, ast.Unary) and literal.op in "+-" else literal
    if not isinstance(bare, fits):
        message = f"tag `{tag.name}` wants {tag.type}, not `{text}`"
        work.problems.append(Problem(message, "", (tag.span,), False, "V209"))
        return None
    return literal


def _literal(source: SourceFile) -> ast.Expr | None:
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse_expr

    try:
        return parse_expr(source)
    except CueSyntaxError:
        return None
