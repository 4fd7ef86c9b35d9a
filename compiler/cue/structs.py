"""Struct literals, their declarations, and the comprehensions that yield them."""

from __future__ import annotations

from typing import Any, final

from velac.compiler.cue import kinds, ops
from velac.compiler.cue.closedness import refuses
from velac.compiler.cue.declaring import add_pattern, reserve
from velac.compiler.cue.expr import Conjunction, Const, Expr, contribute, note_scope, temporary
from velac.compiler.cue.faults import among_waiting
from velac.compiler.cue.inclusion import leads_around
from velac.compiler.cue.labels import HIDDEN, is_regular, label_text
from velac.compiler.cue.leaf import Leaf
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import (
    ASIDE,
    DONE,
    REQUIRED,
    STRUCT_VALUE,
    Conjunct,
    Contribution,
    Env,
    Info,
    Places,
    Run,
)
from velac.compiler.cue.scope import ROOT, Scope
from velac.compiler.cue.values import (
    CIRCULAR,
    CYCLE,
    FATAL,
    INCOMPLETE,
    STRUCTURAL,
    Bottom,
    Constraint,
    is_concrete,
    is_function,
    kind_of,
    literal,
)
from velac.grammar import ast
from velac.grammar.source import Span


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
            if is_concrete(value) or type(value) is Node or is_function(value):
                shown = kinds.kind_name(kind_of(value))
                message = f"invalid label type {shown}: must be string"
                node.fail(Bottom(FATAL, message, (self.label.span,)))
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
        add_pattern(
            node, value, Conjunct(self, conjunct.env, info.child(), info.scope, self.syntax)
        )
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

    __slots__ = ("closing", "decls", "ellipsis", "is_fields", "lone", "parts", "pure")
    is_struct = True
    has_parts = True

    def __init__(self, span: Span, decls: tuple[Any, ...], ellipsis: bool) -> None:
        self.span = span
        self.decls = decls
        self.ellipsis = ellipsis
        embeds = [
            d for d in decls if isinstance(d, Expr) and type(d) not in (DynamicField, PatternField)
        ]
        self.pure = not embeds
        self.is_fields = bool(decls) and not ellipsis and all(type(d) is FieldDecl for d in decls)
        self.closing: bool = any(type(d) is not ComprehensionExpr or d.body.closing for d in embeds)
        # `{"a\(x)"}`, as loops over lists have it: a scalar, which nothing has to be kept of.
        alone = len(decls) == 1 and not ellipsis and embeds and embeds[0].makes_scalar
        self.lone: Expr | None = embeds[0] if alone else None
        # A value inside the body of a comprehension: the literals it counts as.
        self.parts: tuple[StructExpr, ...] | None = None

    def ev(self, env: Env) -> Any:
        return temporary(self, env).result()

    def into(self, node: Node, conjunct: Conjunct) -> None:
        lone = self.lone
        if lone is not None:
            info = conjunct.info
            if not info.cyclic:
                node.grounded = True
            node.maybe_struct = True
            env = Env(conjunct.env, node)
            lone.into(node, Conjunct(lone, env, info, conjunct.src, conjunct.field))
            return
        info = self.own_info(conjunct.info)
        if self.parts is None:
            self.declare(node, conjunct.env, info)
            return
        for part in self.parts:
            part.declare(node, conjunct.env, info)

    def own_info(self, info: Info) -> Info:
        """The info of declarations: with a scope of their own if the literal may become closed."""
        if not self.closing:
            return info
        scope = Scope(info.scope)
        if info.embedded and info.scope.literal is not None:
            scope.literal, scope.unit = info.scope.literal, info.scope
        return info.with_scope(scope, info.embedded)

    def declare(self, node: Node, env: Env, info: Info, yielded: bool = False) -> None:
        """Take all declarations; what a comprehension yields makes a struct only by its fields."""
        if not info.cyclic:
            node.grounded = True
        if self.pure and not (yielded and self.is_fields):
            node.is_struct = True
        else:
            node.maybe_struct = True
        scope = info.scope
        if scope is not ROOT:
            note_scope(node, scope)
        if self.ellipsis:
            if node.opens is None:
                node.opens = []
            node.opens.append(scope)
        env = Env(env, node)
        child = info.child()
        labels: list[str] = []
        contribution = Contribution(self, labels)
        contribute(node, contribution)
        node.run.spend(len(self.decls))
        for decl in self.decls:
            kind = type(decl)
            if kind is FieldDecl:
                node.insert(
                    decl.label, decl.kind, Conjunct(decl.value, env, child, scope, decl.syntax)
                )
                labels.append(decl.label)
            elif kind is ComprehensionExpr:
                reserve(node, decl.reserved)
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
            code = found.code
            if code == INCOMPLETE and self.body_labels and _never(found, run):
                code = FATAL
            elif code < FATAL:
                return found
            elif code == FATAL and self._is_early(conjunct.env):
                code = INCOMPLETE
            found = Bottom(code, found.message, found.spans, found.path, found.help)
            node.fail(found.at(self.span))
            return None
        if tests and not any(type(clause) is For for clause in self.clauses):
            node.tests = [*(node.tests or ()), *tests]
        for env in found:
            node.run.spend(1)
            info = conjunct.info
            if self.body.closing:  # what is yielded counts as embedded
                info = info.with_scope(Scope.embedding(info.scope), True)
            info = self.body.own_info(info)
            for body in self.bodies:
                body.declare(node, env, info, True)
        return None

    def _is_early(self, env: Env) -> bool:
        """As cue: a loop that can add anything asks for its source before types beside it are known to be no structs."""
        clause = self.clauses[0]
        if self.body_labels or type(clause) is not For or not clause.source.leads:
            return False
        base = getattr(clause.source, "expr", None)
        if base is None or not base.leads or getattr(base, "depth", None) != 0:
            return False
        return not is_concrete(base.ev(env))

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
                value = clause.condition.ev(env)
                waits = type(value) is Bottom and value.code == INCOMPLETE
                if waits and type(clause.condition) is Conjunction:
                    return None  # as cue: an `a & b` that waits is false
                outcome = ops.truth(value, clause.condition.span, env.node.run.trace)
                if type(outcome) is Bottom:
                    return outcome
                if not outcome:
                    return None
            elif type(clause) is Let:
                node = temporary(clause.expr, env)
                node.label = clause.name
                env = Env(env, env.node, {clause.name: node})
            else:
                assert type(clause) is For
                items, missing = _iterate(clause, env)
                env.node.run.spend(len(items))
                for key, value in items:
                    names = {clause.value: value}
                    if clause.key:
                        names[clause.key] = key
                    problem = self._walk(at, Env(env, env.node, names), out)
                    if problem is not None:
                        return problem
                return missing
        out.append(env)
        return None


def _never(problem: Bottom, run: Run) -> bool:
    """Whether a condition asks for a field that closedness forbids."""
    if run.missed is None:
        return False
    node, label = run.missed
    if problem.message != f"undefined field: {label_text(label)}":
        return False
    return node.state == DONE and node.value is STRUCT_VALUE and refuses(node, label)


def _parts(body: StructExpr) -> tuple[StructExpr, ...]:
    """The fields with static labels and the rest of a body: two literals for the order of fields, as cue has them.

    So are the literals that are values of the fields.
    """
    fields = tuple(d for d in body.decls if type(d) is FieldDecl)
    rest = tuple(d for d in body.decls if type(d) is not FieldDecl)
    for decl in fields:
        value = decl.value
        if type(value) is StructExpr and value.parts is None:
            parts = _parts(value)
            value.parts = parts if len(parts) > 1 else None
    first = StructExpr(body.span, fields, False) if fields and rest else body
    if (
        fields
        and not first.ellipsis
        and not any(d.kind <= REQUIRED and is_regular(d.label) for d in fields)
    ):
        first.pure = False  # fields that are not regular do not make a struct of a scalar
    if first is body:
        return (body,)
    return first, StructExpr(body.span, rest, body.ellipsis)


def _places(body: StructExpr) -> Places:
    """The static labels of a body, which hold their places before it is known whether it is yielded."""
    return tuple(
        (decl.label, _places(decl.value) if type(decl.value) is StructExpr else ())
        for decl in body.decls
        if type(decl) is FieldDecl
    )


_Items = tuple[list[tuple[Any, Any]], Bottom | None]
"""What a loop goes through, and why it cannot be told what it yields, if so: that comes after what is wrong inside."""


def _iterate(clause: For, env: Env) -> _Items:
    source, span = clause.source.ev(env), clause.source.span
    value = ops.concrete(source)
    if type(value) is Bottom:
        if value.code == STRUCTURAL and type(clause.source) is Conjunction:
            return [], None  # as cue: inside itself an `a & b` has no fields
        return [], value
    if type(value) is not Node:
        if is_concrete(value):
            shown = kinds.kind_name(kind_of(value))
            message = f"cannot range over {literal(value)} (found {shown}, want list or struct)"
            return [], Bottom(FATAL, message, (span,))
        never = type(value) is Constraint and not value.kind & (kinds.STRUCT | kinds.LIST)
        message = f"cannot range over {literal(value)} (incomplete type)"
        return [], Bottom(FATAL if never else INCOMPLETE, message, (span,))
    node = value.final().tried()
    if node.state != DONE:
        node.settle("")
        node = node.final()
    env.node.run.spend(len(node.arcs) if node.elems is None else len(node.elems))
    if node.elems is not None:
        if node.undecided(None):
            return [], Bottom(CYCLE, "cyclic reference to a list being built", (span,))
        if among_waiting(node):
            return [], Bottom(INCOMPLETE, "cannot range over a list that waits", (span,))
        if node.errors is not None:
            worst = max(node.errors, key=lambda e: e.code)
            # As cue: of a list in the loop itself it does not matter what its conditions depend on.
            if node.kind != ASIDE or not worst.message.startswith(CIRCULAR):
                return [], worst
        return [(at, _seen(elem, node, span, env)) for at, elem in enumerate(node.elems)], None
    node.settle_all()
    if node.errors is not None:
        return [], max(node.errors, key=lambda e: e.code)
    missing = None
    for label, arc in node.arcs.items():
        if arc.kind == REQUIRED and label[:1] != HIDDEN:
            message = f"missing required field in for comprehension: {label_text(label)}"
            missing = Bottom(INCOMPLETE, message, (span, *arc.spans()))
            break
    found = node.members()
    if type(found) is Bottom:
        return [], found
    return [(label, _seen(arc, node, span, env)) for label, arc in found], missing


def _seen(item: Node, holder: Node, span: Span, env: Env) -> Any:
    """What a loop sees of an item; as cue, nothing of the struct around the loop if a literal in the loop has it."""
    if holder.kind == ASIDE and leads_around(item, env):
        return Bottom(STRUCTURAL, "structural cycle", (span,))
    return item
