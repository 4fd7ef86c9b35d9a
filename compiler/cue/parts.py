"""What nodes are made of: conjuncts with their environments and what travels with them, tasks, and the run.

`node.py` puts them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias, final

from velac.compiler.cue import kinds
from velac.compiler.cue.errors import BudgetExceeded
from velac.compiler.cue.scope import ROOT, Scope
from velac.compiler.cue.values import NO_TRACE, Bottom, Constraint, Decisions
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.cue.expr import Expr
    from velac.compiler.cue.node import Node
    from velac.compiler.cue.regex import Pattern

Places: TypeAlias = "tuple[tuple[str, Places], ...]"
"""Labels with those of the struct literals that are their values."""

# States of a node.
NEW: Final = 0
EXPANDING: Final = 1
STUCK: Final = 2
DONE: Final = 3

# Why a node is on the stack: it is being exported, or searched for errors.
WALKED: Final = 1
CHECKED: Final = 2

# Kinds of an arc; a smaller one wins when declarations meet.
MEMBER: Final = 0
REQUIRED: Final = 1
OPTIONAL: Final = 2
PENDING: Final = 3
ASIDE: Final = 4  # no arc: the value of an expression on the way to something else

# How far the set of a node's fields has been read: the regular ones in a loop, all.
LOOPED: Final = 1
WHOLE: Final = 2

# States of a task.
WAITING: Final = 0
RUNNING: Final = 1
FINISHED: Final = 2


@final
class Unset:
    """The type of `UNSET`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()
"""No scalar has been seen (None is CUE's null)."""
NOT_SCALAR: Final = Unset()
"""An expression is no scalar as it stands."""

STACKED: Final = 10
"""How much deeper than a reference a value within a value counts."""
LONG_TEXT: Final = 1024
"""Shorter texts are not accounted for one by one."""
_MANY_DIGITS: Final = 1 << 2048


@final
class Budget:
    """Limits of one evaluation.

    `steps`: fields, elements, conjuncts and repetitions, each about 2 µs and 0.5 KB; `depth` of chains
    of references (values within values, and calls that evaluate, count as ten); `arms`: combinations of the arms of disjunctions; `size`: characters of long texts, all together.
    """

    __slots__ = ("arms", "depth", "size", "steps")

    def __init__(
        self, steps: int = 1_000_000, depth: int = 10_000, arms: int = 20_000, size: int = 128 << 20
    ) -> None:
        self.steps = steps
        self.depth = depth
        self.arms = arms
        self.size = size


@final
class Run:
    """One evaluation: its budget, its trace, and a counter that grows whenever a task finishes."""

    __slots__ = (
        "arms",
        "budget",
        "contents",
        "depth",
        "epoch",
        "finishing",
        "missed",
        "nested",
        "nonfinite",
        "orders",
        "packages",
        "patterns",
        "size",
        "steps",
        "testing",
        "tests",
        "trace",
    )

    def __init__(self, budget: Budget | None = None, trace: Decisions = NO_TRACE) -> None:
        self.budget = budget or Budget()
        self.steps = self.budget.steps
        self.size = self.budget.size
        self.depth = 0
        self.arms = 0
        self.epoch = 0
        self.finishing = False
        self.nonfinite = False  # has a function made an infinity or NaN?
        self.trace = trace
        self.packages: dict[int, Node] = {}
        # Orders of fields by what they depend on.
        self.orders: dict[tuple[Any, ...], list[str]] = {}
        # The regular expressions used, kept compiled; None for what is none.
        self.patterns: dict[str, Pattern | None] = {}
        # Contents of structs and lists that have been compared, numbered.
        self.contents: dict[Any, int] = {}
        # What the last lookup that found nothing looked for, and the tests for presence that found nothing.
        self.missed: tuple[Node, str] | None = None
        self.tests: list[tuple[Node, str, Span]] = []
        # Tests for presence whose value is being evaluated: test, value and place; has that led back to them?
        self.testing: dict[tuple[Any, Node, Node], bool] = {}
        # How often each test is being evaluated, one evaluation inside the other.
        self.nested: dict[Expr, int] = {}

    def spend(self, steps: int) -> None:
        """Use up steps; raises `BudgetExceeded` when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise BudgetExceeded(f"evaluation takes more than {self.budget.steps:,} steps")

    def descend(self) -> None:
        """Go down into a value or a call, which takes room on the machine's stack as a reference does not.

        Raises `BudgetExceeded`; who has come back takes `STACKED` from the depth.
        """
        if self.depth + STACKED > self.budget.depth:
            raise BudgetExceeded(
                f"evaluation nests deeper than {self.budget.depth // STACKED:,} levels"
            )
        self.depth += STACKED

    def spend_text(self, length: int) -> None:
        """Account for a text that is to be made; raises `BudgetExceeded` when there is too much of it."""
        if length > LONG_TEXT:
            self.size -= length
            if self.size < 0:
                raise BudgetExceeded(
                    f"evaluation makes more than {self.budget.size:,} bytes of text"
                )

    def weigh(self, *values: Any) -> None:
        """Account for work over long texts and numbers of many digits; others cost nothing besides the step."""
        for value in values:
            if isinstance(value, (str, bytes)):
                if len(value) > LONG_TEXT:
                    self.spend(len(value) >> 10)
            elif isinstance(value, int) and not -_MANY_DIGITS < value < _MANY_DIGITS:
                self.spend(value.bit_length() >> 7)

    def spend_pattern(self, pattern: Any, text: Any = "") -> None:
        """Account for a regular expression, the first time, and for the text that is searched."""
        if type(pattern) is bytes:
            pattern = pattern.decode("utf-8", "replace")
        if type(pattern) is str and pattern not in self.patterns:
            from velac.compiler.cue import regex

            self.spend(regex.cost(pattern))
            self.patterns[pattern] = regex.known(pattern)
        if type(text) in (str, bytes) and len(text) > LONG_TEXT:
            self.spend(len(text) >> 6)  # at worst far slower than reading it


@final
class Env:
    """What names mean inside a struct literal or a clause: the node being built, clause variables, lets."""

    __slots__ = ("lets", "node", "up", "vars")

    def __init__(self, up: Env | None, node: Node, vars: dict[str, Any] | None = None) -> None:
        self.up = up
        self.node = node
        self.vars = vars
        self.lets: dict[str, Node] | None = None


@final
class RefTrail:
    """The references that led to a conjunct, innermost first; finds structural cycles."""

    __slots__ = ("expr", "length", "node", "outermost", "target", "up")

    def __init__(self, expr: Expr, target: Node, node: Node, up: RefTrail | None) -> None:
        self.expr = expr
        self.outermost: Expr = expr if up is None else up.outermost
        self.length: int = 1 if up is None else up.length + 1
        self.target = target
        self.node = node
        self.up = up


@final
class Info:
    """What travels with a conjunct: closedness scope, reference trail, position within a disjunction or embedding."""

    __slots__ = ("arm", "cyclic", "embedded", "inner", "scope", "trail")

    def __init__(
        self,
        scope: Scope,
        trail: RefTrail | None = None,
        cyclic: bool = False,
        embedded: bool = False,
        arm: bool = False,
    ) -> None:
        self.scope = scope
        self.trail = trail
        self.cyclic = cyclic
        self.embedded = embedded
        self.arm = arm
        self.inner: Info | None = None

    def child(self) -> Info:
        """The info of conjuncts of fields."""
        scope = self.scope.child
        if not (self.embedded or self.arm) and scope is self.scope:
            return self
        inner = self.inner
        if inner is None:
            inner = self.inner = Info(scope, self.trail, self.cyclic)
        return inner

    def with_scope(self, scope: Scope, embedded: bool) -> Info:
        """The same with another scope."""
        return Info(scope, self.trail, self.cyclic, embedded, self.arm)

    def as_arm(self) -> Info:
        """The info of a disjunction's chosen arm."""
        return Info(self.scope, self.trail, self.cyclic, self.embedded, True)


PLAIN_INFO: Final = Info(ROOT)


@final
class Conjunct:
    """An expression to unify into a node. `src` is the scope that declared the field (evidence for closedness);
    `field` is the syntax it came from, for comments and positions."""

    __slots__ = ("env", "expr", "field", "info", "src")

    def __init__(
        self, expr: Expr, env: Env, info: Info, src: Scope = ROOT, field: Any = None
    ) -> None:
        self.expr = expr
        self.env = env
        self.info = info
        self.src = src
        self.field = field


@final
class Task:
    """A conjunct that has to be computed. `provides`: labels it may add, None for any."""

    __slots__ = ("conjunct", "provides", "reason", "state", "tried")

    def __init__(self, conjunct: Conjunct, provides: frozenset[str] | None) -> None:
        self.conjunct = conjunct
        self.provides = provides
        self.state = WAITING
        self.reason: Bottom | None = None
        self.tried = -1


@final
class Contribution:
    """A struct literal that contributed fields, once: its labels in order, computed ones included.

    `trail`: the references that led to data, which has no literal to stand at.
    """

    __slots__ = ("dynamic", "labels", "literal", "trail")

    def __init__(self, literal: Expr, labels: list[str], trail: RefTrail | None = None) -> None:
        self.literal = literal
        self.labels = labels
        self.dynamic = False
        self.trail = trail


STRUCT_VALUE: Final = Constraint(kinds.STRUCT, name="{...}")
LIST_VALUE: Final = Constraint(kinds.LIST, name="[...]")
