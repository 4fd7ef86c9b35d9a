"""From the parser's reductions to the tree: one method per named alternative of cue.lark.

Methods get the values of the alternative's symbols: leaves of the tree, a `Span` for every other terminal, and
what earlier methods returned. What the grammar cannot say (what may be a label, where imports may stand, how
strongly operators bind) is checked here and becomes a problem.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from velac.grammar import ast
from velac.grammar.build_expr import ExpressionBuilder
from velac.grammar.lexing import TokenStream, make_span
from velac.grammar.source import SourceFile, Span

_COMMENT: Final = re.compile(r"//[^\n]*")
_NAMES: Final = {
    "IntLit": "a number", "FloatLit": "a number", "BottomLit": "`_|_`", "StructLit": "a struct",
    "Selector": "a selector", "Index": "an index expression", "Slice": "a slice", "Call": "a call",
    "Unary": "an expression", "Binary": "an expression", "Interpolation": "bytes with an interpolation",
}  # fmt: skip
_IMPORT_FORBIDDEN: Final = frozenset("!\"#$%&'()*,:;<=>?[\\]^{|}`\ufffd")


class Head(NamedTuple):
    """What stands before a field's value."""

    start: int
    label: ast.Label
    constraint: str
    alias: ast.Ident | None


class Package(NamedTuple):
    """The package clause."""

    span: Span
    name: ast.Ident


class Imports(NamedTuple):
    """One import declaration."""

    span: Span
    specs: list[ast.ImportSpec]


def describe(expr: ast.Expr) -> str:
    """The kind of an expression, in words."""
    return _NAMES.get(type(expr).__name__, "this")


class Builder(ExpressionBuilder):
    """Makes the tree of one file and collects the problems met on the way."""

    def __init__(self, source: SourceFile, stream: TokenStream) -> None:
        super().__init__(source)
        self.stream = stream
        self.docs = stream.docs
        # Where the latest field begins and its `:` ends, kept while there are comments to pass on.
        self.outer_head = (0, len(source.text) + 1)

    # ------------------------------------------------------------------------------------------------- file

    def file_empty(self) -> ast.File:
        return self.file([])

    def file(self, statements: list[Any], _: Span | None = None) -> ast.File:
        package: ast.Ident | None = None
        imports: list[ast.ImportSpec] = []
        decls: list[ast.Decl] = []
        started = ""
        for statement in statements:
            if isinstance(statement, Package):
                if started:
                    self.problem(statement.span, f"the package clause must come before {started}")
                package = statement.name
                started = "another package clause"
            elif isinstance(statement, Imports):
                if started == "declarations":
                    self.problem(statement.span, "imports must come before declarations")
                imports += statement.specs
                started = started or "imports"
            else:
                if started == "imports" or not isinstance(statement, ast.Attribute):
                    started = "declarations"
                decls.append(statement)
        self.check_first(decls)
        return ast.File(
            self.between(0, len(self.text)),
            package,
            tuple(imports),
            tuple(decls),
            tuple(self.stream.comments),
        )

    def check_first(self, decls: list[ast.Decl]) -> None:
        """`package` and `import` cannot be names at the start of a file."""
        first: ast.Decl | ast.Label | ast.Expr | None = decls[0] if decls else None
        if isinstance(first, ast.Field):
            first = first.label
        elif isinstance(first, ast.Embedding):
            first = first.expr
        if isinstance(first, ast.Ident) and first.name in ("package", "import"):
            message = f"`{first.name}` cannot be a name at the start of a file"
            self.problem(first.span, message, f'quote it as a label: "{first.name}"')

    def package(self, keyword: Span, name: ast.Ident) -> Package:
        if name.name.startswith(("#", "_#")):
            self.problem(
                name.span, f"`{name.name}` cannot name a package", "use a name without `#`"
            )
        return Package(keyword.to(name.span), name)

    def import_one(self, keyword: Span, spec: ast.ImportSpec) -> Imports:
        return Imports(keyword.to(spec.span), [spec])

    def import_none(self, keyword: Span, _: Span, closing: Span) -> Imports:
        return Imports(keyword.to(closing), [])

    def import_group(
        self, keyword: Span, _: Span, specs: list[ast.ImportSpec], *ends: Span
    ) -> Imports:
        return Imports(keyword.to(ends[-1]), specs)

    def import_path(self, path: ast.StringLit) -> ast.ImportSpec:
        self.check_import(path)
        return ast.ImportSpec(path.span, None, path.value)

    def import_named(self, name: ast.Ident, path: ast.StringLit) -> ast.ImportSpec:
        if name.name.startswith(("#", "_#")):
            self.problem(
                name.span, f"`{name.name}` cannot name an import", "use a name without `#`"
            )
        self.check_import(path)
        return ast.ImportSpec(name.span.to(path.span), name, path.value)

    def check_import(self, path: ast.StringLit) -> None:
        bare = path.value.rpartition(":")[0] or path.value
        if not bare or any(
            c in _IMPORT_FORBIDDEN or c.isspace() or not c.isprintable() for c in bare
        ):
            self.problem(path.span, f"`{path.value}` is no import path")

    # --------------------------------------------------------------------------------------------- declarations

    def embedding(self, expr: ast.Expr) -> ast.Embedding:
        return ast.Embedding(expr.span, expr)

    def open_struct(self, dots: Span) -> ast.Ellipsis:
        return ast.Ellipsis(dots, None)

    def field(
        self, head: Head, value: ast.Expr, attributes: Sequence[ast.Attribute] = ()
    ) -> ast.Field:
        start, label, constraint, alias = head
        end = attributes[-1].span[2] if attributes else value.span[2]
        doc = self.docs.get(start, ()) if self.docs else ()
        span = make_span(Span, (self.source, start, end))
        return ast.Field(span, label, constraint, value, alias, tuple(attributes), doc)

    def nested_field(self, head: Head, inner: ast.Field) -> ast.Field:
        """`a: b: …`, whose inner field is complete already."""
        return self.field(head, ast.StructLit(inner.span, (inner,), False))

    def label(self, expr: ast.Expr, colon: Span) -> Head:
        return self.head(None, expr, "", colon)

    def marked_label(self, expr: ast.Expr, mark: Span, colon: Span) -> Head:
        return self.head(None, expr, self.text[mark[1]], colon)

    def aliased_label(self, alias: ast.Ident, _: Span, expr: ast.Expr, colon: Span) -> Head:
        return self.head(alias, expr, "", colon)

    def aliased_marked_label(
        self, alias: ast.Ident, _: Span, expr: ast.Expr, mark: Span, colon: Span
    ) -> Head:
        return self.head(alias, expr, self.text[mark[1]], colon)

    def head(self, alias: ast.Ident | None, expr: ast.Expr, mark: str, colon: Span) -> Head:
        label = expr if type(expr) is ast.Ident else self.as_label(expr)
        start = alias.span[1] if alias else label.span[1]
        if self.docs:
            self.pass_doc_on(start, label)
            self.outer_head = (start, colon[2])
        return Head(start, label, mark, alias)

    def pass_doc_on(self, start: int, label: ast.Label) -> None:
        """In `a: b: …` the comment above belongs to the innermost field, as long as names are fixed."""
        outer, colon = self.outer_head
        if colon > start or _COMMENT.sub("", self.text[colon:start]).strip():
            return
        self.docs.pop(start, None)
        if outer in self.docs and isinstance(label, ast.Ident | ast.StringLit):
            self.docs[start] = self.docs.pop(outer)

    def as_label(self, expr: ast.Expr) -> ast.Label:
        match expr:
            case ast.Ident() | ast.StringLit():
                return expr
            case ast.Interpolation(is_bytes=False):
                return expr
            case ast.Paren():
                return ast.DynamicLabel(expr.span, expr.expr)
            case ast.BoolLit() | ast.NullLit():
                return ast.Ident(expr.span, self.text[expr.span[1] : expr.span[2]])
            case ast.BytesLit():
                return ast.StringLit(expr.span, expr.value.decode("utf-8", "replace"))
            case ast.ListLit():
                return self.pattern(expr)
        self.problem(expr.span, f"{describe(expr)} cannot be a label", self.label_fix(expr))
        return ast.DynamicLabel(expr.span, expr)

    def pattern(self, label: ast.ListLit) -> ast.Label:
        if len(label.elements) == 1:
            match label.elements[0]:
                case ast.ValueAlias(name=name, expr=expr):
                    return ast.PatternLabel(label.span, name, expr)
                case ast.Comprehension() | ast.Ellipsis():
                    pass
                case expr:
                    return ast.PatternLabel(label.span, None, expr)
        self.problem(
            label.span, "a pattern is exactly one expression in brackets", "write [string]: …"
        )
        return ast.DynamicLabel(label.span, label)

    def label_fix(self, expr: ast.Expr) -> str:
        text = self.text[expr.span[1] : expr.span[2]]
        if isinstance(expr, ast.IntLit | ast.FloatLit):
            return f'write "{text}": …'
        if isinstance(expr, ast.Selector | ast.Index | ast.Call | ast.Binary):
            return f"write ({text}): … for a computed label"
        return ""

    def value_alias(self, name: ast.Ident, _: Span, expr: ast.Expr) -> ast.ValueAlias:
        return ast.ValueAlias(self.between(name.span[1], expr.span[2]), name, expr)

    def let(self, keyword: Span, name: ast.Ident, _: Span, expr: ast.Expr) -> ast.LetClause:
        return ast.LetClause(self.between(keyword[1], expr.span[2]), name, expr)

    def comprehension(self, clauses: list[ast.Clause], *rest: Any) -> ast.Comprehension:
        value: ast.StructLit = rest[-1]
        span = self.between(clauses[0].span[1], value.span[2])
        return ast.Comprehension(span, tuple(clauses), value)

    def if_clause(self, keyword: Span, condition: ast.Expr) -> ast.IfClause:
        return ast.IfClause(self.between(keyword[1], condition.span[2]), condition)

    def for_clause(
        self, keyword: Span, value: ast.Ident, _: Span, source: ast.Expr
    ) -> ast.ForClause:
        return ast.ForClause(self.between(keyword[1], source.span[2]), None, value, source)

    def for_key_clause(
        self, keyword: Span, key: ast.Ident, _: Span, value: ast.Ident, __: Span, source: ast.Expr
    ) -> ast.ForClause:
        return ast.ForClause(self.between(keyword[1], source.span[2]), key, value, source)
