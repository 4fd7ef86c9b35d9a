"""Single-file CUE definitions: one metadata field and `template`, semantics 2.4."""

from __future__ import annotations

from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.load.definition import KINDS, Definition
from velac.compiler.load.definition_spec import check_spec
from velac.compiler.load.literal import label_name, literal_data
from velac.grammar import ast
from velac.grammar.source import Span

_METADATA: Final = ("type", "alias", "description", "annotations", "labels", "attributes")
_PREFIX: Final = "custom.definition.oam.dev/"


def definition_of_file(file: ast.File) -> Definition:
    """The definition a parsed file holds; raises Rejected with every problem found."""
    fields = [d for d in file.decls if isinstance(d, ast.Field) and not d.constraint]
    heads = [f for f in fields if label_name(f.label) != "template"]
    bodies = [f for f in fields if label_name(f.label) == "template"]
    head = _single_head(file, heads)
    name = label_name(head.label)
    if name is None or not isinstance(head.value, ast.StructLit):
        raise _invalid("a definition's metadata is a struct with a fixed name", head.span)
    template = _template(file, bodies)
    known, problems = _metadata_fields(head.value)
    type_ = _text(known, "type")
    if type_ not in KINDS:
        problems.append(_wrong_type(head, known, type_))
        raise Rejected(*problems)
    spec = _attributes(known.get("attributes"))
    span = head.label.span
    problems += check_spec(type_, spec, known["attributes"].span if "attributes" in known else span)
    if problems:
        raise Rejected(*problems)
    annotations = _prefixed(known.get("annotations"))
    for key in ("alias", "description"):
        if key in known:
            annotations[f"definition.oam.dev/{key}"] = _text(known, key)
    labels = _prefixed(known.get("labels"))
    return Definition(type_, name, template, spec, labels, annotations, None, span)


def _single_head(file: ast.File, heads: list[ast.Field]) -> ast.Field:
    names = list(dict.fromkeys(label_name(head.label) or "?" for head in heads))
    if not heads:
        raise _invalid("no metadata found, so this is not a definition", file.span)
    if len(heads) > 1:
        listed = " and ".join(f"`{name}`" for name in names[:2])
        labels = [Label(head.label.span) for head in heads]
        raise Rejected(
            Diagnostic("V312", f"more than one definition in a file, {listed}", (*labels,))
        )
    return heads[0]


def _template(file: ast.File, bodies: list[ast.Field]) -> ast.File:
    if len(bodies) != 1 or not isinstance(bodies[0].value, ast.StructLit):
        raise _invalid("a definition needs one `template` that is a struct", file.span)
    body = bodies[0].value
    if not body.decls:
        raise _invalid("the template is empty", body.span)
    return ast.File(body.span, None, file.imports, body.decls, file.comments)


def _metadata_fields(struct: ast.StructLit) -> tuple[dict[str, ast.Expr], list[Diagnostic]]:
    """The metadata by name; fields written in pieces (`attributes: a: …`) come as one struct."""
    pieces: dict[str, list[ast.Expr]] = {}
    problems = []
    for decl in struct.decls:
        name = label_name(decl.label) if isinstance(decl, ast.Field) else None
        if not isinstance(decl, ast.Field) or name not in _METADATA:
            hint = did_you_mean(name or "", _METADATA, known="fields")
            text = f"unknown metadata `{name or '?'}` of a definition"
            problems.append(Diagnostic("V312", text, (Label(decl.span),), help=hint))
            continue
        pieces.setdefault(name, []).append(decl.value)
    return {name: _joined(parts) for name, parts in pieces.items()}, problems


def _joined(parts: list[ast.Expr]) -> ast.Expr:
    structs = [part for part in parts if isinstance(part, ast.StructLit)]
    if len(parts) == 1 or len(structs) != len(parts):
        return parts[-1]
    decls = tuple(decl for struct in structs for decl in struct.decls)
    return ast.StructLit(parts[0].span.to(parts[-1].span), decls, True)


def _attributes(expr: ast.Expr | None) -> dict[str, Any]:
    """The attributes as data; status blocks written as structs become their source text."""
    if expr is None:
        return {}
    if not isinstance(expr, ast.StructLit):
        raise _invalid("attributes have to be a struct", expr.span)
    plain: list[ast.Decl] = []
    status: dict[str, Any] = {}
    for decl in expr.decls:
        if isinstance(decl, ast.Field) and label_name(decl.label) == "status":
            status |= _status(decl.value)
        else:
            plain.append(decl)
    data: dict[str, Any] = literal_data(ast.StructLit(expr.span, tuple(plain), True))
    if status:
        data["status"] = status
    return data


def _status(expr: ast.Expr) -> dict[str, Any]:
    if not isinstance(expr, ast.StructLit):
        raise _invalid("status has to be a struct", expr.span)
    blocks: dict[str, Any] = {}
    for decl in expr.decls:
        name = label_name(decl.label) if isinstance(decl, ast.Field) else None
        if not isinstance(decl, ast.Field) or name is None:
            raise _invalid("a status block needs a fixed name", decl.span)
        value = decl.value
        blocks[name] = _source(value) if isinstance(value, ast.StructLit) else literal_data(value)
    return blocks


def _source(struct: ast.StructLit) -> str:
    text = struct.span.file.text[struct.span.start : struct.span.end]
    return text[1:-1].strip() if struct.braces else text.strip()


def _prefixed(expr: ast.Expr | None) -> dict[str, str]:
    data = literal_data(expr) if expr is not None else {}
    if expr is not None and not (
        isinstance(data, dict) and all(isinstance(value, str) for value in data.values())
    ):
        raise _invalid("labels and annotations are text", expr.span)
    return {key if "oam.dev" in key else _PREFIX + key: value for key, value in data.items()}


def _text(fields: dict[str, ast.Expr], name: str) -> str:
    value = fields.get(name)
    return value.value if isinstance(value, ast.StringLit) else ""


def _wrong_type(head: ast.Field, known: dict[str, ast.Expr], type_: str) -> Diagnostic:
    place = known["type"].span if "type" in known else head.label.span
    text = f"invalid type `{type_}` of a definition" if type_ else "a definition needs a `type`"
    return Diagnostic("V312", text, (Label(place),), help=did_you_mean(type_, KINDS, known="types"))


def _invalid(message: str, span: Span) -> Rejected:
    return Rejected(Diagnostic("V312", message, (Label(Span(span.file, span.start, span.start)),)))


def looks_like_definition(file: ast.File) -> bool:
    """Whether a CUE file means to be a definition: it has a `template`, or a struct with the `type` of one."""
    for decl in file.decls:
        if not isinstance(decl, ast.Field):
            continue
        if label_name(decl.label) == "template":
            return True
        if isinstance(decl.value, ast.StructLit) and any(map(_is_known_type, decl.value.decls)):
            return True
    return False


def _is_known_type(decl: ast.Decl) -> bool:
    return (
        isinstance(decl, ast.Field)
        and label_name(decl.label) == "type"
        and isinstance(decl.value, ast.StringLit)
        and decl.value.value in KINDS
    )
