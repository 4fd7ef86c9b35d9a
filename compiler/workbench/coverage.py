"""Which parts of a template tests reached: bodies of comprehensions, guards both ways, arms of disjunctions.

The engine knows nothing of this: conditions of a compiled program are wrapped in expressions that note what
happened, and the arms that were chosen are read off the finished value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, final

from velac.compiler.cue.api import Program, Value
from velac.compiler.cue.expr import Const, DisjunctionExpr, Expr
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import Conjunct, Env, Run
from velac.compiler.cue.program import deep_recursion
from velac.compiler.cue.structs import ComprehensionExpr, FieldDecl, For, If, Let
from velac.compiler.cue.unify import unify_values
from velac.compiler.cue.values import Bottom, Disjunction, default_of, literal
from velac.grammar.source import Span

Mark = tuple[str, int, int, str]
"""File, start, end, and which outcome: `entered`, `false`, or the number of an arm."""

ENTERED: Final = "entered"
FALSE: Final = "false"


@final
@dataclass(slots=True)
class Coverage:
    """All branches of one template, and those that have been reached."""

    branches: dict[Mark, tuple[Span, str]] = field(default_factory=dict)
    reached: set[Mark] = field(default_factory=set)

    @property
    def missing(self) -> list[tuple[Span, str]]:
        """Where no test has been, and what would have had to happen there."""
        return [self.branches[mark] for mark in sorted(self.branches) if mark not in self.reached]

    @property
    def counts(self) -> tuple[int, int]:
        """Branches reached, and all branches."""
        return len(self.branches.keys() & self.reached), len(self.branches)

    def leave_out(self, texts: Iterable[str]) -> None:
        """Drop branches that begin with these texts, unless they have been reached."""
        heads = tuple(texts)
        for mark, (span, _) in list(self.branches.items()):
            source = span.file.text[span.start : span.end]
            if heads and mark not in self.reached and source.startswith(heads):
                del self.branches[mark]

    def declare(self, span: Span, outcome: str, text: str) -> Mark:
        """Enter a branch."""
        mark = (span.file.name, span.start, span.end, outcome)
        self.branches[mark] = (span, text)
        return mark


@final
class _Watched(Expr):
    """A condition that notes what becomes of it."""

    __slots__ = ("coverage", "inner", "mark", "outcome")

    def __init__(self, inner: Expr, coverage: Coverage, mark: Mark, outcome: bool) -> None:
        self.span = inner.span
        self.inner = inner
        self.coverage = coverage
        self.mark = mark
        self.outcome = outcome

    def ev(self, env: Env) -> Any:
        value = self.inner.ev(env)
        said = default_of(value) if type(value) is Disjunction else value
        if said is self.outcome:
            self.coverage.reached.add(self.mark)
        return value


@final
class Probe:
    """Watches one program."""

    __slots__ = ("_arms", "coverage")

    def __init__(self, program: Program, file_name: str) -> None:
        self.coverage = Coverage()
        self._arms: dict[int, list[Mark]] = {}
        for conjunct in program.root(Run()).conjuncts:
            for expr in _expressions(conjunct.expr, file_name):
                self._watch(expr)

    def _watch(self, expr: Any) -> None:
        coverage = self.coverage
        if type(expr) is ComprehensionExpr:
            clauses: list[For | If | Let] = []
            for clause in expr.clauses:
                if type(clause) is If:
                    span = clause.condition.span
                    mark = coverage.declare(span, FALSE, "the condition is never false")
                    clause = If(clause.span, _Watched(clause.condition, coverage, mark, False))
                clauses.append(clause)
            place = _head(expr)
            mark = coverage.declare(place, ENTERED, "the body is never entered")
            # One more condition behind all clauses, always true: it is asked for each time the body is yielded.
            clauses.append(If(place, _Watched(Const(place, True), coverage, mark, True)))
            expr.clauses = tuple(clauses)
        elif type(expr) is DisjunctionExpr:
            self._arms[id(expr)] = [
                coverage.declare(arm.span, f"arm {i}", "this alternative is never chosen")
                for i, (arm, _) in enumerate(expr.arms)
            ]
        elif type(expr) is Const and type(expr.value) is Disjunction:
            self._arms[id(expr)] = [
                coverage.declare(expr.span, f"arm {i}", f"`{literal(arm)}` is never chosen")
                for i, arm in enumerate(expr.value.arms)
            ]

    def observe(self, value: Value) -> None:
        """Note the arms that a finished value is made of."""
        with deep_recursion():
            self._node(value.node, set())

    def _node(self, node: Node, seen: set[int]) -> None:
        if id(node) in seen:
            return
        seen.add(id(node))
        for conjunct in node.conjuncts:
            self._conjunct(conjunct, node)
        for queued in (node.disjunctions, node.arms):
            for conjunct in queued or ():
                self._conjunct(conjunct, node)
        chosen = node.choice
        if chosen is None and type(node.value) is Disjunction:
            found = default_of(node.value)
            chosen = found if type(found) is Node else None
        for picks in () if chosen is None else (chosen.picks, chosen.arm_picks):
            self._picks(picks, node)
        for next_ in (node.shared, chosen):
            if next_ is not None:
                self._node(next_, seen)
        for arc in [*node.arcs.values(), *(node.elems or ())]:
            self._node(arc, seen)

    def _conjunct(self, conjunct: Conjunct, node: Node) -> None:
        """Note the first arm of a disjunction of scalars that the node's scalar is an instance of."""
        expr = conjunct.expr
        marks = self._arms.get(id(expr))
        if marks is None:
            return
        final = default_of(node.result())
        if type(final) is Node or type(final) is Disjunction or type(final) is Bottom:
            return
        arms: Any
        if type(expr) is Const:
            arms = expr.value.arms
        else:
            assert type(expr) is DisjunctionExpr
            arms = [arm.ev(conjunct.env) for arm, _ in expr.arms]
        for mark, arm in zip(marks, arms, strict=True):
            if type(arm) not in (Node, Disjunction, Bottom) and _meets(arm, final):
                self.coverage.reached.add(mark)
                return

    def _picks(self, picks: tuple[Expr, ...], node: Node) -> None:
        ids = {id(pick) for pick in picks}
        for queued in (node.disjunctions, node.arms):
            for conjunct in queued or ():
                expr = conjunct.expr
                if type(expr) is DisjunctionExpr and id(expr) in self._arms:
                    for mark, (arm, _) in zip(self._arms[id(expr)], expr.arms, strict=True):
                        if id(arm) in ids:
                            self.coverage.reached.add(mark)


def _meets(arm: Any, value: Any) -> bool:
    return type(unify_values(arm, value)) is not Bottom


def _head(expr: ComprehensionExpr) -> Span:
    """The clauses of a comprehension, without its body."""
    end = expr.clauses[-1].span.end if expr.clauses else expr.span.end
    return Span(expr.span.file, expr.span.start, max(end, expr.span.start + 1))


def _expressions(root: Any, file_name: str) -> Iterator[Any]:
    """All expressions of a program that stand in a file, each once."""
    seen: set[int] = set()
    pending = [root]
    while pending:
        item = pending.pop()
        if type(item) in (tuple, list):
            pending.extend(item)
            continue
        if not isinstance(item, Expr | FieldDecl | For | If | Let) or id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, Expr) and item.span.file.name == file_name:
            yield item
        pending += [getattr(item, slot, None) for slot in _slots(item)]


def _slots(item: Any) -> list[str]:
    """Where an expression may hold others; a constant's value and syntax are none."""
    skipped = {"span", "syntax"} | ({"value"} if isinstance(item, Const) else set())
    found = (slot for base in type(item).__mro__ for slot in getattr(base, "__slots__", ()))
    return [slot for slot in found if slot not in skipped]
