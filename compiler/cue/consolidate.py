"""Packages as one file: `cue def`. Declarations of one field are put together, references stay as they are.

What is written once for a field stays; struct literals are merged; types, bounds and values that need nothing else are
unified; the rest is joined by `&`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from velac.compiler.cue import literals
from velac.compiler.cue.bounds import simplified
from velac.compiler.cue.canonical import Canonical, block, documented, is_simple
from velac.compiler.cue.values import BASIC_TYPES, Bottom, Constraint, is_concrete
from velac.grammar import ast
from velac.grammar.source import SourceFile

_ARITHMETIC = frozenset(("+", "-", "!", "<", "<=", ">", ">=", "!=", "=~", "!~"))


@dataclass(slots=True)
class _Member:
    """One field of a struct in the making: all its values, comments and attributes."""

    label: ast.Ident | ast.StringLit
    constraint: str
    values: list[ast.Expr] = field(default_factory=list)
    fields: list[ast.Field] = field(default_factory=list)
    attributes: list[ast.Attribute] = field(default_factory=list)


@dataclass(slots=True)
class _Parts:
    """What the conjuncts of one value come to."""

    values: list[ast.Expr] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    conjuncts: list[ast.Expr] = field(default_factory=list)
    members: dict[str, _Member] = field(default_factory=dict)
    lets: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    structs: int = 0
    fronts: list[list[str]] = field(default_factory=list)
    ellipsis: bool = False


class Consolidated(Canonical):
    """Writes values with the declarations of each field put together."""

    def __init__(
        self, *, docs: bool = True, collapse: bool = True, attributes: bool = True
    ) -> None:
        super().__init__(docs=docs, collapse=collapse)
        self.attributes = attributes

    def expr(self, node: ast.Element, depth: int, strength: int = 0) -> str:
        """An expression; struct literals are consolidated."""
        if isinstance(node, ast.StructLit) and not is_complex(node):
            return self.value([node], depth)
        if isinstance(node, ast.Comprehension):
            head = " ".join(self.clause(clause, depth) for clause in node.clauses)
            return f"{head} {self.body(node.value, depth)}"
        return super().expr(node, depth, strength)

    def body(self, node: ast.StructLit, depth: int) -> str:
        """The struct that a comprehension yields, always with braces."""
        if is_complex(node):
            return super().expr(node, depth)
        return block(self.file([ast.File(node.span, None, (), node.decls, ())], depth + 1), depth)

    def label(self, field: ast.Field, depth: int) -> str:
        """A label; one that is computed from nothing else is written as what it comes to."""
        label = field.label
        inner = label.expr if isinstance(label, ast.DynamicLabel) else label
        if isinstance(inner, ast.PatternLabel):
            return super().label(field, depth)
        known = isinstance(label, ast.DynamicLabel) and _is_self_contained(inner)
        if isinstance(inner, ast.Interpolation):
            known = all(map(_is_self_contained, inner.exprs))
        if known:
            value = _evaluated([inner])
            if isinstance(value, str):
                return literals.label(value) + field.constraint
        return super().label(field, depth)

    def field(self, field: ast.Field, depth: int) -> str:
        """A field that is written alone."""
        if isinstance(field.value, ast.ValueAlias):
            return super().field(field, depth)
        head = f"{field.alias.name}=" if field.alias else ""
        value = self.field_text([field.value], depth)
        tail = self.attribute_text(field.attributes)
        line = f"{head}{self.label(field, depth)}: {value}{tail}"
        return documented([field] if self.docs else (), line, depth)

    def attribute_text(self, attributes: Iterable[ast.Attribute]) -> str:
        """Attributes behind a field, each once."""
        if not self.attributes:
            return ""
        return "".join(dict.fromkeys(f" @{a.name}({a.body})" for a in attributes))

    # ------------------------------------------------------------------------------------------- merging

    def file(self, trees: Sequence[ast.Expr | ast.File], depth: int = 0) -> list[str]:
        """The declarations of a file that says what all the trees together say."""
        only = trees[0] if len(trees) == 1 else None
        if isinstance(only, ast.File) and is_complex(only):
            return self.decls(only.decls, depth, of_file=True)
        parts = self.parts(trees, depth)
        lines = self.lines(parts, depth)
        if not parts.conjuncts:
            return lines
        if not lines:
            return [self.joined(parts.conjuncts, depth)]
        inner = self.parts(trees, depth + 1)
        return [self.joined(parts.conjuncts, depth, block(self.lines(inner, depth + 1), depth))]

    def value(self, trees: Sequence[ast.Expr | ast.File], depth: int) -> str:
        """One expression that says what all the trees together say."""
        parts = self.parts(trees, depth + 1)
        if not parts.members and not parts.ellipsis and not parts.attributes and not parts.lets:
            count = len(parts.conjuncts) + len(parts.embedded)
            if not count:
                return "{}" if parts.structs else "_"
            if count == 1:
                alone = self.parts(trees, depth)
                return (alone.embedded or [self.joined(alone.conjuncts, depth)])[0]
        lines = self.lines(parts, depth + 1)
        body = block(lines, depth) if lines or parts.structs else ""
        return self.joined(parts.conjuncts, depth, body)

    def joined(self, conjuncts: Sequence[ast.Expr], depth: int, body: str = "") -> str:
        """Expressions joined by `&`, the body of a struct last."""
        several = len(conjuncts) + bool(body) > 1
        strength = 6 if several else 0
        texts = [
            self.expr(node, depth, strength if _is_disjunction(node) else 0) for node in conjuncts
        ]
        return " & ".join([*texts, body] if body else texts)

    def lines(self, parts: _Parts, depth: int) -> list[str]:
        """The declarations of the struct that the parts make, without what is joined to it."""
        out = [*parts.lets, *parts.attributes, *parts.embedded]
        members = [parts.members[key] for key in _ordered(parts.fronts)]
        written = [self.member(member, depth) for member in members]
        for at, member in enumerate(members):
            # A quoted label is none that references can mean: without the quotes it might become one.
            if isinstance(member.label, ast.StringLit):
                name = re.escape(member.label.value)
                meant = re.compile(rf'(?<![\w.#$"]){name}\b(?!\s*[?!]?:)')
                if any(meant.search(line) for line in (*out, *written)):
                    label = re.compile(rf"^(\t*){name}(?=[?!]?:)", re.MULTILINE)
                    shown = literals.quoted(member.label.value).replace("\\", r"\\")
                    written[at] = label.sub(rf"\1{shown}", written[at], count=1)
        out += written
        return [*out, "..."] if parts.ellipsis else out

    def member(self, member: _Member, depth: int) -> str:
        label = member.label
        name = label.name if isinstance(label, ast.Ident) else literals.label(label.value)
        regular = not isinstance(label, ast.Ident) or label.name[:1] not in ("#", "_")
        value = self.field_text(member.values, depth, regular)
        line = f"{name}{member.constraint}: {value}{self.attribute_text(member.attributes)}"
        return documented(member.fields if self.docs else (), line, depth)

    def field_text(self, values: Sequence[ast.Expr], depth: int, regular: bool = True) -> str:
        """The value of a field; `a: b: 1` for a struct of one plain field."""
        if self.collapse:
            lone = self.lone_pattern(values, depth)
            if lone:
                return lone
            parts = self.parts(values, depth)
            alone = list(parts.members.values())
            rest = (parts.embedded, parts.conjuncts, parts.lets, parts.attributes, parts.ellipsis)
            if len(alone) == 1 and not any(rest):
                inner = alone[0]
                if (
                    regular
                    and not inner.attributes
                    and not (self.docs and any(f.doc for f in inner.fields))
                ):
                    return self.member(inner, depth)
        return self.value(values, depth)

    def lone_pattern(self, values: Sequence[ast.Expr], depth: int) -> str:
        """A struct of nothing but one pattern or computed field, without its braces."""
        only = values[0] if len(values) == 1 else None
        if not isinstance(only, ast.StructLit) or len(only.decls) != 1:
            return ""
        inner = only.decls[0]
        if not isinstance(inner, ast.Field) or is_simple(inner) or inner.attributes:
            return ""
        return "" if self.docs and inner.doc else self.field(inner, depth)

    def parts(self, trees: Sequence[ast.Expr | ast.File], depth: int) -> _Parts:
        """Take the conjuncts apart; texts stand at `depth`."""
        parts = _Parts()
        for tree in trees:
            if isinstance(tree, ast.File) and is_complex(tree):
                parts.embedded.append(block(self.decls(tree.decls, depth + 1, of_file=True), depth))
            elif isinstance(tree, ast.File):
                self.take_decls(tree.decls, parts, depth)
            else:
                self.take(tree, parts, depth, embedded=False)
        if parts.values:
            parts.embedded.insert(0, self.unified(parts.values, depth))
        return parts

    def take(self, node: ast.Expr, parts: _Parts, depth: int, *, embedded: bool) -> None:
        while isinstance(node, ast.Paren):
            node = node.expr
        if isinstance(node, ast.StructLit):
            if is_complex(node):
                outer = max(depth - 1, 0)
                parts.embedded.append(block(self.decls(node.decls, outer + 1), outer))
                parts.structs += 1
            else:
                self.take_decls(node.decls, parts, depth)
        elif isinstance(node, ast.Binary) and node.op == "&" and not embedded:
            self.take(node.left, parts, depth, embedded=False)
            self.take(node.right, parts, depth, embedded=False)
        elif _is_self_contained(node):
            parts.values.append(node)
        elif embedded:
            parts.embedded.append(self.expr(node, depth))
        elif not (isinstance(node, ast.Ident) and node.name == "_"):
            parts.conjuncts.append(node)

    def take_decls(self, decls: Sequence[ast.Decl], parts: _Parts, depth: int) -> None:
        parts.structs += 1
        front: list[str] = []
        parts.fronts.append(front)
        for decl in decls:
            match decl:
                case ast.Field() if is_simple(decl):
                    front.append(self.take_field(decl, parts))
                case ast.Embedding(expr=expr):
                    self.take(expr, parts, depth, embedded=True)
                case ast.Ellipsis(type=None):
                    parts.ellipsis = True
                case ast.LetClause():
                    parts.lets.append(self.clause(decl, depth))
                case ast.Attribute(name=name, body=body):
                    if self.attributes and name not in ("if", "ignore"):
                        parts.attributes.append(f"@{name}({body})")
                case _:
                    parts.embedded.append(self.decl(decl, depth))

    def take_field(self, decl: ast.Field, parts: _Parts) -> str:
        """Put a field to those of its name; the key of these."""
        label = decl.label
        assert isinstance(label, (ast.Ident, ast.StringLit))
        key = f"i{label.name}" if isinstance(label, ast.Ident) else f"i{label.value}"
        if isinstance(label, ast.StringLit) and label.value[:1] in ("_", "#"):
            key = "s" + label.value
        member = parts.members.get(key)
        if member is None:
            member = parts.members[key] = _Member(label, decl.constraint)
        elif _STRENGTH[decl.constraint] < _STRENGTH[member.constraint]:
            member.constraint = decl.constraint
        member.values.append(decl.value)
        member.fields.append(decl)
        member.attributes += decl.attributes
        return key

    # ------------------------------------------------------------------------------------- plain values

    def unified(self, values: Sequence[ast.Expr], depth: int) -> str:
        """Values that need nothing else, as one."""
        if len(values) == 1:
            text = _as_written(values[0])
            if text:
                return text
        value = _evaluated(values)
        if is_concrete(value):
            return literals.scalar(value, depth + 1)
        if type(value) is Constraint:
            return simplified(value)
        return " & ".join(Canonical.expr(self, value, depth, 6) for value in values)


_STRENGTH = {"": 0, "!": 1, "?": 2}


def _ordered(fronts: Sequence[Sequence[str]]) -> list[str]:
    """The order of the fields of several structs, as `cue def` (not `eval`) has it.

    A field comes when nothing stands before it any more in any struct; the first struct with such a field goes on.
    A field that ends its struct is not counted as free there, so that a contradiction is settled by the first struct.
    """
    waiting: dict[str, int] = {}
    for front in fronts:
        for key in front[1:]:
            waiting[key] = waiting.get(key, 0) + 1
    at = [0] * len(fronts)
    out: dict[str, None] = {}
    while True:
        left = [i for i, front in enumerate(fronts) if at[i] < len(front)]
        if not left:
            return list(out)
        ready = next((i for i in left if waiting.get(fronts[i][at[i]], 0) <= 0), None)
        if ready is None:
            waiting[fronts[left[0]][at[left[0]]]] = 0
            continue
        front = fronts[ready]
        out.setdefault(front[at[ready]])
        at[ready] += 1
        if len(front) - at[ready] > 1 and waiting[front[at[ready]]] > 0:
            waiting[front[at[ready]]] -= 1


def is_complex(node: ast.StructLit | ast.File) -> bool:
    """Whether `cue` leaves a struct literal or file as it is: it has more than plain fields and embeddings."""
    for decl in node.decls:
        if isinstance(decl, ast.Field):
            if not is_simple(decl):
                return True
        elif isinstance(decl, ast.Comprehension) or (
            isinstance(decl, ast.Ellipsis) and decl.type is not None
        ):
            return True
    return False


def _is_disjunction(node: ast.Expr) -> bool:
    return isinstance(node, ast.Binary) and node.op == "|"


def _is_self_contained(node: ast.Expr) -> bool:
    """Whether an expression is a type, a value or a bound, or computed from such."""
    match node:
        case ast.Paren(expr=inner):
            return _is_self_contained(inner)
        case ast.Ident(name=name):
            return name in BASIC_TYPES and name != "_" and not _is_shadowed(node)
        case (
            ast.StringLit() | ast.BytesLit() | ast.IntLit() | ast.FloatLit() | ast.BoolLit()
            | ast.NullLit()
        ):  # fmt: skip
            return True
        case ast.Unary(op=op, expr=inner):
            return op in _ARITHMETIC and _is_self_contained(inner)
        case ast.Binary(op=op, left=left, right=right):
            return op != "|" and _is_self_contained(left) and _is_self_contained(right)
    return False


@lru_cache(maxsize=64)
def _type_labels(file: SourceFile) -> frozenset[str]:
    """The names of types that a text uses as labels or aliases too."""
    words = re.findall(r"(?<![\w#$])([a-z_]\w*)\s*[?!]?\s*[:=](?!=)", file.text)
    return frozenset(words).intersection(BASIC_TYPES)


def _is_shadowed(node: ast.Ident) -> bool:
    return node.name in _type_labels(node.span.file)


def _as_written(node: ast.Expr) -> str:
    """The text of a literal; of a block only if it is none."""
    while isinstance(node, ast.Paren):
        node = node.expr
    if isinstance(node, (ast.StringLit, ast.BytesLit, ast.IntLit, ast.FloatLit)):
        span = node.span
        text = span.file.text[span.start : span.end]
        plain = text[:1] in "\"'#" or text[:1].isdigit() or text[:1] == "."  # none in YAML
        return text if plain and "\n" not in text else ""
    return ""


def _evaluated(values: Sequence[ast.Expr]) -> Any:
    from velac.compiler.cue.errors import CueError
    from velac.compiler.cue.parts import Run
    from velac.compiler.cue.program import Program

    first = values[0]
    joined = first
    for value in values[1:]:
        joined = ast.Binary(first.span, "&", joined, value, first.span)
    decls = (ast.Embedding(first.span, joined),)
    try:
        return Program.compile([ast.File(first.span, None, (), decls, ())]).root(Run()).result()
    except CueError:
        return Bottom(0, "")
