"""Expressions of the syntax tree to those that evaluate: names bound, constants folded."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue import expr as ex
from velac.compiler.cue import lists, operators, ops, references
from velac.compiler.cue.names import Frame, Import, label_of
from velac.compiler.cue.unify import make_disjunction, unify_values
from velac.compiler.cue.values import (
    BASIC_TYPES,
    INCOMPLETE,
    NO_TRACE,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    is_concrete,
    is_function,
)
from velac.compiler.diagnostics.suggest import nearest
from velac.grammar import ast
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.resolve import Resolver

_MOST_SUGGESTED: Final = 100
"""Problems of one program before unknown names get no suggestions any more."""
_FUNCTIONS: Final = frozenset(
    ("len", "close", "and", "or", "div", "mod", "quo", "rem", "error", "matchN", "matchIf")
)


def _ident(resolver: Resolver, node: ast.Ident) -> ex.Expr:
    name = node.name
    depth = 0
    for at in range(len(resolver.frames) - 1, -1, -1):
        frame = resolver.frames[at]
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
    imported = resolver.imports.get(name)
    if imported is not None:
        imported.used = True
        if imported.load is not None and imported.package is None:
            return references.PackageRef(node.span, imported.path, imported.load)
        if imported.package is not None:
            from velac.compiler.cue.package_value import PackageExpr

            return PackageExpr(node.span, imported.path, imported.package, imported.load)
        return ex.BottomExpr(node.span)
    if name in resolver.package_names or name in resolver.declared:
        return references.FieldRef(node.span, depth - 1, label_of(name, resolver.package))
    if name in BASIC_TYPES:
        return ex.Const(node.span, BASIC_TYPES[name])
    if name[:2] == "__" and name[2:] in BASIC_TYPES:
        return ex.Const(node.span, BASIC_TYPES[name[2:]])
    if name in _FUNCTIONS:
        from velac.compiler.cue.package_value import named_function

        return named_function(
            node.span, name, lambda call, env: _predeclared(name, call.span, call.args).ev(env)
        )
    # Each suggestion looks at all names: a flood of mistakes goes without.
    help = _meant(resolver, node) if len(resolver.problems) < _MOST_SUGGESTED else ""
    resolver.problem(
        node.span,
        f'reference "{name}" not found',
        "V205",
        help,
        ".".join(resolver.path),
    )
    return ex.BottomExpr(node.span)


_FOREIGN: Final = {
    "None": "null", "nil": "null", "NULL": "null", "undefined": "null", "True": "true", "False": "false",
    "integer": "int", "long": "int", "boolean": "bool", "str": "string", "text": "string", "double": "float",
    "any": "_", "object": "{...}", "map": "{...}", "dict": "{...}", "array": "[...]",
}  # fmt: skip
"""What other languages call what CUE has."""


def _meant(resolver: Resolver, node: ast.Ident) -> str:
    """What somebody may have meant by a name that is unknown."""
    name, span = node.name, node.span
    text = span.file.text
    if re.match(r"\.[A-Z]", text[span.end : span.end + 2]):
        from velac.compiler.cue.builtins import registry

        paths = [path for path in registry.names() if path.rsplit("/", 1)[-1] == name]
        if paths:
            return " or ".join(f'import "{path}"' for path in paths) + " at the top of the file"
    near = nearest(name, resolver.visible() - {"_"})
    if name in _FOREIGN and (near is None or name not in near):
        return f"CUE writes `{_FOREIGN[name]}`"
    if near:
        return f"did you mean `{near}`?"
    before = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    return "a list is written [a, b]" if before.strip() == "-" else ""


def _literal(resolver: Resolver, node: Any) -> ex.Expr:
    return ex.Const(node.span, node.value)


def _null(resolver: Resolver, node: ast.NullLit) -> ex.Expr:
    return ex.Const(node.span, None)


def _bottom(resolver: Resolver, node: ast.BottomLit) -> ex.Expr:
    return ex.BottomExpr(node.span)


def _interpolation(resolver: Resolver, node: ast.Interpolation) -> ex.Expr:
    return operators.InterpolationExpr(
        node.span, node.texts, tuple(resolver.expr(e) for e in node.exprs), node.is_bytes
    )


def _struct_lit(resolver: Resolver, node: ast.StructLit) -> ex.Expr:
    return resolver.struct(node.span, node.decls)


def _list(resolver: Resolver, node: ast.ListLit) -> ex.Expr:
    elements: list[ex.Expr] = []
    rest: ex.Expr | None = None
    closed = True
    for element in node.elements:
        if isinstance(element, ast.Ellipsis):
            closed = False
            rest = None if element.type is None else resolver.expr(element.type)
            if type(rest) is ex.Const and rest.value is TOP:
                rest = None
        elif isinstance(element, ast.ValueAlias):
            resolver.problem(element.span, "alias values not allowed in this position")
        elif isinstance(element, ast.Comprehension):
            elements.append(resolver.comprehension(element))
        else:
            elements.append(resolver.expr(element))
    return lists.ListExpr(node.span, tuple(elements), rest, closed)


def _package_member(resolver: Resolver, node: ast.Selector) -> tuple[Import, str] | None:
    """The import and name of `pkg.Name`, unless a field hides the package's name."""
    base = node.expr
    if not isinstance(base, ast.Ident) or base.name not in resolver.imports:
        return None
    if any(base.name in frame.names for frame in resolver.frames):
        return None
    imported = resolver.imports[base.name]
    imported.used = True
    return imported, node.label.name if isinstance(node.label, ast.Ident) else node.label.value


def _selector(resolver: Resolver, node: ast.Selector) -> ex.Expr:
    label = (
        label_of(node.label.name, resolver.package)
        if isinstance(node.label, ast.Ident)
        else node.label.value
    )
    member = _package_member(resolver, node)
    if member is None:
        return references.SelectorExpr(node.span, resolver.expr(node.expr), label)
    imported, name = member
    package = imported.package
    if package is None and imported.load is None:
        return ex.BottomExpr(node.span)
    if package is not None:
        if name in package.constants:
            return ex.ValueExpr(package.constants[name], node.span)
        function = package.functions.get(name)
        if function is not None:
            from velac.compiler.cue.package_value import function_value

            return function_value(node.span, imported.path, function)
        if imported.load is None or not package.source:
            known = (*package.functions, *package.constants)
            near = nearest(name, known)
            return ex.ErrorExpr(
                node.span,
                f'undefined field: {name} in package "{imported.path}"',
                f"did you mean `{near}`?" if near else "",
                INCOMPLETE,
            )
    assert imported.load is not None
    base = references.PackageRef(node.expr.span, imported.path, imported.load)
    return references.SelectorExpr(node.span, base, label_of(name))


def _index(resolver: Resolver, node: ast.Index) -> ex.Expr:
    return references.IndexExpr(node.span, resolver.expr(node.expr), resolver.expr(node.index))


def _slice(resolver: Resolver, node: ast.Slice) -> ex.Expr:
    low = None if node.low is None else resolver.expr(node.low)
    high = None if node.high is None else resolver.expr(node.high)
    return references.SliceExpr(node.span, resolver.expr(node.expr), low, high)


def _call(resolver: Resolver, node: ast.Call) -> ex.Expr:
    from velac.compiler.cue.calls import bind_package_function

    args = tuple(resolver.expr(arg) for arg in node.args)
    func = node.func
    while isinstance(func, ast.Paren):
        func = func.expr
    if isinstance(func, ast.Ident):
        name = func.name
        if name in _FUNCTIONS and not any(name in f.names for f in resolver.frames):
            if name == "close":
                if len(args) != 1:
                    few = "not enough" if not args else "too many"
                    resolver.problem(
                        node.span,
                        f"{few} arguments in call to close (have {len(args)}, want 1)",
                    )
                    return ex.BottomExpr(node.span)
                return ex.CloseCall(node.span, args[0])
            return _predeclared(name, node.span, args)
    elif isinstance(func, ast.Selector):
        member = _package_member(resolver, func)
        if member is not None and member[0].package is not None:
            imported, name = member
            assert imported.package is not None
            function = imported.package.functions.get(name)
            if function is not None:
                call = bind_package_function(imported.path, function)
                return ex.CallExpr(node.span, f"{imported.path}.{name}", call, args)
    target = resolver.expr(func)
    if type(target) is ex.ErrorExpr:
        return ex.ErrorExpr(target.span, target.message, target.help)
    return ex.CallExpr(node.span, "", references.call_value, (*args, target))


def _predeclared(name: str, span: Span, args: tuple[ex.Expr, ...]) -> ex.Expr:
    """The call of a function that needs no import."""
    from velac.compiler.cue.predeclared import PREDECLARED, OrExpr

    if name == "close":
        if len(args) != 1:
            few = "not enough" if not args else "too many"
            message = f"{few} arguments in call to close (have {len(args)}, want 1)"
            return ex.ErrorExpr(span, message)
        return ex.CloseCall(span, args[0])
    if name == "or":
        return OrExpr(span, args)
    return ex.CallExpr(span, name, PREDECLARED[name], args)


def _unary(resolver: Resolver, node: ast.Unary) -> ex.Expr:
    operand = resolver.expr(node.expr)
    op = node.op
    if op in ("-", "+", "!") and _never_concrete(_strip(node.expr), operand):
        span = node.expr.span
        shown = span.file.text[span.start : span.end]
        return ex.ErrorExpr(span, f"invalid operand {shown} ('{op}' requires concrete value)")
    constant = type(operand) is ex.Const and is_concrete(operand.value)
    if op in ("-", "+", "!"):
        if constant and type(operand) is ex.Const:
            value = ops.unary(op, operand.value, node.span, NO_TRACE)
            if type(value) is not Bottom:
                return ex.Const(node.span, value)
        return operators.UnaryExpr(node.span, op, operand)
    if op == "*":
        resolver.problem(node.span, "preference mark not allowed at this position")
        return ex.BottomExpr(node.span)
    if constant and type(operand) is ex.Const and resolver.affords(op, operand.value, node.span):
        value = ops.scalar_bound(op, operand.value, node.span)
        if type(value) is not Bottom:
            return ex.Const(node.span, value)
    return operators.BoundExpr(node.span, op, operand)


def _binary(resolver: Resolver, node: ast.Binary) -> ex.Expr:
    op = node.op
    if op == "|":
        return _disjunction(resolver, node)
    if op == "&":
        return _conjunction(resolver, node)
    left, right = resolver.expr(node.left), resolver.expr(node.right)
    for operand, resolved in ((node.left, left), (node.right, right)):
        if _never_concrete(_strip(operand), resolved):
            shown = operand.span.file.text[operand.span.start : operand.span.end]
            message = f"invalid operand {shown} ('{op}' requires concrete value)"
            resolver.problem(operand.span, message)
    if op in ("==", "!="):
        if isinstance(_strip(node.left), ast.BottomLit):
            return operators.BottomTest(node.span, right, op == "!=")
        if isinstance(_strip(node.right), ast.BottomLit):
            return operators.BottomTest(node.span, left, op == "!=")
    return operators.BinaryExpr(node.span, op, left, right)


def _conjunction(resolver: Resolver, node: ast.Binary) -> ex.Expr:
    operands: list[ast.Expr] = []
    walk: ast.Expr = node
    while isinstance(walk, ast.Binary) and walk.op == "&":
        operands.append(walk.right)
        walk = walk.left
    operands.append(walk)
    operands.reverse()
    out = resolver.expr(operands[0])
    seen = {references.identity(out)}
    for operand in operands[1:]:
        right = resolver.expr(operand)
        identity = references.identity(right)
        if identity is not None and identity in seen:
            continue  # as cue: `a & a` is `a`, which shares the value
        seen.add(identity)
        span = out.span.to(right.span)
        if type(out) is ex.Const and type(right) is ex.Const and type(out.value) is not Disjunction:
            value = unify_values(out.value, right.value)
            if type(value) is not Bottom:
                out = ex.Const(span, value)
                continue
        out = ex.Conjunction(span, out, right)
    return out


def _disjunction(resolver: Resolver, node: ast.Binary) -> ex.Expr:
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
        arms.append((resolver.expr(operand), marked))
    if all(type(arm) is ex.Const and _foldable(arm.value) for arm, _ in arms):
        marked = any(default for _, default in arms)
        flags = [("D" if default else "N") if marked else "M" for _, default in arms]
        value = make_disjunction([arm.value for arm, _ in arms], flags)  # type: ignore[attr-defined]
        if type(value) is Disjunction:  # `1 | 1` is not quite 1: see `include`
            return ex.Const(node.span, value)
    return ex.DisjunctionExpr(node.span, tuple(arms))


def _paren(resolver: Resolver, node: ast.Paren) -> ex.Expr:
    return resolver.expr(node.expr)


def _value_alias(resolver: Resolver, node: ast.ValueAlias) -> ex.Expr:
    frame = Frame()
    name = node.name.name
    frame.names[name] = ("var", name)
    resolver.frames.append(frame)
    try:
        inner = resolver.expr(node.expr)
    finally:
        resolver.frames.pop()
    if name not in frame.used:
        resolver.unused(node.name)
    return ex.AliasExpr(node.span, name, inner)


def _foldable(value: Any) -> bool:
    return is_concrete(value) or (type(value) is Constraint and value is not TOP)


def _never_concrete(syntax: ast.Expr, resolved: ex.Expr) -> bool:
    """Whether an operand is a type or a bound as it stands."""
    if isinstance(syntax, ast.Unary):
        return syntax.op not in ("-", "+", "!", "*")
    return (
        isinstance(syntax, ast.Ident)
        and type(resolved) is ex.Const
        and not is_function(resolved.value)
    )


def _strip(node: ast.Expr) -> ast.Expr:
    while isinstance(node, ast.Paren):
        node = node.expr
    return node


_HANDLERS: Final[dict[type, Callable[[Resolver, Any], ex.Expr]]] = {
    ast.Ident: _ident,
    ast.StringLit: _literal,
    ast.BytesLit: _literal,
    ast.IntLit: _literal,
    ast.FloatLit: _literal,
    ast.BoolLit: _literal,
    ast.NullLit: _null,
    ast.BottomLit: _bottom,
    ast.Interpolation: _interpolation,
    ast.StructLit: _struct_lit,
    ast.ListLit: _list,
    ast.Selector: _selector,
    ast.Index: _index,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.Unary: _unary,
    ast.Binary: _binary,
    ast.Paren: _paren,
    ast.ValueAlias: _value_alias,
}


def resolve_expression(resolver: Resolver, node: ast.Expr) -> ex.Expr:
    """The expression of a syntax node."""
    return _HANDLERS[type(node)](resolver, node)
