"""Resolved expressions: what syntax becomes once names are bound; each knows how to evaluate and how to unify.

`ev(env)` gives a value: a scalar, `Constraint`, `Disjunction`, `Bottom`, or a `Node` for a struct or list.
`into(node, conjunct)` unifies the expression into a node: literals at once, the rest as a task.
`run(node, conjunct)` is that task: None when it is finished, else the bottom it waits for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, final

from velac.compiler.cue import kinds
from velac.compiler.cue.declaring import add_list
from velac.compiler.cue.disjunctions import add_disjunction, has_node_arms
from velac.compiler.cue.inclusion import include
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import (
    ASIDE,
    MEMBER,
    NOT_SCALAR,
    PLAIN_INFO,
    UNSET,
    Conjunct,
    Contribution,
    Env,
)
from velac.compiler.cue.scope import ROOT, Scope
from velac.compiler.cue.unify import make_disjunction
from velac.compiler.cue.values import (
    ANY_STRUCT,
    FATAL,
    INCOMPLETE,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    default_of,
    is_concrete,
)
from velac.grammar.source import NO_SPAN, Span


class Expr:
    """The root of all expressions; concrete classes are final."""

    __slots__ = ("span",)
    is_struct: ClassVar[bool] = False
    """A struct literal, which needs no evaluation to be taken."""
    makes_scalar: ClassVar[bool] = False
    """Text or arithmetic: never a struct, list or definition."""
    has_parts: ClassVar[bool] = False
    """A struct or list literal."""
    leads: ClassVar[bool] = False
    """A reference, which leads to a node."""
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
        return absorb(node, self.ev(conjunct.env), conjunct)

    def node(self, env: Env) -> Node | Bottom | Any:
        """The value with its identity: the node a reference leads to; other expressions just evaluate."""
        return self.ev(env)

    def for_label(self, conjunct: Conjunct, arc: Node) -> Conjunct:
        """The conjunct of a pattern's value for one field."""
        return conjunct

    def is_definition(self) -> bool:
        """Whether a reference goes through a definition, and so closes."""
        return False


def is_path(expr: Any) -> bool:
    """Whether an expression is a name with selectors and indexes, and so can be followed at any time."""
    while expr.leads:
        inner = getattr(expr, "expr", None)
        if inner is None:
            return True
        expr = inner
    return False


def absorb(node: Node, value: Any, conjunct: Conjunct) -> Bottom | None:
    """Unify the value of an expression."""
    if type(value) is Node:
        return include(node, conjunct, value, False)
    if type(value) is Bottom:
        if value.code < FATAL:
            return value
        node.fail(value if value.spans else value.at(conjunct.expr.span))
        return None
    if has_node_arms(value):
        held = Conjunct(
            ValueExpr(value, conjunct.expr.span), conjunct.env, conjunct.info, conjunct.src
        )
        held.expr.into(node, held)
        return None
    node.meet(value, conjunct.expr.span, conjunct.info)
    return None


def temporary(expr: Expr, env: Env) -> Node:
    """A node outside the tree that holds the value of an expression."""
    node = Node(env.node.run, env.node, "", ASIDE)
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

    __slots__ = ("ordered", "scalar", "value")

    def __init__(self, value: Any, span: Span = NO_SPAN, ordered: bool = True) -> None:
        self.span = span
        self.value = value
        self.ordered = ordered
        self.scalar = value if is_concrete(value) else NOT_SCALAR

    @property
    def is_struct(self) -> bool:  # type: ignore[override]
        return type(self.value) is dict

    def ev(self, env: Env) -> Any:
        if type(self.value) in (dict, list):
            return temporary(self, env).result()
        return self.value

    def into(self, node: Node, conjunct: Conjunct) -> None:
        value = self.value
        info = conjunct.info
        if type(value) is dict:
            node.is_struct = True
            if not info.cyclic:
                node.grounded = True
            if info.scope is not ROOT:
                note_scope(node, info.scope)
            node.run.spend(len(value))
            child = info.child()
            env = conjunct.env
            for label, item in value.items():
                node.insert(label, MEMBER, Conjunct(Data(item, self.span), env, child, info.scope))
            if self.ordered:
                contribute(node, Contribution(self, list(value), info.trail))
        elif type(value) is list:
            child = info.child()
            items = [
                Conjunct(Data(item, self.span), conjunct.env, child, info.scope) for item in value
            ]
            add_list(node, items, None, True, self.span, info)
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


def note_scope(node: Node, scope: Scope) -> None:
    """Remember a scope that declares fields of a node."""
    if node.scopes is None:
        node.scopes = {scope: None}
    else:
        node.scopes[scope] = None


def contribute(node: Node, contribution: Contribution) -> None:
    """Remember the labels that one literal declares, for the order of fields."""
    if node.contributions is None:
        node.contributions = [contribution]
    else:
        node.contributions.append(contribution)


@final
class Conjunction(Expr):
    """`a & b`."""

    __slots__ = ("left", "right")

    def __init__(self, span: Span, left: Expr, right: Expr) -> None:
        self.span = span
        self.left = left
        self.right = right

    def ev(self, env: Env) -> Any:
        return temporary(self, env).result()

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
        return temporary(self, env).result()

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
        return temporary(self, env).result() if value is None else value

    def into(self, node: Node, conjunct: Conjunct) -> None:
        add_disjunction(node, conjunct)

    def scalar_value(self, env: Env) -> Any:
        """The value when every arm is a scalar; None when an arm is a struct or list."""
        values: list[Any] = []
        flags: list[str] = []
        problems: list[Bottom] = []
        for expr, default in self.arms:
            if expr.has_parts:
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


@final
class CloseCall(Expr):
    """`close(x)`."""

    __slots__ = ("expr",)

    def __init__(self, span: Span, expr: Expr) -> None:
        self.span = span
        self.expr = expr

    def ev(self, env: Env) -> Any:
        return temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        if self.expr.leads or type(self.expr) in (Const, DisjunctionExpr):
            node.task(conjunct)
        else:
            self._close(node, conjunct)

    def run(self, node: Node, conjunct: Conjunct) -> Bottom | None:
        value = self.expr.ev(conjunct.env)
        if type(value) is Disjunction:
            value = default_of(value)
            if type(value) is Disjunction:
                return Bottom(INCOMPLETE, "unresolved disjunction", (self.expr.span,))
            node.meet(ANY_STRUCT, self.span, conjunct.info)
            return absorb(node, value, conjunct)  # as cue: the default itself is not closed
        if type(value) is Bottom:
            return absorb(node, value, conjunct)
        if type(value) is Constraint and value.kind & kinds.STRUCT:
            node.fail(Bottom(FATAL, "struct argument must be concrete", (self.span,)))
            return None
        self._close(node, conjunct)
        return None

    def _close(self, node: Node, conjunct: Conjunct) -> None:
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
