"""Values as CUE source, as `cue eval` and `cue export --out cue` print them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue import kinds, literals
from velac.compiler.cue.bounds import simplified
from velac.compiler.cue.canonical import block, bracketed, documented
from velac.compiler.cue.consolidate import Consolidated
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.expr import Expr
from velac.compiler.cue.faults import check_validators
from velac.compiler.cue.labels import HIDDEN
from velac.compiler.cue.node import Node
from velac.compiler.cue.order import every_label
from velac.compiler.cue.parts import FINISHED, MEMBER, OPTIONAL, PENDING, REQUIRED, UNSET
from velac.compiler.cue.program import budgeted, deep_recursion
from velac.compiler.cue.references import LetRef
from velac.compiler.cue.values import (
    FATAL,
    Bottom,
    Constraint,
    Disjunction,
    default_of,
    is_concrete,
    is_function,
    plain,
)
from velac.grammar import ast
from velac.grammar.source import SourceFile, Span

if TYPE_CHECKING:
    from velac.compiler.cue.results import Result

_CONSTRAINTS: Final = {MEMBER: "", REQUIRED: "!", OPTIONAL: "?"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a value is printed besides its regular fields, and how."""

    definitions: bool = True
    hidden: bool = False
    optional: bool = False
    attributes: bool = False
    errors: bool = False
    docs: bool = False
    collapse: bool = False


def evaluated(result: Result, shown: Shown) -> str:
    """The text of `cue eval`. Raises CueError when a budget is used up."""
    return node_text(result.node, shown, result.program.files)


def exported(result: Result) -> str:
    """The text of `cue export --out cue`. Raises CueError unless the value is concrete."""
    found = result.problems(True)
    if found:
        raise CueError(found)
    return _source(result, Shown(definitions=False, docs=True, collapse=True))


def data_source(data: Any) -> str:
    """Plain data as a file of CUE."""
    if not isinstance(data, dict):
        return tidy(_plain(data, 0) + "\n")
    return tidy("".join(f"{literals.label(k)}: {_plain(v, 0)}\n" for k, v in data.items()))


def node_text(node: Node, shown: Shown, files: Sequence[ast.File] = ()) -> str:
    """The text of a value; `files` are those whose imports it may need."""
    return "".join(map(_spaces, _node_source(node, shown, files).splitlines(keepends=True)))


def _source(result: Result, shown: Shown) -> str:
    return _node_source(result.node, shown, result.program.files)


def _node_source(node: Node, shown: Shown, files: Sequence[ast.File]) -> str:
    writer = _Writer(shown)
    with deep_recursion(), budgeted():
        body = writer.file(node)
    return tidy(import_text(files, writer.canonical.names) + body) or "\n"


def tidy(text: str) -> str:
    """The text with blanks and columns as the formatter has them."""
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.format import format as format_file
    from velac.grammar.parser import parse

    try:
        return format_file(parse(SourceFile("out.cue", text)))
    except CueSyntaxError as error:
        problem = error.problems[0]
        if problem.code != "V106":
            raise
        message = f"the value cannot be written as CUE: {problem.message}"
        help = "choose a part of it with -e, or --out json"
        raise CueError([Problem(message, code="V208", help=help)]) from None


def _spaces(line: str) -> str:
    body = line.lstrip("\t")
    return "    " * (len(line) - len(body)) + body


def import_text(files: Sequence[ast.File], names: Iterable[str]) -> str:
    """The import declarations of the packages whose names were written."""
    specs: dict[str, str] = {}
    for file in files:
        for spec in file.imports:
            path, _, qualifier = spec.path.partition(":")
            default = qualifier or path.rsplit("/", 1)[-1]
            name = spec.name.name if spec.name is not None else default
            if name in names:
                head = f"{name} " if spec.name is not None else ""
                specs[name] = f"{head}{literals.quoted(spec.path)}"
    if not specs:
        return ""
    lines = [specs[name] for name in names if name in specs]
    if len(lines) == 1:
        return f"import {lines[0]}\n\n"
    return "import (\n" + "".join(f"\t{line}\n" for line in lines) + ")\n\n"


def _plain(data: Any, depth: int) -> str:
    if isinstance(data, dict):
        fields = [f"{literals.label(k)}: {_plain(v, depth + 1)}" for k, v in data.items()]
        return block(fields, depth)
    if isinstance(data, list):
        return "[" + ", ".join(_plain(item, depth) for item in data) + "]"
    return literals.scalar(data, depth + 1)


class _Writer:
    """Writes nodes as declarations and expressions."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.canonical = Consolidated(
            docs=shown.docs, collapse=shown.collapse, attributes=shown.attributes
        )
        self.open: set[int] = set()
        self.expressions = 0

    def file(self, node: Node) -> str:
        """A value as a whole file: the fields of a struct, else one expression."""
        node.expand()
        if self.unfinished(node):
            decls = self.unevaluated(node)
            if decls is not None:
                return "".join(f"{line}\n" for line in decls)
            return self.value(node, 0) + "\n"
        holder = node.final()
        if holder.elems is None and (holder.arcs or holder.kind_bits == kinds.STRUCT):
            lines = self.struct(holder, 0)
            return "".join(f"{line}\n" for line in lines)
        return self.value(node, 0) + "\n"

    # ------------------------------------------------------------------------------------------- values

    def value(self, node: Node, depth: int) -> str:
        """A node as an expression."""
        node.expand()
        holder = node.final()
        if holder.state != 3:
            holder.settle_all()
        error = self.error(node, holder)
        if error is not None:
            return error
        if id(holder) in self.open:
            return "_|_ // structural cycle"
        self.open.add(id(holder))
        node.run.spend(1)
        try:
            return self.evaluated(node, holder, depth)
        finally:
            self.open.discard(id(holder))

    def evaluated(self, node: Node, holder: Node, depth: int) -> str:
        if self.unfinished(node):
            return self.expression(node, depth)
        if holder.elems is not None and not self.shows_more(holder):
            return bracketed([self.element(e, depth) for e in holder.elems], depth)
        if holder.kind_bits == kinds.STRUCT or self.shows_more(holder):
            if self.shown.collapse:
                return self.collapsed(holder, depth)
            return block(self.struct(holder, depth + 1), depth)
        return self.scalar(default_of(holder.value), depth, node)

    def collapsed(self, holder: Node, depth: int) -> str:
        lines = self.struct(holder, depth + 1)
        arcs = [a for label, a in holder.arcs.items() if label[:1] != HIDDEN and a.kind == MEMBER]
        if len(lines) == 1 and len(arcs) == 1 and not lines[0].startswith("//"):
            return self.struct(holder, depth)[0]
        return block(lines, depth)

    def element(self, node: Node, depth: int) -> str:
        """An element of a list; numbers and texts stay as the author wrote them."""
        inner = _Writer(Shown(**{**_options(self.shown), "collapse": False}))
        inner.canonical = self.canonical
        inner.open = self.open
        self.expressions += 1
        node.expand()
        if is_concrete(node.value) and node.errors is None and not node.arcs:
            for conjunct in node.conjuncts:
                literal = _literal_text(getattr(conjunct.expr, "span", None))
                if literal:
                    return literal
        return inner.value(node, depth)

    def shows_more(self, holder: Node) -> bool:
        """Whether a scalar or list has fields that are shown."""
        return any(
            self.is_shown(label, arc) and label[:1] == HIDDEN for label, arc in holder.arcs.items()
        )

    def is_shown(self, label: str, arc: Node) -> bool:
        if arc.kind == PENDING or (arc.kind == OPTIONAL and not self.shown.optional):
            return False
        if label[:1] != HIDDEN:
            return True
        if label[:2] == "\x01#":
            return self.shown.definitions
        return self.shown.hidden and "\x02" not in label

    def struct(self, holder: Node, depth: int) -> list[str]:
        """The declarations of a struct, or of a scalar with definitions; they stand at `depth`."""
        lines: list[str] = []
        before = self.expressions
        if holder.elems is not None:
            pass
        elif holder.kind_bits != kinds.STRUCT and holder.value is not UNSET:
            lines.append(self.scalar(default_of(holder.value), depth, holder))
        if self.shown.attributes:
            lines += self.attributes(holder)
        for label in every_label(holder):
            arc = holder.arcs[label]
            if self.is_shown(label, arc):
                lines.append(self.field(label, arc, depth))
        if holder.elems is not None:
            lines.append(bracketed([self.element(e, depth) for e in holder.elems], depth))
        return lines if self.expressions == before else [*self.lets(holder, depth), *lines]

    def attributes(self, holder: Node) -> list[str]:
        """The attributes among the declarations of a struct, each once."""
        trees = [syntax_at(c.literal.span) for c in holder.contributions or ()]
        decls = [d for t in trees if isinstance(t, (ast.StructLit, ast.File)) for d in t.decls]
        found = [f"@{d.name}({d.body})" for d in decls if isinstance(d, ast.Attribute)]
        return list(dict.fromkeys(found))

    def lets(self, holder: Node, depth: int) -> list[str]:
        """The `let` clauses of a struct whose names were written."""
        out: list[str] = []
        for contribution in holder.contributions or ():
            tree = syntax_at(contribution.literal.span)
            for decl in tree.decls if isinstance(tree, (ast.StructLit, ast.File)) else ():
                named = isinstance(decl, ast.LetClause) and decl.name.name in self.canonical.names
                if named and isinstance(decl, ast.LetClause):
                    out.append(self.canonical.clause(decl, depth))
        return out

    def field(self, label: str, arc: Node, depth: int) -> str:
        name = label[1:].partition("\x02")[0] if label[:1] == HIDDEN else literals.label(label)
        line = f"{name}{_CONSTRAINTS[arc.kind]}: {self.value(arc, depth)}"
        declared = [c.field for c in arc.conjuncts if isinstance(c.field, ast.Field)]
        if self.shown.attributes:
            listed = dict.fromkeys(f" @{a.name}({a.body})" for f in declared for a in f.attributes)
            line += "".join(listed)
        return documented(declared if self.shown.docs else (), line, depth)

    def scalar(self, value: Any, depth: int, node: Node) -> str:
        value = plain(value, node.run.trace)
        if is_concrete(value):
            return literals.scalar(value, depth + 1)
        if type(value) is Node:
            return self.value(value, depth)
        if type(value) is Constraint:
            return self.constraint(value, depth, node)
        if type(value) is Disjunction:
            return self.disjunction(value, depth, node)
        return "_"

    def constraint(self, value: Constraint, depth: int, node: Node) -> str:
        texts = []
        for validator in value.validators:
            name = validator.text.partition("(")[0]
            self.canonical.names[name.partition(".")[0]] = None
            args = validator.args
            if isinstance(args, tuple) and args:
                listed = ", ".join(self.scalar(default_of(arg), depth, node) for arg in args)
                texts.append(f"{name}({listed})")
            else:
                texts.append(validator.text)
        return simplified(value, texts)

    def disjunction(self, value: Disjunction, depth: int, node: Node) -> str:
        arms = list(value.arms)
        if "D" in value.flags:  # several defaults: only they are left
            arms = [arm for arm, flag in zip(arms, value.flags, strict=True) if flag == "D"]
        return " | ".join(self.scalar(arm, depth, node) for arm in arms)

    # ------------------------------------------------------------------------------------------- errors

    def error(self, node: Node, holder: Node) -> str | None:
        for one in (node, holder):
            for bottom in one.errors or ():
                if bottom.code >= FATAL:
                    return self.bottom(bottom, node)
        found = check_validators(holder) if holder.validators else None
        return None if found is None else self.bottom(found, node)

    def bottom(self, bottom: Bottom, node: Node) -> str:
        path = bottom.path or node.path()
        shown = f"{path}: {bottom.message}" if path else bottom.message
        return "_|_ // " + shown.replace("\n", " ")

    def unfinished(self, node: Node) -> bool:
        """Whether a value still waits for something, so that its expression is what can be shown."""
        for one in (node, node.final()):
            waiting = any(task.state != FINISHED for task in one.tasks)
            if waiting or any(bottom.code < FATAL for bottom in one.errors or ()):
                return True
        return False

    def unevaluated(self, node: Node) -> list[str] | None:
        """The declarations of a file that cannot be evaluated yet."""
        trees = [syntax_at(conjunct.expr.span) for conjunct in node.conjuncts]
        found = [tree for tree in trees if isinstance(tree, ast.File)]
        return self.canonical.file(found) if len(found) == len(trees) else None

    def expression(self, node: Node, depth: int) -> str:
        """The expressions that a value is made of."""
        source = node if any(type(c.expr) is LetRef for c in node.conjuncts) else node.deref()
        trees = [_called(conjunct.expr) for conjunct in source.conjuncts]
        found = [tree for tree in trees if tree is not None]
        self.expressions += 1
        if any(isinstance(tree, (ast.File, ast.StructLit)) for tree in found):
            return self.canonical.value(found, depth)
        operands = [tree for tree in found if not isinstance(tree, ast.File)]
        if not operands:
            return "_"
        joined = operands[0]
        for operand in operands[1:]:
            joined = ast.Binary(joined.span, "&", joined, operand, joined.span)
        return self.canonical.expr(joined, depth)


def _called(expr: Expr) -> ast.Expr | ast.File | None:
    """The syntax of an expression; as cue, the function `error` alone is shown as a call."""
    tree = syntax_at(getattr(expr, "span", None))
    if (
        is_function(getattr(expr, "value", None))
        and isinstance(tree, ast.Ident)
        and tree.name == "error"
    ):
        return ast.Call(tree.span, tree, ())
    return tree


def _options(shown: Shown) -> dict[str, bool]:
    return {name: getattr(shown, name) for name in Shown.__slots__}


def _literal_text(span: Span | None) -> str:
    """The text of a literal on one line, as written."""
    if span is None:
        return ""
    text = span.file.text[span.start : span.end]
    if not text or "\n" in text or not (text[0] in "\"'#" or text[0].isdigit()):
        return ""
    tree = syntax_at(span)
    scalars = (ast.StringLit, ast.BytesLit, ast.IntLit, ast.FloatLit)
    return text if isinstance(tree, scalars) and "\\u" not in text else ""


def syntax_at(span: Span | None) -> ast.Expr | ast.File | None:
    """The syntax of an expression or a file, by its place."""
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse, parse_expr

    if span is None:
        return None
    text = span.file.text
    part = SourceFile(span.file.name, text[span.start : span.end])
    try:
        return parse_expr(part)
    except CueSyntaxError:
        pass
    try:
        return parse(part)
    except CueSyntaxError:
        return None
