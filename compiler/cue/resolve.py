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
from velac.compiler.cue import operators, ops, references
from velac.compiler.cue.builtins import registry
from velac.compiler.cue.builtins.package import BuiltinError, Package
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.node import HIDDEN, MEMBER, OPTIONAL, REQUIRED, label_text
from velac.compiler.cue.values import (
    BASIC_TYPES,
    FATAL,
    INCOMPLETE,
    NO_TRACE,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    is_concrete,
    make_disjunction,
    unify_values,
)
from velac.compiler.diagnostics.suggest import nearest
from velac.grammar import ast
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node, Run

_SELECTED: Final = re.compile(r"\b([a-z][a-z0-9]*)\s*\.")
_KINDS: Final = {"": MEMBER, "!": REQUIRED, "?": OPTIONAL}
_FUNCTIONS: Final = frozenset(
    ("len", "close", "and", "or", "div", "mod", "quo", "rem", "error", "matchN", "matchIf")
)


def label_of(name: str, package: str = "") -> str:
    """The label of an identifier: hidden fields and definitions are marked, hidden ones belong to a package."""
    if name[:1] == "_":
        return f"{HIDDEN}{name}\x02{package}" if package else HIDDEN + name
    return HIDDEN + name if name[:1] == "#" else name


class Frame:
    """Names declared by one literal, clause or alias."""

    __slots__ = ("has_env", "lets", "names", "used")

    def __init__(self, has_env: bool = True) -> None:
        self.has_env = has_env
        self.names: dict[str, tuple[str, Any]] = {}
        self.lets: dict[str, list[ex.Expr]] = {}
        self.used: set[str] = set()


class Import:
    """One import of a file: a builtin package, or the evaluated value of a package in CUE."""

    __slots__ = ("load", "package", "path", "spec", "used")

    def __init__(
        self,
        spec: ast.ImportSpec,
        path: str,
        package: Package | None,
        load: Callable[[Run], Node] | None,
    ) -> None:
        self.spec = spec
        self.path = path
        self.package = package
        self.load = load
        self.used = False


Importer = Callable[[str, Span], "tuple[Package | None, Callable[[Run], Node] | None]"]


class Resolver:
    """Resolves the files of one package."""

    def __init__(self, importer: Importer, declared: Iterable[str] = (), package: str = "") -> None:
        self._importer = importer
        self._declared = frozenset(declared)
        self._package = package
        self._frames: list[Frame] = []
        self._imports: dict[str, Import] = {}
        self._package_names: frozenset[str] = frozenset()
        self._path: list[str] = []
        self.problems: list[Problem] = []

    # --------------------------------------------------------------------------------------------- files

    def files(self, files: Sequence[ast.File]) -> list[ex.StructExpr]:
        """The expressions of all files. Raises CueError with every problem found."""
        self._package_names = frozenset(
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

    def _file(self, file: ast.File) -> ex.StructExpr:
        self._imports = {}
        for spec in file.imports:
            self._import(spec)
        found = self._struct(file.span, file.decls)
        for name, imported in self._imports.items():
            if not imported.used:
                shown = f" as {name}" if imported.spec.name is not None else ""
                self._problem(
                    imported.spec.span,
                    f'imported and not used: "{imported.spec.path}"{shown}',
                    "V206",
                )
        return found

    def expression(self, expr: ast.Expr, file: ast.File, names: Iterable[str] = ()) -> ex.Expr:
        """An expression over the fields of a file's value (`-e`); `names`: labels of the fields it has.

        As cue: it sees neither the aliases, lets and imports of the file, but builtin packages by their names.
        """
        self._imports = self._builtins(expr)
        frame = self._open(file.decls)
        frame.names = {k: v for k, v in frame.names.items() if v[0] == "field"}
        for label in names:
            shown = label[1:].partition("\x02")[0] if label[:1] == HIDDEN else label
            frame.names.setdefault(shown, ("field", label))
        self._frames.append(frame)
        try:
            found = self._expr(expr)
        finally:
            self._frames.pop()
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
            self._problem(spec.span, str(error), "V207")
            package, load = None, None
            imported = Import(spec, path, package, load)
            imported.used = True
            self._imports[name] = imported
            return
        if name in self._imports:
            self._problem(spec.span, f"{name} redeclared as imported package name", "V206")
        self._imports[name] = Import(spec, path, package, load)

    def _problem(
        self, span: Span, message: str, code: str = "V201", help: str = "", path: str = ""
    ) -> None:
        self.problems.append(Problem(message, path, (span,), False, code, help))

    # ------------------------------------------------------------------------------------------- structs

    def _open(self, decls: Sequence[ast.Decl]) -> Frame:
        frame = Frame()
        for decl in decls:
            if isinstance(decl, ast.Field):
                label = decl.label
                if isinstance(label, ast.Ident):
                    if label.name == "_":
                        self._problem(label.span, "cannot use _ as label")
                    if frame.names.get(label.name, ("field",))[0] != "field":
                        self._clash(label)
                    frame.names.setdefault(
                        label.name, ("field", label_of(label.name, self._package))
                    )
                    if label.name.startswith("__"):
                        self._problem(
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
            return "alias", label_of(label.name, self._package)
        if isinstance(label, ast.StringLit):
            return "alias", label.value
        frame.lets[name] = []
        return "computed", name

    def _declare(self, frame: Frame, name: ast.Ident, meaning: tuple[str, Any]) -> None:
        if name.name in frame.names:
            self._clash(name)
        frame.names[name.name] = meaning

    def _clash(self, name: ast.Ident) -> None:
        self._problem(
            name.span,
            f'cannot have both alias and field with name "{name.name}" in same scope',
            "V206",
        )

    def _struct(self, span: Span, decls: Sequence[ast.Decl]) -> ex.StructExpr:
        frame = self._open(decls)
        self._frames.append(frame)
        out: list[Any] = []
        ellipsis = False
        try:
            for decl in decls:
                if isinstance(decl, ast.Field):
                    out.append(self._field(decl))
                elif isinstance(decl, ast.Comprehension):
                    out.append(self._comprehension(decl))
                elif isinstance(decl, ast.Embedding):
                    out.append(self._expr(decl.expr))
                elif isinstance(decl, ast.Ellipsis):
                    if decl.type is None or (
                        isinstance(decl.type, ast.Ident) and decl.type.name == "_"
                    ):
                        ellipsis = True
                    else:
                        self._problem(decl.span, "a typed ellipsis in a struct is not supported")
                elif isinstance(decl, ast.LetClause):
                    frame.lets[decl.name.name].append(self._expr(decl.expr))
            for decl in decls:
                self._check_used(decl, frame)
        finally:
            self._frames.pop()
        return ex.StructExpr(span, tuple(out), ellipsis)

    def _check_used(self, decl: ast.Decl, frame: Frame) -> None:
        if isinstance(decl, ast.LetClause) and decl.name.name not in frame.used:
            self._unused(decl.name)
        elif isinstance(decl, ast.Field) and decl.alias is not None:
            outside = not isinstance(decl.label, ast.PatternLabel)
            if outside and decl.alias.name not in frame.used:
                self._unused(decl.alias)

    def _unused(self, name: ast.Ident) -> None:
        self._problem(name.span, f"unreferenced alias or let clause {name.name}", "V206")

    def _field(self, field: ast.Field) -> Any:
        label = field.label
        kind = _KINDS[field.constraint]
        alias = field.alias.name if field.alias is not None else ""
        if isinstance(label, (ast.Ident, ast.StringLit)):
            name = label.name if isinstance(label, ast.Ident) else ""
            text = label_of(name, self._package) if name else label.value  # type: ignore[union-attr]
            self._path.append(label_text(text))
            found = ex.FieldDecl(text, kind, self._expr(field.value), field)
            self._path.pop()
            return found
        if isinstance(label, ast.PatternLabel):
            label_alias = label.alias.name if label.alias is not None else ""
            pattern = self._expr(label.expr)
            value = self._pattern_value(field, alias, label_alias)
            return ex.PatternField(field.span, pattern, value, alias, label_alias, field)
        computed = self._expr(label.expr if isinstance(label, ast.DynamicLabel) else label)
        if alias:
            self._frames[-1].lets[alias].append(computed)
        return ex.DynamicField(field.span, computed, kind, self._expr(field.value), field)

    def _pattern_value(self, field: ast.Field, alias: str, label_alias: str) -> ex.Expr:
        names = [name for name in (alias, label_alias) if name]
        if not names:
            return self._expr(field.value)
        frame = Frame()
        for name in names:
            frame.names[name] = ("var", name)
        self._frames.append(frame)
        try:
            value = self._expr(field.value)
        finally:
            self._frames.pop()
        if field.alias is not None and alias not in frame.used:
            self._unused(field.alias)
        return value

    def _comprehension(self, comprehension: ast.Comprehension) -> ex.ComprehensionExpr:
        clauses: list[ex.For | ex.If | ex.Let] = []
        depth = len(self._frames)
        try:
            for clause in comprehension.clauses:
                if isinstance(clause, ast.IfClause):
                    clauses.append(ex.If(clause.span, self._expr(clause.condition)))
                    continue
                frame = Frame()
                if isinstance(clause, ast.LetClause):
                    clauses.append(ex.Let(clause.span, clause.name.name, self._expr(clause.expr)))
                    frame.names[clause.name.name] = ("var", clause.name.name)
                else:
                    key = clause.key.name if clause.key is not None else ""
                    clauses.append(
                        ex.For(clause.span, key, clause.value.name, self._expr(clause.source))
                    )
                    for name in (key, clause.value.name):
                        if name:
                            frame.names[name] = ("var", name)
                self._frames.append(frame)
            body = self._struct(comprehension.value.span, comprehension.value.decls)
        finally:
            del self._frames[depth:]
        return ex.ComprehensionExpr(comprehension.span, tuple(clauses), body)

    # --------------------------------------------------------------------------------------- expressions

    def _expr(self, node: ast.Expr) -> ex.Expr:
        return _HANDLERS[type(node)](self, node)

    def _ident(self, node: ast.Ident) -> ex.Expr:
        name = node.name
        depth = 0
        for at in range(len(self._frames) - 1, -1, -1):
            frame = self._frames[at]
            meaning = frame.names.get(name)
            if meaning is not None:
                frame.used.add(name)
                kind, target = meaning
                if kind in ("field", "alias"):
                    return references.FieldRef(node.span, depth, target)
                if kind == "var":
                    return references.VarRef(node.span, depth, name)
                if kind == "computed":
                    return references.ComputedRef(node.span, depth, frame.lets[name])
                return references.LetRef(node.span, depth, name, frame.lets[name])
            if frame.has_env:
                depth += 1
        imported = self._imports.get(name)
        if imported is not None:
            imported.used = True
            if imported.load is not None and imported.package is None:
                return references.PackageRef(node.span, imported.path, imported.load)
            if imported.package is not None:
                return ex.ErrorExpr(
                    node.span, f"package {name} used without selector", "", INCOMPLETE
                )
            return ex.BottomExpr(node.span)
        if name in self._package_names or name in self._declared:
            return references.FieldRef(node.span, depth - 1, label_of(name, self._package))
        if name in BASIC_TYPES:
            return ex.Const(node.span, BASIC_TYPES[name])
        if name[:2] == "__" and name[2:] in BASIC_TYPES:
            return ex.Const(node.span, BASIC_TYPES[name[2:]])
        if name in _FUNCTIONS:
            return ex.ErrorExpr(node.span, f"function {name} must be called", "", INCOMPLETE)
        near = nearest(name, self._visible())
        self._problem(
            node.span,
            f'reference "{name}" not found',
            "V205",
            f"did you mean `{near}`?" if near else "",
            ".".join(self._path),
        )
        return ex.BottomExpr(node.span)

    def _visible(self) -> set[str]:
        names = set(self._imports) | self._package_names | self._declared | set(BASIC_TYPES)
        for frame in self._frames:
            names |= frame.names.keys()
        return names

    def _literal(self, node: Any) -> ex.Expr:
        return ex.Const(node.span, node.value)

    def _null(self, node: ast.NullLit) -> ex.Expr:
        return ex.Const(node.span, None)

    def _bottom(self, node: ast.BottomLit) -> ex.Expr:
        return ex.BottomExpr(node.span)

    def _interpolation(self, node: ast.Interpolation) -> ex.Expr:
        return operators.InterpolationExpr(
            node.span, node.texts, tuple(self._expr(e) for e in node.exprs), node.is_bytes
        )

    def _struct_lit(self, node: ast.StructLit) -> ex.Expr:
        return self._struct(node.span, node.decls)

    def _list(self, node: ast.ListLit) -> ex.Expr:
        elements: list[ex.Expr] = []
        rest: ex.Expr | None = None
        closed = True
        for element in node.elements:
            if isinstance(element, ast.Ellipsis):
                closed = False
                rest = None if element.type is None else self._expr(element.type)
                if type(rest) is ex.Const and rest.value is TOP:
                    rest = None
            elif isinstance(element, ast.ValueAlias):
                self._problem(element.span, "alias values not allowed in this position")
            elif isinstance(element, ast.Comprehension):
                elements.append(self._comprehension(element))
            else:
                elements.append(self._expr(element))
        return ex.ListExpr(node.span, tuple(elements), rest, closed)

    def _package_member(self, node: ast.Selector) -> tuple[Import, str] | None:
        """The import and name of `pkg.Name`, unless a field hides the package's name."""
        base = node.expr
        if not isinstance(base, ast.Ident) or base.name not in self._imports:
            return None
        if any(base.name in frame.names for frame in self._frames):
            return None
        imported = self._imports[base.name]
        imported.used = True
        return imported, node.label.name if isinstance(node.label, ast.Ident) else node.label.value

    def _selector(self, node: ast.Selector) -> ex.Expr:
        label = (
            label_of(node.label.name, self._package)
            if isinstance(node.label, ast.Ident)
            else node.label.value
        )
        member = self._package_member(node)
        if member is None:
            return references.SelectorExpr(node.span, self._expr(node.expr), label)
        imported, name = member
        package = imported.package
        if package is None and imported.load is None:
            return ex.BottomExpr(node.span)
        if package is not None:
            if name in package.constants:
                return ex.ValueExpr(package.constants[name], node.span)
            function = package.functions.get(name)
            if function is not None:
                from velac.compiler.cue.calls import validator_value

                make = validator_value(imported.path, function)
                if make is None:
                    return ex.ErrorExpr(
                        node.span,
                        f"function {imported.path}.{name} must be called",
                        "",
                        INCOMPLETE,
                    )
                span = node.span
                return ex.CallExpr(span, name, lambda call, env: make(span, env), ())
            if imported.load is None or not package.source:
                known = (*package.functions, *package.constants)
                near = nearest(name, known)
                return ex.ErrorExpr(
                    node.span,
                    f'undefined field: {name} in package "{imported.path}"',
                    f"did you mean `{near}`?" if near else "",
                )
        assert imported.load is not None
        base = references.PackageRef(node.expr.span, imported.path, imported.load)
        return references.SelectorExpr(node.span, base, label_of(name))

    def _index(self, node: ast.Index) -> ex.Expr:
        return references.IndexExpr(node.span, self._expr(node.expr), self._expr(node.index))

    def _slice(self, node: ast.Slice) -> ex.Expr:
        low = None if node.low is None else self._expr(node.low)
        high = None if node.high is None else self._expr(node.high)
        return references.SliceExpr(node.span, self._expr(node.expr), low, high)

    def _call(self, node: ast.Call) -> ex.Expr:
        from velac.compiler.cue.calls import PREDECLARED, OrExpr, bind_package_function

        args = tuple(self._expr(arg) for arg in node.args)
        func = node.func
        while isinstance(func, ast.Paren):
            func = func.expr
        if isinstance(func, ast.Ident):
            name = func.name
            if name in _FUNCTIONS and not any(name in f.names for f in self._frames):
                if name == "close":
                    if len(args) != 1:
                        few = "not enough" if not args else "too many"
                        self._problem(
                            node.span,
                            f"{few} arguments in call to close (have {len(args)}, want 1)",
                        )
                        return ex.BottomExpr(node.span)
                    return ex.CloseCall(node.span, args[0])
                if name == "or":
                    return OrExpr(node.span, args)
                return ex.CallExpr(node.span, name, PREDECLARED[name], args)
        elif isinstance(func, ast.Selector):
            member = self._package_member(func)
            if member is not None and member[0].package is not None:
                imported, name = member
                assert imported.package is not None
                function = imported.package.functions.get(name)
                if function is not None:
                    call = bind_package_function(imported.path, function)
                    return ex.CallExpr(node.span, f"{imported.path}.{name}", call, args)
        target = self._expr(func)
        if type(target) is ex.ErrorExpr and target.code >= FATAL:
            return target
        return ex.ErrorExpr(node.span, "cannot call a value that is not a function")

    def _unary(self, node: ast.Unary) -> ex.Expr:
        operand = self._expr(node.expr)
        op = node.op
        constant = type(operand) is ex.Const and is_concrete(operand.value)
        if op in ("-", "+", "!"):
            if constant and type(operand) is ex.Const:
                value = ops.unary(op, operand.value, node.span, NO_TRACE)
                if type(value) is not Bottom:
                    return ex.Const(node.span, value)
            return operators.UnaryExpr(node.span, op, operand)
        if op == "*":
            self._problem(node.span, "preference mark not allowed at this position")
            return ex.BottomExpr(node.span)
        if constant and type(operand) is ex.Const:
            value = ops.scalar_bound(op, operand.value, node.span)
            if type(value) is not Bottom:
                return ex.Const(node.span, value)
        return operators.BoundExpr(node.span, op, operand)

    def _binary(self, node: ast.Binary) -> ex.Expr:
        op = node.op
        if op == "|":
            return self._disjunction(node)
        if op == "&":
            return self._conjunction(node)
        left, right = self._expr(node.left), self._expr(node.right)
        for operand, resolved in ((node.left, left), (node.right, right)):
            if _never_concrete(_strip(operand), resolved):
                shown = operand.span.file.text[operand.span.start : operand.span.end]
                message = f"invalid operand {shown} ('{op}' requires concrete value)"
                self._problem(operand.span, message)
        if op in ("==", "!="):
            if isinstance(_strip(node.left), ast.BottomLit):
                return operators.BottomTest(node.span, right, op == "!=")
            if isinstance(_strip(node.right), ast.BottomLit):
                return operators.BottomTest(node.span, left, op == "!=")
        return operators.BinaryExpr(node.span, op, left, right)

    def _conjunction(self, node: ast.Binary) -> ex.Expr:
        operands: list[ast.Expr] = []
        walk: ast.Expr = node
        while isinstance(walk, ast.Binary) and walk.op == "&":
            operands.append(walk.right)
            walk = walk.left
        operands.append(walk)
        operands.reverse()
        out = self._expr(operands[0])
        for operand in operands[1:]:
            right = self._expr(operand)
            span = out.span.to(right.span)
            if (
                type(out) is ex.Const
                and type(right) is ex.Const
                and type(out.value) is not Disjunction
            ):
                value = unify_values(out.value, right.value)
                if type(value) is not Bottom:
                    out = ex.Const(span, value)
                    continue
            out = ex.Conjunction(span, out, right)
        return out

    def _disjunction(self, node: ast.Binary) -> ex.Expr:
        operands: list[ast.Expr] = []
        walk: ast.Expr = node
        while isinstance(walk, ast.Binary) and walk.op == "|":
            operands.append(walk.right)
            walk = walk.left
        operands.append(walk)
        operands.reverse()
        arms: list[tuple[ex.Expr, bool]] = []
        for operand in operands:
            marked = False
            while isinstance(operand, ast.Unary) and operand.op == "*":
                operand, marked = operand.expr, True
            arms.append((self._expr(operand), marked))
        if all(type(arm) is ex.Const and _foldable(arm.value) for arm, _ in arms):
            marked = any(default for _, default in arms)
            flags = [("D" if default else "N") if marked else "M" for _, default in arms]
            return ex.Const(node.span, make_disjunction([arm.value for arm, _ in arms], flags))  # type: ignore[attr-defined]
        return ex.DisjunctionExpr(node.span, tuple(arms))

    def _paren(self, node: ast.Paren) -> ex.Expr:
        return self._expr(node.expr)

    def _value_alias(self, node: ast.ValueAlias) -> ex.Expr:
        frame = Frame()
        name = node.name.name
        frame.names[name] = ("var", name)
        self._frames.append(frame)
        try:
            inner = self._expr(node.expr)
        finally:
            self._frames.pop()
        if name not in frame.used:
            self._unused(node.name)
        return ex.AliasExpr(node.span, name, inner)


def _foldable(value: Any) -> bool:
    return is_concrete(value) or (type(value) is Constraint and value is not TOP)


def _never_concrete(syntax: ast.Expr, resolved: ex.Expr) -> bool:
    """Whether an operand is a type or a bound as it stands."""
    if isinstance(syntax, ast.Unary):
        return syntax.op not in ("-", "+", "!", "*")
    return isinstance(syntax, ast.Ident) and type(resolved) is ex.Const


def _strip(node: ast.Expr) -> ast.Expr:
    while isinstance(node, ast.Paren):
        node = node.expr
    return node


def _declared_names(decls: Sequence[ast.Decl]) -> Iterable[str]:
    for decl in decls:
        if isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident):
            yield decl.label.name


_HANDLERS: Final[dict[type, Callable[[Resolver, Any], ex.Expr]]] = {
    ast.Ident: Resolver._ident,
    ast.StringLit: Resolver._literal,
    ast.BytesLit: Resolver._literal,
    ast.IntLit: Resolver._literal,
    ast.FloatLit: Resolver._literal,
    ast.BoolLit: Resolver._literal,
    ast.NullLit: Resolver._null,
    ast.BottomLit: Resolver._bottom,
    ast.Interpolation: Resolver._interpolation,
    ast.StructLit: Resolver._struct_lit,
    ast.ListLit: Resolver._list,
    ast.Selector: Resolver._selector,
    ast.Index: Resolver._index,
    ast.Slice: Resolver._slice,
    ast.Call: Resolver._call,
    ast.Unary: Resolver._unary,
    ast.Binary: Resolver._binary,
    ast.Paren: Resolver._paren,
    ast.ValueAlias: Resolver._value_alias,
}
