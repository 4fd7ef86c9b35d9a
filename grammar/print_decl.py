"""Printing of CUE declarations and files, with the empty lines and tables that `cue fmt` makes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from velac.grammar import ast, quoting
from velac.grammar.print_expr import CELL, ExpressionPrinter
from velac.grammar.source import Span

_COMMENT: Final = re.compile(r"//[^\n]*")
_TRAILING: Final = re.compile(r"[ \t,]*//")


class DeclarationPrinter(ExpressionPrinter):
    """Writes everything that CUE has."""

    # ------------------------------------------------------------------------------------------------- files

    def file(self, file: ast.File) -> None:
        """A whole file, comments included."""
        decls = list(file.decls)
        if file.package:
            self.attributes_before(self.start(file.package), decls)
            self.section(self.start(file.package))
            self.sheet.text(f"package {file.package.name}")
            self.written(self.end(file.package))
        for group in self.import_groups(file.imports):
            start = self.start(group[0])
            self.attributes_before(start, decls)
            parenthesised = "(" in self.code(self.at, start)
            self.section(start)
            self.import_declaration(group, parenthesised or len(group) > 1)
        if decls:
            self.section(self.start(decls[0]), blank=bool(file.package or file.imports))
            self.declarations(decls)
        self.write_comments(len(self.text) + 1)

    def attributes_before(self, start: int, decls: list[ast.Decl]) -> None:
        """Write, and take away, the attributes that stand before the package clause or an import."""
        while decls and isinstance(decls[0], ast.Attribute) and 0 <= self.start(decls[0]) < start:
            self.section(self.start(decls[0]), blank=False)
            self.declaration(decls.pop(0))

    def code(self, start: int, end: int) -> str:
        """The text between two places, without comments."""
        return _COMMENT.sub("", self.text[start:end]) if 0 <= start <= end else ""

    def section(self, start: int, *, blank: bool = True) -> None:
        """Begin a part of a file, after its comments and, if there was something, an empty line."""
        if not self.sheet.is_empty and not self.has_comments(start):
            self.sheet.newline(blank=blank or self.breaks(start) > 1, flush=True)
        elif self.has_comments(start):
            self.write_comments(start)
            self.sheet.newline(blank=self.breaks(start) > 1, flush=True)
        self.written(start)

    def end(self, node: ast.Ident | ast.ImportSpec) -> int:
        return node.span.end if self.start(node) >= 0 else -1

    def import_groups(self, specs: Sequence[ast.ImportSpec]) -> list[list[ast.ImportSpec]]:
        """The imports by declaration: those of the text, else a single one."""
        groups = [list(specs[:1])] if specs else []
        for before, spec in pairwise(specs):
            if "import" in self.code(self.end(before), self.start(spec)):
                groups.append([spec])
            else:
                groups[-1].append(spec)
        return groups

    def import_declaration(self, specs: Sequence[ast.ImportSpec], parenthesised: bool) -> None:
        sheet = self.sheet
        if not parenthesised:
            sheet.text("import ")
            self.import_spec(specs[0])
            return
        sheet.text("import (")
        sheet.open()
        for number, spec in enumerate(specs):
            start = self.start(spec)
            if self.has_comments(start):
                self.write_comments(start)
            sheet.newline(blank=number > 0 and self.breaks(start) > 1)
            self.written(start)
            self.import_spec(spec)
        closing = self.text.find(")", self.at) if self.end(specs[-1]) >= 0 else -1
        if self.has_comments(closing):
            self.write_comments(closing)
        sheet.close()
        sheet.newline(closing=True)
        sheet.text(")")
        self.written(closing + 1)

    def import_spec(self, spec: ast.ImportSpec) -> None:
        name = f"{spec.name.name} " if spec.name else ""
        self.sheet.text(name + quoting.quote(spec.path))
        self.written(self.end(spec))

    # ----------------------------------------------------------------------------------------- declarations

    def declarations(self, decls: Sequence[ast.Decl]) -> None:
        """Declarations with what stands between them; the sheet is where the first one goes."""
        for number, decl in enumerate(decls):
            if number:
                self.separate(decls[number - 1], decl)
            self.declaration(decl)

    def separate(self, before: ast.Decl, decl: ast.Decl) -> None:
        """From one declaration to the next."""
        depth, following = _depth(before), _depth(decl)
        flush = depth == 0 or following != depth or _is_block(decl)
        start = self.start(decl)
        section = self.is_commented(decl) and (
            not isinstance(before, ast.Field) or _is_definition(before.label)
        )
        if start >= 0 and self.at >= 0 and start >= self.at:
            if section and self.breaks(start) and not self.has_comments(start):
                self.sheet.newline(flush=True, blank=True)
                self.written(start)
            else:
                self.go(start, ", ", flush=flush, section=section)
        elif self.source:
            self.sheet.newline(flush=flush)
        else:
            self.sheet.text(", ")

    def is_commented(self, decl: ast.Decl) -> bool:
        """Whether a comment stands directly above a declaration or behind it."""
        start = self.start(decl)
        if start < 0:
            return False
        if self.has_comments(start):
            first = self.comment_starts[self.next_comment]
            last = self.comment_starts[bisect_left(self.comment_starts, start) - 1]
            return self.breaks(first) > 0 or last > first
        return _TRAILING.match(self.text, decl.span.end) is not None

    def declaration(self, decl: ast.Decl) -> None:
        match decl:
            case ast.Field():
                self.field(decl)
            case ast.Embedding(expr=expr):
                self.expr(expr)
            case ast.LetClause():
                self.clause(decl)
            case ast.Attribute(name=name, body=body):
                self.sheet.text(f"@{name}({body})")
            case ast.Comprehension() | ast.Ellipsis():
                self.expr(decl)
        if self.start(decl) >= 0:
            self.written(decl.span.end)

    def field(self, field: ast.Field) -> None:
        sheet = self.sheet
        self.head(field)
        value = field.value
        inner = _inner(value)
        if inner and not field.attributes:
            self.nested(inner)
            return
        tab = " " if _needs_lines(value) or self.brace_line == sheet.line_number else CELL
        if isinstance(value, ast.StructLit | ast.ListLit):
            self.go_to_bracket(self.start(value))
            self.expr(value)
        else:
            sheet.open()
            self.go(self.start(value), tab if self.source else " ", flush=True, blank=False)
            self.expr(value)
            sheet.close()
        for number, attribute in enumerate(field.attributes):
            if tab == CELL and not number:
                sheet.cell()
            else:
                sheet.text(" ")
            self.declaration(attribute)

    def go_to_bracket(self, start: int) -> None:
        """A bracket stands on the line of its label, unless a comment comes between."""
        if self.has_comments(start):
            self.go(start, " ")
        else:
            self.sheet.text(" ")
            self.written(start)

    def nested(self, inner: ast.Field) -> None:
        """The rest of `a: b: …`."""
        start = self.start(inner)
        if self.breaks(start) or self.has_comments(start):
            self.sheet.open()
            self.go(start, " ", flush=True, blank=False)
            self.field(inner)
            self.sheet.close()
        else:
            self.sheet.text(" ")
            self.written(start)
            self.field(inner)

    def head(self, field: ast.Field) -> None:
        if field.alias:
            self.sheet.text(f"{field.alias.name}=")
        self.label(field.label)
        self.sheet.text(f"{field.constraint}:")
        if self.start(field.label) >= 0:
            self.written(self.text.index(":", field.label.span.end) + 1)

    def label(self, label: ast.Label) -> None:
        match label:
            case ast.StringLit(value=value):
                raw = self.raw(label)
                self.sheet.text(
                    raw if raw and raw[0] in "\"'" and "\n" not in raw else quoting.quote(value)
                )
            case ast.DynamicLabel(expr=expr):
                self.sheet.text("(")
                self.expr(expr)
                self.sheet.text(")")
            case ast.PatternLabel(alias=alias, expr=expr):
                self.sheet.text(f"[{alias.name}=" if alias else "[")
                self.expr(expr)
                self.sheet.text("]")
            case _:
                self.expr(label)
        if self.start(label) >= 0:
            self.written(label.span.end)


def _inner(value: ast.Expr) -> ast.Field | None:
    """The field of a struct that is written as `a: b: …`."""
    if isinstance(value, ast.StructLit) and not value.braces and len(value.decls) == 1:
        inner = value.decls[0]
        return inner if isinstance(inner, ast.Field) else None
    return None


def _depth(decl: ast.Decl) -> int:
    """How many labels lead to a field's value, through structs of one field; 0 if it holds several."""
    if not isinstance(decl, ast.Field):
        return 0
    depth = 1
    value = decl.value
    while isinstance(value, ast.StructLit):
        if len(value.decls) != 1:
            return depth - 1
        inner = value.decls[0]
        if not isinstance(inner, ast.Field):
            break
        depth += 1
        value = inner.value
    return depth


def _is_block(decl: ast.Decl) -> bool:
    if not isinstance(decl, ast.Field):
        return False
    value = decl.value
    return isinstance(value, ast.ListLit) or (
        isinstance(value, ast.StructLit) and (value.braces or len(value.decls) != 1)
    )


def _is_definition(label: ast.Label) -> bool:
    return isinstance(label, ast.Ident) and label.name.startswith(("#", "_#"))


def _needs_lines(value: ast.Expr) -> bool:
    """Whether a value may take several lines, so that it is kept out of tables."""
    pending: list[ast.Expr] = [value]
    while pending:
        match pending.pop():
            case ast.StructLit() | ast.ListLit():
                return True
            case ast.StringLit(span=span) | ast.BytesLit(span=span):
                if _spans_lines(span):
                    return True
            case (
                ast.Paren(expr=expr)
                | ast.Unary(expr=expr)
                | ast.Index(expr=expr)
                | ast.Selector(expr=expr)
            ):
                pending.append(expr)
            case ast.Binary(left=left, right=right):
                pending += left, right
            case ast.Call(args=args):
                pending += args
    return False


def _spans_lines(span: Span) -> bool:
    return "\n" in span.file.text[span.start : span.end]
