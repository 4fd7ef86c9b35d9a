"""Resolved expressions: what syntax becomes once names are bound; each knows how to evaluate and how to unify.

`ev(env)` gives a value: a scalar, `Constraint`, `Disjunction`, `Bottom`, or a `Node` for a struct or list.
`into(node, conjunct)` unifies the expression into a node: literals at once, the rest as a task.
`run(node, conjunct)` is that task: None when it is finished, else the bottom it waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import (
    DONE,
    HIDDEN,
    MEMBER,
    NOT_SCALAR,
    PLAIN_INFO,
    REQUIRED,
    UNSET,
    Conjunct,
    Contribution,
    Env,
    Info,
    Node,
    Places,
    is_regular,
    label_text,
)
from velac.compiler.cue.scope import ROOT, Scope
from velac.compiler.cue.values import (
    ANY_STRUCT,
    CYCLE,
    FATAL,
    INCOMPLETE,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    is_concrete,
    kind_of,
    literal,
    make_disjunction,
)
from velac.grammar import ast
from velac.grammar.source import NO_SPAN, Span


class Expr:
    """The root of all expressions; concrete classes are final."""

    __slots__ = ("span",)
    is_struct: ClassVar[bool] = False
    """A struct literal, which needs no evaluation to be taken."""
    scalar: Any = NOT_SCALAR
    """The value of an expression that is one scalar as it stands."""

    span: Span

    def ev(self, env: Env) -> Any:
        """The value in an environment."""
        raise NotImplementedError

    def into(self, node: Node, conjunct: Conjunct) -> None:
        """Unify into `node`."""
        node.task(conjunct)

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        """Try to compute and unify."""
        return node.absorb(self.ev(conjunct.env), conjunct)

    def node(self, env: Env) -> Node | Bottom | Any:
        """The value with its identity: the node a reference leads to; other expressions just evaluate."""
        return self.ev(env)

    def for_label(self, conjunct: Conjunct, arc: Node) -> Conjunct:
        """The conjunct of a pattern's value for one field."""
        return conjunct

    def is_definition(self) -> bool:
        """Whether a reference goes through a definition, and so closes."""
        return False


def _temporary(expr: Expr, env: Env) -> Node:
    """A node outside the tree that holds the value of an expression."""
    node = Node(env.node.run, env.node, "")
    node.conjuncts.append(Conjunct(expr, env, PLAIN_INFO))
    return node


@final
class Const(Expr):
    """A scalar, a type, bounds over constants, or a disjunction of those."""

    __slots__ = ("scalar", "value")

    def __init__(self, span: Span, value: Any) -> None:
        self.span = span
        self.value = value
        self.scalar = value if is_concrete(value) else NOT_SCALAR

    def ev(self, env: Env) -> Any:
        return self.value

    def into(self, node: Node, conjunct: Conjunct) -> None:
        if self.value is not TOP:
            node.meet(self.value, self.span, conjunct.info)
        elif node.value is UNSET:
            node.value = TOP


@final
class BottomExpr(Expr):
    """`_|_`."""

    __slots__ = ()

    def __init__(self, span: Span) -> None:
        self.span = span

    def ev(self, env: Env) -> Any:
        return Bottom(FATAL, "explicit error (_|_ literal) in source", (self.span,))

    def into(self, node: Node, conjunct: Conjunct) -> None:
        node.fail(self.ev(conjunct.env))


@final
class ErrorExpr(Expr):
    """A mistake that only matters where the value is used."""

    __slots__ = ("code", "help", "message")

    def __init__(self, span: Span, message: str, help: str = "", code: int = FATAL) -> None:
        self.span = span
        self.message = message
        self.help = help
        self.code = code

    def ev(self, env: Env) -> Any:
        return Bottom(self.code, self.message, (self.span,), help=self.help)


@final
class Data(Expr):
    """Plain data as a conjunct: dicts, lists and scalars (or leaves); how `parameter` and `context` come in."""

    __slots__ = ("scalar", "value")

    def __init__(self, value: Any, span: Span = NO_SPAN) -> None:
        self.span = span
        self.value = value
        self.scalar = value if is_concrete(value) else NOT_SCALAR

    @property
    def is_struct(self) -> bool:  # type: ignore[override]
        return type(self.value) is dict

    def ev(self, env: Env) -> Any:
        if type(self.value) in (dict, list):
            return _temporary(self, env).result()
        return self.value

    def into(self, node: Node, conjunct: Conjunct) -> None:
        value = self.value
        info = conjunct.info
        if type(value) is dict:
            node.is_struct = True
            if not info.cyclic:
                node.grounded = True
            if info.scope is not ROOT:
                _note_scope(node, info.scope)
            node.run.spend(len(value))
            child = info.child()
            env = conjunct.env
            for label, item in value.items():
                node.insert(label, MEMBER, Conjunct(Data(item, self.span), env, child, info.scope))
            _contribute(node, Contribution(self, list(value)))
        elif type(value) is list:
            child = info.child()
            items = [
                Conjunct(Data(item, self.span), conjunct.env, child, info.scope) for item in value
            ]
            node.add_list(items, None, True, self.span, info)
        else:
            node.meet(value, self.span, info)


@final
class ValueExpr(Expr):
    """An evaluated value as an expression (results of builtins, disjunctions of nodes)."""

    __slots__ = ("value",)

    def __init__(self, value: Any, span: Span) -> None:
        self.span = span
        self.value = value

    def ev(self, env: Env) -> Any:
        return self.value

    def into(self, node: Node, conjunct: Conjunct) -> None:
        value = self.value
        if type(value) is Disjunction and any(type(a) is Node for a in value.arms):
            arms = tuple(
                (ValueExpr(arm, self.span), flag == "D")
                for arm, flag in zip(value.arms, value.flags, strict=True)
            )
            expr = DisjunctionExpr(self.span, arms)
            expr.into(
                node, Conjunct(expr, conjunct.env, conjunct.info, conjunct.src, conjunct.field)
            )
        elif type(value) is Node:
            node.task(conjunct)
        else:
            node.meet(value, self.span, conjunct.info)


def _note_scope(node: Node, scope: Scope) -> None:
    if node.scopes is None:
        node.scopes = {scope: None}
    else:
        node.scopes[scope] = None


def _contribute(node: Node, contribution: Contribution) -> None:
    if node.contributions is None:
        node.contributions = [contribution]
    else:
        node.contributions.append(contribution)


# ------------------------------------------------------------------------------------------ struct literals


@final
class FieldDecl:
    """A field with a static label."""

    __slots__ = ("kind", "label", "syntax", "value")

    def __init__(self, label: str, kind: int, value: Expr, syntax: ast.Field) -> None:
        self.label = label
        self.kind = kind
        self.value = value
        self.syntax = syntax


@final
class DynamicField(Expr):
    """`(e): v`, or a label with interpolation."""

    __slots__ = ("kind", "label", "syntax", "value")

    def __init__(self, span: Span, label: Expr, kind: int, value: Expr, syntax: ast.Field) -> None:
        self.span = span
        self.label = label
        self.kind = kind
        self.value = value
        self.syntax = syntax

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        env = conjunct.env
        value = ops.concrete(self.label.ev(env))
        if type(value) is Bottom:
            if value.code < FATAL:
                return value
            node.fail(value)
            return None
        if type(value) is Leaf:
            value = node.run.trace.label(value, self.syntax)
        if type(value) is not str:
            if is_concrete(value):
                shown = kinds.kind_name(kind_of(value))
                node.fail(
                    Bottom(FATAL, f"invalid label type {shown}: must be string", (self.span,))
                )
                return None
            return Bottom(INCOMPLETE, f"non-concrete label {literal(value)}", (self.span,))
        info = conjunct.info
        inner = Conjunct(self.value, env, info.child(), info.scope, self.syntax)
        node.insert(value, self.kind, inner)
        contribution, slot = conjunct.field
        contribution.labels[slot] = value
        contribution.dynamic = True
        return None


@final
class PatternField(Expr):
    """`[e]: v`; aliases: of the label (`[X=e]`) and of the field (`X=[e]`)."""

    __slots__ = ("alias", "label_alias", "pattern", "syntax", "value")

    def __init__(
        self,
        span: Span,
        pattern: Expr,
        value: Expr,
        alias: str,
        label_alias: str,
        syntax: ast.Field,
    ) -> None:
        self.span = span
        self.pattern = pattern
        self.value = value
        self.alias = alias
        self.label_alias = label_alias
        self.syntax = syntax

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        value = self.pattern.ev(conjunct.env)
        if type(value) is Bottom:
            if value.code < FATAL:
                return value
            node.fail(value)
            return None
        info = conjunct.info
        node.add_pattern(value, Conjunct(self, conjunct.env, info.child(), info.scope, self.syntax))
        return None

    def for_label(self, conjunct: Conjunct, arc: Node) -> Conjunct:
        env = conjunct.env
        names: dict[str, Any] = {}
        if self.label_alias:
            names[self.label_alias] = arc.label
        if self.alias:
            names[self.alias] = arc
        if names:
            env = Env(env, env.node, names)
        return Conjunct(self.value, env, conjunct.info, conjunct.src, conjunct.field)


@final
class StructExpr(Expr):
    """`{…}`: declarations in source order; `closing` says that it embeds something that may close it."""

    __slots__ = ("closing", "decls", "ellipsis", "pure")
    is_struct = True

    def __init__(self, span: Span, decls: tuple[Any, ...], ellipsis: bool) -> None:
        self.span = span
        self.decls = decls
        self.ellipsis = ellipsis
        embeds = [
            d for d in decls if isinstance(d, Expr) and type(d) not in (DynamicField, PatternField)
        ]
        self.pure = not embeds
        self.closing = any(type(d) is not ComprehensionExpr for d in embeds)

    def ev(self, env: Env) -> Any:
        return _temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        self.declare(node, conjunct.env, self.own_info(conjunct.info))

    def own_info(self, info: Info) -> Info:
        """The info of declarations: with a scope of their own if the literal may become closed."""
        if not self.closing:
            return info
        scope = Scope(info.scope)
        if info.embedded and info.scope.literal is not None:
            scope.literal, scope.unit = info.scope.literal, info.scope
        return info.with_scope(scope, info.embedded)

    def declare(self, node: Node, env: Env, info: Info) -> None:
        """Take all declarations."""
        if not info.cyclic:
            node.grounded = True
        if self.pure:
            node.is_struct = True
        else:
            node.maybe_struct = True
        scope = info.scope
        if scope is not ROOT:
            _note_scope(node, scope)
        if self.ellipsis:
            if node.opens is None:
                node.opens = []
            node.opens.append(scope)
        env = Env(env, node)
        child = info.child()
        labels: list[str] = []
        contribution = Contribution(self, labels)
        _contribute(node, contribution)
        node.run.spend(len(self.decls))
        for decl in self.decls:
            kind = type(decl)
            if kind is FieldDecl:
                node.insert(
                    decl.label, decl.kind, Conjunct(decl.value, env, child, scope, decl.syntax)
                )
                labels.append(decl.label)
            elif kind is ComprehensionExpr:
                node.reserve(decl.reserved)
                node.task(Conjunct(decl, env, info, scope), decl.provides)
            elif kind is DynamicField or kind is PatternField:
                task = Conjunct(decl, env, info, scope, (contribution, len(labels)))
                if kind is DynamicField:
                    labels.append(_NO_LABEL)
                if kind is PatternField and type(decl.pattern) is Const:
                    decl.run(node, task)
                else:
                    node.task(task, None if kind is DynamicField else frozenset())
            else:
                unit = info.with_scope(Scope.embedding(scope), True)
                decl.into(node, Conjunct(decl, env, unit, scope))


_NO_LABEL = "\x01"
"""Holds the place of a computed label in a contribution until it is known."""


def scope_names(decls: tuple[Any, ...]) -> tuple[list[str], frozenset[str] | None]:
    """The static labels that declarations add, in order; and as a set, None when there may be others."""
    labels: list[str] = []
    wild = False
    for decl in decls:
        kind = type(decl)
        if kind is FieldDecl:
            labels.append(decl.label)
        elif kind is ComprehensionExpr:
            labels += decl.body_labels
            wild = wild or decl.provides is None
        elif kind is StructExpr:
            inner, inner_set = scope_names(decl.decls)
            labels += inner
            wild = wild or inner_set is None
        elif kind is not PatternField:
            wild = True
    return labels, None if wild else frozenset(labels)


# ------------------------------------------------------------------------------------------ comprehensions


@final
class For:
    """`for k, v in source`."""

    __slots__ = ("key", "source", "span", "value")

    def __init__(self, span: Span, key: str, value: str, source: Expr) -> None:
        self.span = span
        self.key = key
        self.value = value
        self.source = source


@final
class If:
    """`if condition`."""

    __slots__ = ("condition", "span")

    def __init__(self, span: Span, condition: Expr) -> None:
        self.span = span
        self.condition = condition


@final
class Let:
    """`let name = expr` as a clause."""

    __slots__ = ("expr", "name", "span")

    def __init__(self, span: Span, name: str, expr: Expr) -> None:
        self.span = span
        self.name = name
        self.expr = expr


@final
class ComprehensionExpr(Expr):
    """Clauses and the struct they yield."""

    __slots__ = ("bodies", "body", "body_labels", "clauses", "provides", "reserved")

    def __init__(self, span: Span, clauses: tuple[For | If | Let, ...], body: StructExpr) -> None:
        self.span = span
        self.clauses = clauses
        self.body = body
        self.body_labels, self.provides = scope_names(body.decls)
        self.bodies = _parts(body)
        self.reserved = _places(body)

    def ev(self, env: Env) -> Any:
        return Bottom(FATAL, "comprehension outside a struct or list", (self.span,))

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        run = node.run
        before, run.tests = run.tests, []
        try:
            found = self.environments(conjunct.env)
            tests = run.tests
        finally:
            run.tests = before
        if type(found) is Bottom:
            if found.code < FATAL:
                return found
            node.fail(found.at(self.span))
            return None
        if tests and not any(type(clause) is For for clause in self.clauses):
            node.tests = [*(node.tests or ()), *tests]
        for env in found:
            node.run.spend(1)
            info = self.body.own_info(conjunct.info)
            for body in self.bodies:
                body.declare(node, env, info)
        return None

    def environments(self, env: Env) -> list[Env] | Bottom:
        """One environment for each time the body is yielded."""
        out: list[Env] = []
        problem = self._walk(0, env, out)
        return out if problem is None else problem

    def _walk(self, at: int, env: Env, out: list[Env]) -> Bottom | None:
        clauses = self.clauses
        while at < len(clauses):
            clause = clauses[at]
            at += 1
            if type(clause) is If:
                outcome = ops.truth(
                    clause.condition.ev(env), clause.condition.span, env.node.run.trace
                )
                if type(outcome) is Bottom:
                    return outcome
                if not outcome:
                    return None
            elif type(clause) is Let:
                node = _temporary(clause.expr, env)
                node.label = clause.name
                env = Env(env, env.node, {clause.name: node})
            else:
                assert type(clause) is For
                items = _iterate(clause.source.ev(env), clause.source.span, env)
                if type(items) is Bottom:
                    return items
                env.node.run.spend(len(items))
                for key, value in items:
                    names = {clause.value: value}
                    if clause.key:
                        names[clause.key] = key
                    problem = self._walk(at, Env(env, env.node, names), out)
                    if problem is not None:
                        return problem
                return None
        out.append(env)
        return None


def _parts(body: StructExpr) -> tuple[StructExpr, ...]:
    """The fields with static labels and the rest of a body: two literals for the order of fields."""
    fields = tuple(d for d in body.decls if type(d) is FieldDecl)
    rest = tuple(d for d in body.decls if type(d) is not FieldDecl)
    if not fields or not rest:
        if fields and not any(d.kind <= REQUIRED and is_regular(d.label) for d in fields):
            body.pure = False  # fields that are not regular do not make a struct of a scalar
        return (body,)
    return StructExpr(body.span, fields, False), StructExpr(body.span, rest, body.ellipsis)


def _places(body: StructExpr) -> Places:
    """The static labels of a body, which hold their places before it is known whether it is yielded."""
    return tuple(
        (decl.label, _places(decl.value) if type(decl.value) is StructExpr else ())
        for decl in body.decls
        if type(decl) is FieldDecl
    )


def _iterate(source: Any, span: Span, env: Env) -> list[tuple[Any, Any]] | Bottom:
    value = ops.concrete(source)
    if type(value) is Bottom:
        return value
    if type(value) is not Node:
        if is_concrete(value):
            shown = kinds.kind_name(kind_of(value))
            return Bottom(
                FATAL,
                f"cannot range over {literal(value)} (found {shown}, want list or struct)",
                (span,),
            )
        never = type(value) is Constraint and not value.kind & (kinds.STRUCT | kinds.LIST)
        message = f"cannot range over {literal(value)} (incomplete type)"
        return Bottom(FATAL if never else INCOMPLETE, message, (span,))
    node = value.final()
    if node.state != DONE:
        node.settle("")
        node = node.final()
    env.node.run.spend(len(node.arcs) if node.elems is None else len(node.elems))
    if node.elems is not None:
        if node.undecided(None):
            return Bottom(CYCLE, "cyclic reference to a list being built", (span,))
        return list(enumerate(node.elems))
    node.settle_all()
    if node.errors is not None:
        return max(node.errors, key=lambda e: e.code)
    for label, arc in node.arcs.items():
        if arc.kind == REQUIRED and label[:1] != HIDDEN:
            message = f"missing required field in for comprehension: {label_text(label)}"
            return Bottom(INCOMPLETE, message, (span, *arc._spans()))
    found = node.members()
    return found if type(found) is Bottom else list(found)


@final
class ListExpr(Expr):
    """`[…]`: element expressions and comprehensions; `closed` without an ellipsis."""

    __slots__ = ("closed", "elements", "rest", "static")

    def __init__(
        self, span: Span, elements: tuple[Expr, ...], rest: Expr | None, closed: bool
    ) -> None:
        self.span = span
        self.elements = elements
        self.rest = rest
        self.closed = closed
        self.static = all(type(e) is not ComprehensionExpr for e in elements)

    def ev(self, env: Env) -> Any:
        return _temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        if self.static:
            self.run(node, conjunct)
        else:
            node.maybe_list = True
            node.task(conjunct)

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        env = conjunct.env
        info = conjunct.info
        child = info.child()
        scope = info.scope
        items: list[Conjunct] = []
        for element in self.elements:
            if type(element) is ComprehensionExpr:
                found = element.environments(env)
                if type(found) is Bottom:
                    if found.code < FATAL:
                        return found
                    node.fail(found.at(element.span))
                    return None
                node.run.spend(len(found))
                items += [Conjunct(element.body, inner, child, scope) for inner in found]
            else:
                items.append(Conjunct(element, env, child, scope))
        rest = None if self.rest is None else Conjunct(self.rest, env, child, scope)
        node.add_list(items, rest, self.closed, self.span, info)
        return None


def list_of(values: list[Any], span: Span, env: Env) -> Any:
    """A list value of nodes, scalars and plain data."""
    elements: tuple[Expr, ...] = tuple(
        ValueExpr(v, span) if type(v) in (Node, Constraint, Disjunction) else Data(v, span)
        for v in values
    )
    return _temporary(ListExpr(span, elements, None, True), env).result()


# -------------------------------------------------------------------------------------- unify and disjoin


@final
class Conjunction(Expr):
    """`a & b`."""

    __slots__ = ("left", "right")

    def __init__(self, span: Span, left: Expr, right: Expr) -> None:
        self.span = span
        self.left = left
        self.right = right

    def ev(self, env: Env) -> Any:
        return _temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        stack: list[Expr] = [self]
        while stack:
            expr = stack.pop()
            if type(expr) is Conjunction:
                stack += (expr.right, expr.left)
            else:
                expr.into(
                    node, Conjunct(expr, conjunct.env, conjunct.info, conjunct.src, conjunct.field)
                )


@final
class AliasExpr(Expr):
    """`X=e` as a value: the name stands for the node that the value is unified into."""

    __slots__ = ("expr", "name")

    def __init__(self, span: Span, name: str, expr: Expr) -> None:
        self.span = span
        self.name = name
        self.expr = expr

    def ev(self, env: Env) -> Any:
        return _temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        env = Env(conjunct.env, node, {self.name: node})
        inner = Conjunct(self.expr, env, conjunct.info, conjunct.src, conjunct.field)
        self.expr.into(node, inner)


@final
class DisjunctionExpr(Expr):
    """`a | *b | …`: arms with their default marks."""

    __slots__ = ("arms", "marked")

    def __init__(self, span: Span, arms: tuple[tuple[Expr, bool], ...]) -> None:
        self.span = span
        self.arms = arms
        self.marked = any(default for _, default in arms)

    def ev(self, env: Env) -> Any:
        value = self.scalar_value(env)
        return _temporary(self, env).result() if value is None else value

    def into(self, node: Node, conjunct: Conjunct) -> None:
        node.add_disjunction(conjunct)

    def scalar_value(self, env: Env) -> Any:
        """The value when every arm is a scalar; None when an arm is a struct or list."""
        values: list[Any] = []
        flags: list[str] = []
        problems: list[Bottom] = []
        for expr, default in self.arms:
            if isinstance(expr, (StructExpr, ListExpr)):
                return None
            value = expr.ev(env)
            flag = ("D" if default else "N") if self.marked else "M"
            if type(value) is Bottom:
                if value.code < FATAL:
                    return None
                problems.append(value)
            elif type(value) is Disjunction:
                for arm, inner in zip(value.arms, value.flags, strict=True):
                    if type(arm) is Node:
                        return None
                    values.append(arm)
                    flags.append(
                        inner if flag == "M" else "N" if flag == "N" or inner == "N" else "D"
                    )
            elif type(value) is Node or (
                type(value) is Constraint and value.kind & (kinds.STRUCT | kinds.LIST)
            ):
                return None
            else:
                values.append(value)
                flags.append(flag)
        if not values:
            first = problems[0]
            message = f"{len(problems)} errors in empty disjunction: {first.message}"
            return Bottom(FATAL, message, first.spans)
        if "D" in flags:
            flags = ["N" if f == "M" else f for f in flags]
        return make_disjunction(values, flags, env.node.run.trace)


# -------------------------------------------------------------------------------------------------- calls


@final
class CloseCall(Expr):
    """`close(x)`."""

    __slots__ = ("expr",)

    def __init__(self, span: Span, expr: Expr) -> None:
        self.span = span
        self.expr = expr

    def ev(self, env: Env) -> Any:
        return _temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        info = conjunct.info
        scope = Scope.closing_call(info.scope, info.embedded)
        inner = info.with_scope(scope, info.embedded)
        self.expr.into(node, Conjunct(self.expr, conjunct.env, inner, conjunct.src, conjunct.field))
        node.meet(ANY_STRUCT, self.span, info)


@final
class CallExpr(Expr):
    """A call of a builtin, bound when the expression was resolved."""

    __slots__ = ("args", "call", "name")

    def __init__(
        self, span: Span, name: str, call: Callable[[CallExpr, Env], Any], args: tuple[Expr, ...]
    ) -> None:
        self.span = span
        self.name = name
        self.call = call
        self.args = args

    def ev(self, env: Env) -> Any:
        return self.call(self, env)
