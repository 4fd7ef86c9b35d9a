"""Syntax to expressions: names are bound, constants folded, imports found. All errors of a program at once.

Names bind lexically, to the innermost enclosing literal that declares them as an identifier; quoted and computed labels
declare nothing. A *frame* stands for one literal or clause; those that have an environment at run time count for
the depth of a reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue import expr as ex
from velac.compiler.cue import structs
from velac.compiler.cue.builtins import registry
from velac.compiler.cue.builtins.package import BuiltinError, Package
from velac.compiler.cue.errors import BudgetExceeded, CueError, Problem
from velac.compiler.cue.labels import HIDDEN, label_text
from velac.compiler.cue.names import Frame, Import, label_of
from velac.compiler.cue.ops import MATCHING
from velac.compiler.cue.parts import MEMBER, OPTIONAL, REQUIRED, Run
from velac.compiler.cue.resolve_expr import resolve_expression
from velac.compiler.cue.values import BASIC_TYPES, TOP
from velac.grammar import ast
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node

_SELECTED: Final = re.compile(r"\b([a-z][a-z0-9]*)\s*\.")
_KINDS: Final = {"": MEMBER, "!": REQUIRED, "?": OPTIONAL}


Importer = Callable[[str, Span], "tuple[Package | None, Callable[[Run], Node] | None]"]


class Resolver:
    """Resolves the files of one package."""

    def __init__(self, importer: Importer, declared: Iterable[str] = (), package: str = "") -> None:
        self._importer = importer
        self.declared = frozenset(declared)
        self.package = package
        self.frames: list[Frame] = []
        self.imports: dict[str, Import] = {}
        self.package_names: frozenset[str] = frozenset()
        self.path: list[str] = []
        self.problems: list[Problem] = []
        # Keeps the regular expressions of the text compiled, and counts what that costs.
        self._patterns = Run()

    # --------------------------------------------------------------------------------------------- files

    def files(self, files: Sequence[ast.File]) -> list[structs.StructExpr]:
        """The expressions of all files. Raises CueError with every problem found."""
        self.package_names = frozenset(
            name
            for file in files
            if file.package is not None
            for name in _declared_names(file.decls)
        )
        out = [self._file(file) for file in files]
        self._raise()
        return out

    def _raise(self) -> None:
        if self.problems:
            raise CueError(self.problems)

    def _file(self, file: ast.File) -> structs.StructExpr:
        self.imports = {}
        for spec in file.imports:
            self._import(spec)
        found = self.struct(file.span, file.decls)
        for name, imported in self.imports.items():
            if not imported.used:
                shown = f" as {name}" if imported.spec.name is not None else ""
                self.problem(
                    imported.spec.span,
                    f'imported and not used: "{imported.spec.path}"{shown}',
                    "V206",
                )
        return found

    def expression(self, expr: ast.Expr, file: ast.File, names: Iterable[str] = ()) -> ex.Expr:
        """An expression over the fields of a file's value (`-e`); `names`: labels of the fields it has.

        As cue: it sees neither the aliases, lets and imports of the file, but builtin packages by their names.
        """
        self.imports = self._builtins(expr)
        frame = self._open(file.decls)
        frame.names = {k: v for k, v in frame.names.items() if v[0] == "field"}
        for label in names:
            shown = label[1:].partition("\x02")[0] if label[:1] == HIDDEN else label
            frame.names.setdefault(shown, ("field", label))
        self.frames.append(frame)
        try:
            found = self.expr(expr)
        finally:
            self.frames.pop()
        self._raise()
        return found

    def _builtins(self, expr: ast.Expr) -> dict[str, Import]:
        """The builtin packages that an expression selects from."""
        text = expr.span.file.text[expr.span.start : expr.span.end]
        used = set(_SELECTED.findall(text))
        out: dict[str, Import] = {}
        for path in registry.names() if used else ():
            short = path.rsplit("/", 1)[-1]
            if short in used:
                spec = ast.ImportSpec(expr.span, None, path)
                out[short] = Import(spec, path, *self._importer(path, expr.span))
        return out

    def _import(self, spec: ast.ImportSpec) -> None:
        path, _, qualifier = spec.path.partition(":")
        name = spec.name.name if spec.name is not None else qualifier or path.rsplit("/", 1)[-1]
        try:
            package, load = self._importer(spec.path, spec.span)
        except BuiltinError as error:
            self.problem(spec.span, str(error), "V207")
            package, load = None, None
            imported = Import(spec, path, package, load)
            imported.used = True
            self.imports[name] = imported
            return
        if name in self.imports:
            self.problem(spec.span, f"{name} redeclared as imported package name", "V206")
        self.imports[name] = Import(spec, path, package, load)

    def problem(
        self, span: Span, message: str, code: str = "V201", help: str = "", path: str = ""
    ) -> None:
        self.problems.append(Problem(message, path, (span,), False, code, help))

    def affords(self, op: str, operand: Any, span: Span) -> bool:
        """Whether a bound may be made now: many large regular expressions are too much to compile."""
        if op not in MATCHING:
            return True
        if self._patterns.steps >= 0:
            try:
                self._patterns.spend_pattern(operand)
            except BudgetExceeded:
                self.problem(span, "the regular expressions up to here are too many", "V208")
        return self._patterns.steps >= 0

    # ------------------------------------------------------------------------------------------- structs

    def _open(self, decls: Sequence[ast.Decl]) -> Frame:
        frame = Frame()
        for decl in decls:
            if isinstance(decl, ast.Field):
                label = decl.label
                if isinstance(label, ast.Ident):
                    if label.name == "_":
                        self.problem(label.span, "cannot use _ as label")
                    if frame.names.get(label.name, ("field",))[0] != "field":
                        self._clash(label)
                    frame.names.setdefault(
                        label.name, ("field", label_of(label.name, self.package))
                    )
                    if label.name.startswith("__"):
                        self.problem(
                            label.span, f"identifiers starting with '__' are reserved: {label.name}"
                        )
                if decl.alias is not None and not isinstance(label, ast.PatternLabel):
                    self._declare(frame, decl.alias, self._alias(frame, decl.alias.name, label))
            elif isinstance(decl, ast.LetClause):
                frame.lets[decl.name.name] = []
                self._declare(frame, decl.name, ("let", decl.name))
        return frame

    def _alias(self, frame: Frame, name: str, label: ast.Label) -> tuple[str, Any]:
        """What the alias of a field means: its label, or for a computed one the expression of it."""
        if isinstance(label, ast.Ident):
            return "alias", label_of(label.name, self.package)
        if isinstance(label, ast.StringLit):
            return "alias", label.value
        frame.lets[name] = []
        return "computed", name

    def _declare(self, frame: Frame, name: ast.Ident, meaning: tuple[str, Any]) -> None:
        if name.name in frame.names:
            self._clash(name)
        frame.names[name.name] = meaning

    def _clash(self, name: ast.Ident) -> None:
        self.problem(
            name.span,
            f'cannot have both alias and field with name "{name.name}" in same scope',
            "V206",
        )

    def struct(self, span: Span, decls: Sequence[ast.Decl]) -> structs.StructExpr:
        frame = self._open(decls)
        self.frames.append(frame)
        out: list[Any] = []
        ellipsis = False
        try:
            for decl in decls:
                if isinstance(decl, ast.Field):
                    out.append(self._field(decl))
                elif isinstance(decl, ast.Comprehension):
                    out.append(self.comprehension(decl))
                elif isinstance(decl, ast.Embedding):
                    out.append(self._embedding(decl))
                elif isinstance(decl, ast.Ellipsis):
                    if decl.type is None or (
                        isinstance(decl.type, ast.Ident) and decl.type.name == "_"
                    ):
                        ellipsis = True
                    else:
                        self.problem(decl.span, "a typed ellipsis in a struct is not supported")
                elif isinstance(decl, ast.LetClause):
                    frame.lets[decl.name.name].append(self.expr(decl.expr))
            for decl in decls:
                self._check_used(decl, frame)
        finally:
            self.frames.pop()
        return structs.StructExpr(span, tuple(out), ellipsis)

    def _embedding(self, decl: ast.Embedding) -> ex.Expr:
        found = self.expr(decl.expr)
        if found.leads and isinstance(decl.expr, ast.Binary):
            # `a & a` is `a`, but the literal does not stand where it does (see order.py)
            return ex.Conjunction(found.span, found, ex.Const(found.span, TOP))
        return found

    def _check_used(self, decl: ast.Decl, frame: Frame) -> None:
        if isinstance(decl, ast.LetClause) and decl.name.name not in frame.used:
            self.unused(decl.name)
        elif isinstance(decl, ast.Field) and decl.alias is not None:
            outside = not isinstance(decl.label, ast.PatternLabel)
            if outside and decl.alias.name not in frame.used:
                self.unused(decl.alias)

    def unused(self, name: ast.Ident) -> None:
        self.problem(name.span, f"unreferenced alias or let clause {name.name}", "V206")

    def _field(self, field: ast.Field) -> Any:
        label = field.label
        kind = _KINDS[field.constraint]
        alias = field.alias.name if field.alias is not None else ""
        if isinstance(label, (ast.Ident, ast.StringLit)):
            name = label.name if isinstance(label, ast.Ident) else ""
            text = label_of(name, self.package) if name else label.value  # type: ignore[union-attr]
            self.path.append(label_text(text))
            found = structs.FieldDecl(text, kind, self.expr(field.value), field)
            self.path.pop()
            return found
        if isinstance(label, ast.PatternLabel):
            label_alias = label.alias.name if label.alias is not None else ""
            pattern = self.expr(label.expr)
            value = self._pattern_value(field, alias, label_alias)
            return structs.PatternField(field.span, pattern, value, alias, label_alias, field)
        computed = self.expr(label.expr if isinstance(label, ast.DynamicLabel) else label)
        if alias:
            self.frames[-1].lets[alias].append(computed)
        return structs.DynamicField(field.span, computed, kind, self.expr(field.value), field)

    def _pattern_value(self, field: ast.Field, alias: str, label_alias: str) -> ex.Expr:
        names = [name for name in (alias, label_alias) if name]
        if not names:
            return self.expr(field.value)
        frame = Frame()
        for name in names:
            frame.names[name] = ("var", name)
        self.frames.append(frame)
        try:
            value = self.expr(field.value)
        finally:
            self.frames.pop()
        if field.alias is not None and alias not in frame.used:
            self.unused(field.alias)
        return value

    def comprehension(self, comprehension: ast.Comprehension) -> structs.ComprehensionExpr:
        clauses: list[structs.For | structs.If | structs.Let] = []
        depth = len(self.frames)
        try:
            for clause in comprehension.clauses:
                if isinstance(clause, ast.IfClause):
                    clauses.append(structs.If(clause.span, self.expr(clause.condition)))
                    continue
                frame = Frame()
                if isinstance(clause, ast.LetClause):
                    clauses.append(
                        structs.Let(clause.span, clause.name.name, self.expr(clause.expr))
                    )
                    frame.names[clause.name.name] = ("var", clause.name.name)
                else:
                    key = clause.key.name if clause.key is not None else ""
                    clauses.append(
                        structs.For(clause.span, key, clause.value.name, self.expr(clause.source))
                    )
                    for name in (key, clause.value.name):
                        if name:
                            frame.names[name] = ("var", name)
                self.frames.append(frame)
            body = self.struct(comprehension.value.span, comprehension.value.decls)
        finally:
            del self.frames[depth:]
        return structs.ComprehensionExpr(comprehension.span, tuple(clauses), body)

    # --------------------------------------------------------------------------------------- expressions

    def expr(self, node: ast.Expr) -> ex.Expr:
        return resolve_expression(self, node)

    def visible(self) -> set[str]:
        names = set(self.imports) | self.package_names | self.declared | set(BASIC_TYPES)
        for frame in self.frames:
            names |= frame.names.keys()
        return names


def _declared_names(decls: Sequence[ast.Decl]) -> Iterable[str]:
    for decl in decls:
        if isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident):
            yield decl.label.name
