"""Syntax trees as text in the layout that `cue` gives to what it makes itself: a struct takes lines, a list does not.

The result is settled by the formatter; here only the line breaks, the blocks and the parentheses are decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from velac.compiler.cue import literals
from velac.grammar import ast
from velac.grammar.build_expr import PRECEDENCE

_ORDER_TYPE: Final = frozenset(
    ("string", "bytes", "int", "float", "number", "bool", "null", "uint", "rune")
)
_UNARY: Final = 8
_BOUNDS: Final = frozenset(("<", "<=", ">", ">=", "!=", "=~", "!~"))


def block(lines: Sequence[str], depth: int) -> str:
    """Declarations in braces; they have been written for `depth` + 1."""
    if not lines:
        return "{}"
    pad = "\t" * (depth + 1)
    lines = [lines[0].lstrip(), *lines[1:]]
    return "{\n" + "".join(f"{pad}{line}\n" for line in lines) + "\t" * depth + "}"


def bracketed(items: Sequence[str], depth: int) -> str:
    """A list; the comment of an error ends its line."""
    out = "["
    for number, item in enumerate(items, 1):
        head, mark, note = item.partition(" // ") if item.startswith("_|_ // ") else (item, "", "")
        if mark:
            out += f"{head}, // {note}\n" + "\t" * (depth + 1)
        else:
            out += head + (", " if number < len(items) else "")
    return out + "]"


def documented(declared: Sequence[ast.Field], line: str, depth: int) -> str:
    """A declaration below the comments of all fields that it says, apart if the first of them stands apart."""
    commented = [field for field in declared if field.doc]
    if not commented:
        return line
    lines = [f"// {text}".rstrip() for field in commented for text in field.doc]
    apart = [""] if _stands_apart(commented[0]) else []
    return ("\n" + "\t" * depth).join([*apart, *lines, line])


def _stands_apart(field: ast.Field) -> bool:
    """Whether an empty line is above the comments of a field."""
    text = field.span.file.text
    end = text.rfind("\n", 0, field.span.start)
    while end > 0:
        start = text.rfind("\n", 0, end) + 1
        line = text[start:end].strip()
        if not line.startswith("//"):
            return not line
        end = start - 1
    return False


class Canonical:
    """Writes expressions and declarations; `names` collects the names that were written."""

    def __init__(self, *, docs: bool = False, collapse: bool = False) -> None:
        self.docs = docs
        self.collapse = collapse
        self.names: dict[str, None] = {}

    def expr(self, node: ast.Element, depth: int, strength: int = 0) -> str:
        """An expression that stands at `depth` where at least `strength` is needed without parentheses."""
        match node:
            case ast.Ident(name=name):
                self.names[name] = None
                return name
            case ast.StringLit(value=value) | ast.BytesLit(value=value):
                return literals.scalar(value, depth + 1)
            case ast.IntLit(value=number) | ast.FloatLit(value=number):
                return literals.numeral(number)
            case ast.BoolLit(value=truth):
                return "true" if truth else "false"
            case ast.NullLit():
                return "null"
            case ast.BottomLit():
                return "_|_"
            case ast.Paren(expr=inner):
                return self.expr(inner, depth, strength)
            case ast.Interpolation():
                return self.interpolation(node, depth)
            case ast.StructLit(decls=decls):
                return block(self.decls(decls, depth + 1), depth)
            case ast.ListLit(elements=elements):
                return "[" + ", ".join(self.expr(e, depth) for e in elements) + "]"
            case ast.Ellipsis(type=kind):
                return "..." if kind is None else "..." + self.expr(kind, depth)
            case ast.Comprehension(clauses=clauses, value=body):
                head = " ".join(self.clause(clause, depth) for clause in clauses)
                return f"{head} {self.expr(body, depth)}"
            case ast.Unary(op=op, expr=inner):
                text = op + self.expr(inner, depth, _UNARY)
                return f"({text})" if strength > _UNARY else text
            case ast.Binary():
                return self.binary(node, depth, strength)
            case ast.ValueAlias(name=alias, expr=inner):
                return f"{alias.name}={self.expr(inner, depth)}"
        return self.primary(node, depth)

    def primary(self, node: ast.Element, depth: int) -> str:
        match node:
            case ast.Selector(expr=base, label=label):
                name = label.name if isinstance(label, ast.Ident) else literals.label(label.value)
                return f"{self.expr(base, depth, _UNARY + 1)}.{name}"
            case ast.Index(expr=base, index=index):
                return f"{self.expr(base, depth, _UNARY + 1)}[{self.expr(index, depth)}]"
            case ast.Slice(expr=base, low=low, high=high):
                ends = [self.expr(end, depth) if end else "" for end in (low, high)]
                return f"{self.expr(base, depth, _UNARY + 1)}[{':'.join(ends)}]"
            case ast.Call(func=func, args=args):
                listed = ", ".join(self.expr(arg, depth) for arg in args)
                return f"{self.expr(func, depth, _UNARY + 1)}({listed})"
        raise TypeError(f"{type(node).__name__} is no expression")

    def binary(self, node: ast.Binary, depth: int, strength: int) -> str:
        op = node.op
        own = PRECEDENCE[op]
        if op in ("&", "|"):
            operands = _flat(node, op)
            if op == "&":
                operands = sorted(operands, key=_type_order)
            text = f" {op} ".join(self.expr(operand, depth, own + 1) for operand in operands)
        else:
            left = self.expr(node.left, depth, own)
            text = f"{left} {op} {self.expr(node.right, depth, own + 1)}"
        return f"({text})" if own < strength else text

    def interpolation(self, node: ast.Interpolation, depth: int) -> str:
        mark = "'" if node.is_bytes else '"'
        texts = [t.decode("utf-8", "replace") if isinstance(t, bytes) else t for t in node.texts]
        several = any("\n" in text for text in texts)
        parts = [literals.escaped(text, mark, block=several) for text in texts]
        pad = "\t" * (depth + 2)
        if several:
            parts = [part.replace("\n", "\n" + pad) for part in parts]
        out = parts[0]
        for expr, part in zip(node.exprs, parts[1:], strict=True):
            out += f"\\({self.expr(expr, depth)}){part}"
        if not several:
            return f"{mark}{out}{mark}"
        lines = "\n".join(
            line.rstrip("\t") if not line.strip("\t") else line for line in out.split("\n")
        )
        return f"{mark * 3}\n{pad}{lines}\n{pad}{mark * 3}"

    def clause(self, clause: ast.Clause, depth: int) -> str:
        match clause:
            case ast.ForClause(key=key, value=value, source=source):
                head = f"{key.name}, {value.name}" if key else value.name
                return f"for {head} in {self.expr(source, depth)}"
            case ast.IfClause(condition=condition):
                return f"if {self.expr(condition, depth)}"
            case ast.LetClause(name=name, expr=expr):
                return f"let {name.name} = {self.expr(expr, depth)}"

    def decls(self, decls: Sequence[ast.Decl], depth: int, *, of_file: bool = False) -> list[str]:
        """Declarations, one text each."""
        lets = [d for d in decls if isinstance(d, ast.LetClause)]
        rest: list[ast.Decl] = [d for d in decls if not isinstance(d, ast.LetClause)]
        if all(
            (isinstance(d, ast.Field) and is_simple(d))
            or isinstance(d, (ast.Embedding, ast.Attribute))
            for d in rest
        ):
            rest.sort(
                key=lambda d: (
                    0 if isinstance(d, ast.Attribute) else 1 if isinstance(d, ast.Embedding) else 2
                )
            )
        out: list[str] = []
        before: ast.Decl | None = None
        for decl in (*lets, *rest):
            text = self.decl(decl, depth)
            # As cue: nothing but a comma stands before a comprehension, unless an expression does.
            joins = not of_file and not isinstance(before, ast.Embedding | None)
            if joins and isinstance(decl, ast.Comprehension):
                out[-1] += f", {text}"
            else:
                out.append(text)
            before = decl
        return out

    def decl(self, decl: ast.Decl, depth: int) -> str:
        match decl:
            case ast.Field():
                return self.field(decl, depth)
            case ast.LetClause():
                return self.clause(decl, depth)
            case ast.Embedding(expr=expr):
                return self.expr(expr, depth)
            case ast.Attribute(name=name, body=body):
                return f"@{name}({body})"
            case _:
                return self.expr(decl, depth)

    def field(self, field: ast.Field, depth: int) -> str:
        head = (
            f"{field.alias.name}={self.label(field, depth)}:"
            if field.alias
            else f"{self.label(field, depth)}:"
        )
        value = self.field_value(field.value, depth)
        tail = "".join(f" @{a.name}({a.body})" for a in field.attributes)
        return documented([field] if self.docs else (), f"{head} {value}{tail}", depth)

    def field_value(self, value: ast.Expr, depth: int) -> str:
        """The value of a field; a struct of one plain field goes on the same line if that is wanted."""
        if self.collapse and isinstance(value, ast.StructLit) and len(value.decls) == 1:
            inner = value.decls[0]
            if (
                isinstance(inner, ast.Field)
                and not inner.attributes
                and not (self.docs and inner.doc)
            ):
                return self.field(inner, depth)
        return self.expr(value, depth)

    def label(self, field: ast.Field, depth: int) -> str:
        label = field.label
        match label:
            case ast.Ident(name=name):
                text = name
            case ast.StringLit(value=value):
                text = literals.label(value)
            case ast.DynamicLabel(expr=expr):
                text = f"({self.expr(expr, depth)})"
            case ast.PatternLabel(alias=alias, expr=expr):
                text = (
                    f"[{alias.name}={self.expr(expr, depth)}]"
                    if alias
                    else f"[{self.expr(expr, depth)}]"
                )
            case _:
                text = self.expr(label, depth)
        return text + field.constraint


def is_simple(field: ast.Field) -> bool:
    """Whether a field has a fixed name and no alias, so that `cue` merges it with others."""
    return field.alias is None and isinstance(field.label, (ast.Ident, ast.StringLit))


def _flat(node: ast.Binary, op: str) -> list[ast.Expr]:
    out: list[ast.Expr] = []
    work: list[ast.Expr] = [node]
    while work:
        item = work.pop()
        while isinstance(item, ast.Paren):
            item = item.expr
        if isinstance(item, ast.Binary) and item.op == op:
            work += (item.right, item.left)
        else:
            out.append(item)
    return out


def _type_order(node: ast.Expr) -> int:
    match node:
        case ast.Ident(name=name):
            return 0 if name == "_" else 1 if name in _ORDER_TYPE else 2
        case (
            ast.BoolLit()
            | ast.NullLit()
            | ast.IntLit()
            | ast.StringLit()
            | ast.BytesLit()
            | ast.FloatLit()
        ):
            return 10
        case ast.Unary(op=op):
            return 20 if op in _BOUNDS else 25
        case ast.StructLit() | ast.ListLit():
            return 500
    return 25
