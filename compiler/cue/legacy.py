"""Old definitions on today's CUE: list `+` and `*`, and a field called `error` (semantics 2.4, `pkg/cue/upgrade`).

CUE 0.11 took `+` and `*` away from lists. KubeVela rewrites templates before it compiles them: `a + b` becomes
`list.Concat([a, b])` and `l * n` becomes `list.Repeat(l, n)` where an operand can be seen to be a list: a literal, a
field whose declared value is a list literal, a call of the package `list`, or a sum of such. The search is static
and goes from the outside in, so a sum of two fields whose lists are computed is missed, as it is upstream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from velac.grammar import ast
from velac.grammar.node import field_names
from velac.grammar.source import Span

_IMPORT: Final = "list"


def upgrade_file(file: ast.File) -> ast.File:
    """The file with old list operators and labels replaced; the same object when there is nothing to do."""
    rewriter = _Rewriter(file)
    if not rewriter.needed(file):
        return file
    decls = tuple(rewriter.rewrite(decl) for decl in file.decls)
    imports = file.imports
    if rewriter.used and not rewriter.reusable:
        name = None if rewriter.fresh == _IMPORT else ast.Ident(file.span, rewriter.fresh)
        imports = (*imports, ast.ImportSpec(_start(file.span), name, _IMPORT))
    return replace(file, imports=imports, decls=decls)


class _Rewriter:
    """One file: which names hold lists, and by what name the package `list` goes.

    `name` is the author's own, `fresh` the one for new calls: a field called `list`, however deep, would hide the
    package from what stands below it.
    """

    __slots__ = ("fresh", "imported", "lists", "name", "reusable", "used")

    def __init__(self, file: ast.File) -> None:
        spec = next((spec for spec in file.imports if spec.path == _IMPORT), None)
        self.imported = spec is not None
        self.name = spec.name.name if spec is not None and spec.name is not None else _IMPORT
        bound = frozenset(_bound_names(file.decls))
        self.reusable = self.imported and self.name not in bound
        self.fresh = self.name if self.reusable else _IMPORT
        taken = bound | {spec.name.name for spec in file.imports if spec.name is not None}
        while not self.reusable and (
            self.fresh in taken or (self.imported and self.fresh == self.name)
        ):
            self.fresh += "_"
        self.used = False
        self.lists = frozenset(_list_paths(file.decls, ""))

    def needed(self, tree: Any) -> bool:
        """Whether anything below has to change."""
        return any(
            (isinstance(node, ast.Binary) and self._is_old(node)) or _is_error_label(node)
            for node in _walk(tree)
        )

    def rewrite(self, tree: Any) -> Any:
        """A node with everything below it rewritten; unchanged parts are shared."""
        if type(tree) is tuple:
            items = tuple(self.rewrite(item) for item in tree)
            same = all(new is old for new, old in zip(items, tree, strict=True))
            return tree if same else items
        if not _is_node(tree):
            return tree
        if isinstance(tree, ast.Binary) and self._is_old(tree):
            return self._call(tree)
        changed: dict[str, Any] = {}
        for name in field_names(type(tree)):
            old = getattr(tree, name)
            new = self.rewrite(old)
            if new is not old:
                changed[name] = new
        if _is_error_label(tree):
            changed["label"] = ast.StringLit(tree.label.span, "error")
        return replace(tree, **changed) if changed else tree

    def _is_old(self, node: ast.Binary) -> bool:
        if node.op == "+":
            return self._is_list(node.left) or self._is_list(node.right)
        return node.op == "*" and (self._is_list(node.left) or self._is_list(node.right))

    def _is_list(self, node: ast.Expr) -> bool:
        """Whether an expression can be seen to be a list, without looking at values."""
        if isinstance(node, ast.Paren):
            return self._is_list(node.expr)
        if isinstance(node, ast.Binary):
            return node.op == "+" and self._is_old(node)
        if isinstance(node, ast.Call):
            func = node.func
            return (
                isinstance(func, ast.Selector)
                and isinstance(func.expr, ast.Ident)
                and func.expr.name == self.name
                and self.imported
            )
        return isinstance(node, ast.ListLit) or _path(node) in self.lists

    def _call(self, node: ast.Binary) -> ast.Call:
        self.used = True
        left, right = self.rewrite(node.left), self.rewrite(node.right)
        args: tuple[ast.Expr, ...]
        if node.op == "+":
            name = "Concat"
            args = (ast.ListLit(node.span, (left, right)),)
        else:
            name = "Repeat"
            args = (left, right) if self._is_list(node.left) else (right, left)
        package = ast.Ident(node.op_span, self.fresh)
        func = ast.Selector(node.op_span, package, ast.Ident(node.op_span, name))
        return ast.Call(node.span, func, args)


def _list_paths(decls: Iterable[Any], prefix: str) -> Iterator[str]:
    """Dotted paths of the fields whose declared value is a list literal; top-level names, and from there down."""
    for decl in decls:
        if isinstance(decl, ast.Comprehension):
            yield from _list_paths(decl.value.decls, prefix)
        elif isinstance(decl, ast.Embedding) and isinstance(decl.expr, ast.StructLit):
            yield from _list_paths(decl.expr.decls, prefix)
        label = _label(decl)
        if label is None:
            continue
        path = f"{prefix}.{label}" if prefix else label
        for value in _declared(decl.value):
            if isinstance(value, ast.ListLit):
                yield path
            elif isinstance(value, ast.StructLit):
                yield from _list_paths(value.decls, path)


def _declared(value: Any) -> Iterator[Any]:
    """The value itself, or the arms of a disjunction (`*[] | [...string]`)."""
    if isinstance(value, ast.Binary) and value.op in "|&":
        yield from _declared(value.left)
        yield from _declared(value.right)
    elif isinstance(value, ast.Unary) and value.op == "*":
        yield value.expr
    else:
        yield value


def _bound_names(tree: Any) -> Iterator[str]:
    """Every name that something in a file gives a meaning: fields, `let`, the variables of `for`, aliases."""
    for node in _walk(tree):
        if isinstance(node, ast.Field):
            label = _label(node)
            if label is not None:
                yield label
        for item in ("name", "key", "value", "alias"):
            name = getattr(node, item, None)
            if isinstance(name, ast.Ident) and not isinstance(node, ast.Selector):
                yield name.name


def _label(decl: Any) -> str | None:
    if not isinstance(decl, ast.Field):
        return None
    if isinstance(decl.label, ast.Ident):
        return decl.label.name
    return decl.label.value if isinstance(decl.label, ast.StringLit) else None


def _path(node: Any) -> str | None:
    """`a.b` of a chain of selectors."""
    if isinstance(node, ast.Ident):
        return node.name
    if isinstance(node, ast.Selector):
        inner = _path(node.expr)
        label = node.label.name if isinstance(node.label, ast.Ident) else node.label.value
        return None if inner is None else f"{inner}.{label}"
    return None


def _is_error_label(node: Any) -> bool:
    return (
        isinstance(node, ast.Field)
        and isinstance(node.label, ast.Ident)
        and node.label.name == "error"
    )


def _is_node(value: Any) -> bool:
    return hasattr(value, "__dataclass_fields__")


def _walk(tree: Any) -> Iterator[Any]:
    """All nodes below, itself included."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if type(node) is tuple:
            pending.extend(node)
        elif _is_node(node):
            yield node
            pending.extend([getattr(node, name) for name in field_names(type(node))])


def _start(span: Span) -> Span:
    return Span(span.file, span.start, span.start)
