"""Printing of CUE expressions.

The printer walks the tree and keeps its place in the author's text: between two tokens it looks there for line
breaks and comments. Without a text (or for nodes from elsewhere) it writes one canonical form.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Any, Final

from velac.grammar import ast, quoting
from velac.grammar.build_expr import PRECEDENCE
from velac.grammar.layout import Sheet
from velac.grammar.literals import read_quote
from velac.grammar.source import SourceFile
from velac.grammar.spacing import PRIMARY, UNARY, cutoffs, strength_of

CELL: Final = "\v"
_MAX_MOVED: Final = 6
_WORDS: Final = frozenset(("div", "mod", "quo", "rem"))
_COMBINING: Final = frozenset(("<-", "!=", "!~", "<=", ">=", "=~", "==", "--", "++"))


class ExpressionPrinter(ABC):
    """Writes expressions into a sheet; `at` is the end in the text of what was written last, or -1."""

    def __init__(self, source: SourceFile | None, comments: Sequence[ast.Comment]) -> None:
        self.source = source
        self.text = source.text if source else ""
        self.sheet = Sheet()
        self.at = 0 if source else -1
        self.comments = comments
        self.comment_starts = [comment.span.start for comment in comments]
        self.next_comment = 0
        self.brace_line = 0
        self.printers: dict[type, Callable[[Any, int], None]] = {
            ast.Interpolation: self.interpolation,
            ast.StructLit: self.struct,
            ast.ListLit: self.list,
            ast.Selector: self.selector,
            ast.Index: self.index,
            ast.Slice: self.slice,
            ast.Call: self.call,
            ast.Unary: self.unary,
            ast.Binary: self.binary,
            ast.Paren: self.paren,
            ast.ValueAlias: self.value_alias,
            ast.Comprehension: self.comprehension,
            ast.Ellipsis: self.ellipsis,
        }

    @abstractmethod
    def declarations(self, decls: Sequence[ast.Decl]) -> None:
        """Write declarations, the first of them where the sheet stands."""

    # -------------------------------------------------------------------------------------- place in the text

    def start(self, node: ast.Expr | ast.Decl | ast.Clause | ast.Label | ast.ImportSpec) -> int:
        """Where a node stands in the text; -1 if it does not."""
        span = node.span
        return span.start if span.file is self.source and span.end > span.start else -1

    def raw(self, node: ast.Expr | ast.Label) -> str | None:
        """The author's text of a node."""
        start = self.start(node)
        return self.text[start : node.span.end] if start >= 0 else None

    def breaks(self, start: int) -> int:
        """How many line breaks the author made before `start`."""
        if start < 0 or self.at < 0 or start < self.at:
            return 0
        return self.text.count("\n", self.at, start)

    def has_comments(self, start: int) -> bool:
        """Whether comments come before `start`."""
        at = self.next_comment
        return start >= 0 and at < len(self.comments) and self.comment_starts[at] < start

    def go(
        self,
        start: int,
        same: str,
        *,
        comma: str = "",
        flush: bool = False,
        blank: bool = True,
        section: bool = False,
    ) -> None:
        """Go on to the token at `start`: as the author did, with `same` between on one line.

        Before a line break or a comment `comma` is written; `blank` allows an empty line, `section` demands one
        before comments.
        """
        if self.has_comments(start):
            self.sheet.text(comma)
            self.write_comments(start, section=section)
            self.sheet.newline(flush=flush, blank=blank and self.breaks(start) > 1)
        elif self.breaks(start):
            self.sheet.text(comma)
            self.sheet.newline(flush=flush, blank=blank and self.breaks(start) > 1)
        elif same == CELL:
            self.sheet.cell()
        else:
            self.sheet.text(same)
        self.written(start)

    def write_comments(self, end: int, *, section: bool = False, closing: bool = False) -> None:
        """Write the comments before `end`; the sheet is left at the end of the last.

        With `section`, an empty line is put before those on lines of their own; as in cue also where those before a
        `closing` bracket, or behind an opening one, follow one at the end of a line.
        """
        apart = False
        while self.has_comments(end):
            comment = self.comments[self.next_comment]
            lines = self.breaks(comment.span.start)
            if lines:
                self.sheet.newline(blank=lines > 1 or section or apart)
                section = apart = False
            elif not self.sheet.at_line_start:
                opened = self.sheet.last in ("[", "{")
                apart = opened or closing
                if not opened:
                    self.sheet.cell()
            self.sheet.text("//" + comment.text)
            self.at = comment.span.end
            self.next_comment += 1

    def skip_comments(self, end: int) -> bool:
        """Leave out the comments before `end`, whose text is copied; say whether there were any."""
        found = bisect_left(self.comment_starts, end)
        skipped = found > self.next_comment
        self.next_comment = max(found, self.next_comment)
        return skipped

    def written(self, end: int) -> None:
        """Note the end in the text of what has just been written; -1 if it is not of the text."""
        if self.at >= 0:
            self.at = max(self.at, end)

    def entered(self, node: ast.Element, width: int) -> None:
        """Note that the first token of a node, `width` characters, has been written."""
        if self.start(node) >= 0:
            self.written(node.span.start + width)

    # --------------------------------------------------------------------------------------------- expressions

    def expr(self, node: ast.Element, depth: int = 1, strength: int = 0) -> None:
        """Write an expression, in parentheses if it binds less than `strength`."""
        if strength_of(node) < strength:
            self.sheet.text("(")
            self.expr(node, max(depth - 1, 1))
            self.sheet.text(")")
            return
        printer = self.printers.get(type(node))
        if printer:
            printer(node, depth)
        else:
            self.sheet.text(self.leaf(node))
        if self.start(node) >= 0:
            self.written(node.span.end)

    def leaf(self, node: Any) -> str:
        match node:
            case ast.Ident(name=name):
                return str(name)
            case ast.StringLit(value=text):
                return self.literal(node) or quoting.quote(text)
            case ast.BytesLit(value=value):
                return self.literal(node) or quoting.quote_bytes(value)
            case ast.IntLit(value=number) | ast.FloatLit(value=number):
                return quoting.tidy_number(self.raw(node) or "") or quoting.quote_number(number)
            case ast.BoolLit(value=truth):
                return "true" if truth else "false"
            case ast.NullLit():
                return "null"
        return "_|_"

    def literal(self, node: ast.StringLit | ast.BytesLit) -> str | None:
        """The author's text of a string; that of several lines is indented anew."""
        raw = self.raw(node)
        if raw is None or "\n" not in raw:
            return raw
        quote = read_quote(raw, 0)
        closing = raw[: -len(quote.closing)].rpartition("\n")[2]
        if closing.strip() or self.sheet.level > _MAX_MOVED:
            return raw
        start = re.compile("\n" + closing if closing else r"\n(?![\r\n])")
        return start.sub("\n" + "\t" * self.sheet.level, raw)

    def interpolation(self, node: ast.Interpolation, depth: int) -> None:
        start = self.start(node)
        if start < 0:
            self.canonical_interpolation(node, depth)
        elif self.skip_comments(node.span.end):
            self.sheet.text(self.text[start : node.span.end])
        else:
            spans = [expr.span for expr in node.exprs]
            starts = [start, *(span.end for span in spans)]
            ends = [*(span.start for span in spans), node.span.end]
            raws = [self.text[a:b].strip() for a, b in zip(starts, ends, strict=True)]
            for number, part in enumerate(raws):
                self.sheet.text(part)
                if number < len(spans):
                    self.at = ends[number]
                    self.expr(node.exprs[number], depth + 1)

    def canonical_interpolation(self, node: ast.Interpolation, depth: int) -> None:
        mark = "'" if node.is_bytes else '"'
        self.sheet.text(mark)
        for number, text in enumerate(node.texts):
            self.sheet.text(
                quoting.escape_bytes(text) if isinstance(text, bytes) else quoting.escape(str(text))
            )
            if number < len(node.exprs):
                self.sheet.text("\\(")
                self.expr(node.exprs[number], depth + 1)
                self.sheet.text(")")
        self.sheet.text(mark)

    def selector(self, node: ast.Selector, depth: int) -> None:
        self.expr(node.expr, depth, PRIMARY)
        if isinstance(node.expr, ast.IntLit):
            self.sheet.text(" ")
        self.sheet.text(".")
        self.sheet.open()
        self.go(self.start(node.label), "", flush=True)
        self.expr(node.label)
        self.sheet.close()

    def index(self, node: ast.Index, depth: int) -> None:
        self.expr(node.expr, 1, PRIMARY)
        self.sheet.text("[")
        self.go(self.start(node.index), "")
        self.expr(node.index, depth + 1)
        self.sheet.text("]")

    def slice(self, node: ast.Slice, depth: int) -> None:
        self.expr(node.expr, 1, PRIMARY)
        self.sheet.text("[")
        if node.low:
            self.expr(node.low, depth + 1)
        spaced = depth <= 1 and any(isinstance(x, ast.Binary) for x in (node.low, node.high))
        self.sheet.text(" : " if spaced and node.low and node.high else ":")
        if node.high:
            self.expr(node.high, depth + 1)
        self.sheet.text("]")

    def call(self, node: ast.Call, depth: int) -> None:
        self.expr(node.func, depth, PRIMARY)
        if self.start(node) >= 0 and self.at >= 0:
            self.at = self.text.index("(", self.at) + 1
        self.sheet.text("(")
        self.items(
            node.args, depth + 1 if len(node.args) > 1 else depth, self.start(node), node.span.end
        )
        self.sheet.text(")")

    def list(self, node: ast.ListLit, _: int) -> None:
        self.sheet.text("[")
        self.entered(node, 1)
        self.items(node.elements, 1, self.start(node), node.span.end)
        self.sheet.text("]")

    def items(self, items: Sequence[ast.Element], depth: int, start: int, end: int) -> None:
        """The elements of a list or the arguments of a call, up to the closing bracket."""
        sheet = self.sheet
        sheet.open()
        for number, item in enumerate(items):
            self.go(self.start(item), ", " if number else "", comma="," if number else "")
            self.expr(item, depth)
        closing = end - 1 if start >= 0 else -1
        comma = "," if items else ""
        if self.has_comments(closing):
            sheet.text(comma)
            self.write_comments(closing, closing=True)
            sheet.close()
            sheet.newline(closing=True)
        elif items and self.breaks(closing):
            sheet.text(comma)
            sheet.close()
            sheet.newline(closing=True)
        else:
            sheet.close()

    def unary(self, node: ast.Unary, depth: int) -> None:
        self.sheet.text(node.op)
        self.entered(node, len(node.op))
        operand = node.expr
        first = operand.op if isinstance(operand, ast.Unary) else ""
        self.go(self.start(operand), " " if node.op[-1] + first[:1] in _COMBINING else "")
        self.expr(operand, depth, UNARY)

    def binary(self, node: ast.Binary, depth: int) -> None:
        """A chain of operators, from its leftmost operand on (chains are too long to recurse into)."""
        chain: list[tuple[ast.Binary, int]] = []
        left: ast.Expr = node
        strength = 0
        while isinstance(left, ast.Binary) and PRECEDENCE[left.op] >= strength:
            depth += bool(chain and PRECEDENCE[left.op] != strength)
            chain.append((left, depth))
            strength = PRECEDENCE[left.op]
            left = left.left
        self.expr(left, chain[-1][1] + 1, strength)
        tight = cutoffs(chain)
        for operation, level in reversed(chain):
            strength = PRECEDENCE[operation.op]
            blank = " " if strength < tight.pop() or operation.op in _WORDS else ""
            self.go(operation.op_span.start if self.start(operation) >= 0 else -1, blank)
            self.sheet.text(operation.op)
            self.written(operation.op_span.end if self.start(operation) >= 0 else -1)
            self.go(self.start(operation.right), blank, flush=True)
            self.expr(operation.right, level + 1, strength + 1)

    def paren(self, node: ast.Paren, depth: int) -> None:
        self.sheet.text("(")
        self.entered(node, 1)
        self.go(self.start(node.expr), "")
        self.expr(node.expr, max(depth - 1, 1))
        self.sheet.text(")")

    def value_alias(self, node: ast.ValueAlias, _: int) -> None:
        self.sheet.text(f"{node.name.name}=")
        if self.start(node) >= 0:
            self.written(self.text.index("=", node.name.span.end) + 1)
        self.expr(node.expr)

    def ellipsis(self, node: ast.Ellipsis, _: int) -> None:
        self.sheet.text("...")
        if node.type:
            self.expr(node.type)

    # ----------------------------------------------------------------------------------- structs and clauses

    def struct(self, node: ast.StructLit, _: int) -> None:
        sheet = self.sheet
        start = self.start(node) if node.braces else -1
        sheet.text("{")
        self.brace_line = before = sheet.line_number
        self.entered(node, 1)
        sheet.open()
        if node.decls:
            self.first_declaration(node.decls[0], start)
            self.declarations(node.decls)
        closing = node.span.end - 1 if start >= 0 else -1
        broken = bool(node.decls) and (
            self.breaks(closing) > 0 or (sheet.line_number > before and sheet.last not in "]}")
        )
        if self.has_comments(closing):
            self.write_comments(closing, closing=True)
            broken = True
        sheet.close()
        if broken:
            sheet.newline(flush=True, closing=True)
        sheet.text("}")

    def first_declaration(self, decl: ast.Decl, start: int) -> None:
        """Between the brace and the first declaration."""
        if start >= 0 and self.start(decl) >= 0:
            self.go(self.start(decl), " " if isinstance(decl, ast.LetClause) else "", flush=True)
        elif self.source:
            self.sheet.newline(flush=True)

    def comprehension(self, node: ast.Comprehension, _: int) -> None:
        for number, clause in enumerate(node.clauses):
            if number:
                self.go(self.start(clause), " ")
            self.clause(clause)
        self.sheet.text(" ")
        self.expr(node.value)

    def clause(self, clause: ast.Clause) -> None:
        """A clause of a comprehension, or a `let` declaration."""
        sheet = self.sheet
        match clause:
            case ast.IfClause(condition=operand):
                sheet.text("if ")
            case ast.LetClause(name=name, expr=operand):
                sheet.text(f"let {name.name} = ")
            case ast.ForClause(key=key, value=value, source=operand):
                sheet.text(f"for {key.name + ', ' if key else ''}{value.name} in ")
        self.written(self.start(operand))
        sheet.open()
        self.expr(operand)
        sheet.close()
