"""Nodes: the values of fields and list elements, made of conjuncts, evaluated on demand.

A node collects *conjuncts* (an expression and the environment it is evaluated in). `expand` takes them one by one:
literals at once, everything that has to be computed as a *task* that runs when it can and waits when something it
reads is not known yet. Expanding a node finds its fields and its scalar, not the values of its fields: those are nodes
of their own, expanded when somebody looks. The order of conjuncts does not matter for the value.

Three things keep laziness sound:
- a task says which labels it may add (`provides`), so that a reader of one field runs the tasks that could still add
  to it, and only those; a reader that meets a running task gets a CYCLE bottom and is tried again later;
- conjuncts added to a node that is already expanded are taken at once;
- a node that is met again while it is being expanded shows what it has.
"""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, final

from velac.compiler.cue import (
    closedness,
    contents,
    declaring,
    disjunctions,
    faults,
    inclusion,
    kinds,
    scheduling,
    settling,
)
from velac.compiler.cue.errors import BudgetExceeded
from velac.compiler.cue.labels import HIDDEN, label_text
from velac.compiler.cue.parts import (
    ASIDE,
    DONE,
    EXPANDING,
    FINISHED,
    LIST_VALUE,
    LOOPED,
    MEMBER,
    NEW,
    NOT_SCALAR,
    OPTIONAL,
    PENDING,
    REQUIRED,
    STRUCT_VALUE,
    STUCK,
    UNSET,
    WAITING,
    Conjunct,
    Contribution,
    Info,
    Places,
    Run,
    Task,
)
from velac.compiler.cue.scope import Scope
from velac.compiler.cue.unify import unify_values
from velac.compiler.cue.values import (
    CYCLE,
    FATAL,
    INCOMPLETE,
    TOP,
    Bottom,
    Disjunction,
    Validator,
    default_of,
    is_concrete,
)
from velac.grammar.source import NO_SPAN, Span

_MOST_PLACES: Final = 64
_FEW_TASKS: Final = 32
"""Tasks of a node beyond which those that are finished are forgotten."""

if TYPE_CHECKING:
    from velac.compiler.cue.expr import Expr


@final
class Node:
    """A field's or element's value in the making; see the module's docstring."""

    __slots__ = (
        "arcs",
        "arm_picks",
        "arms",
        "assumed",
        "choice",
        "conjuncts",
        "contributions",
        "cyclic",
        "deep",
        "disjunctions",
        "elems",
        "epoch",
        "errors",
        "fixed",
        "followers",
        "frozen",
        "grounded",
        "included",
        "is_struct",
        "kind",
        "label",
        "maybe_list",
        "maybe_struct",
        "onstack",
        "opens",
        "origin",
        "parent",
        "patterns",
        "picks",
        "places",
        "providers",
        "ranged",
        "reasons",
        "rests",
        "run",
        "scopes",
        "shared",
        "state",
        "tasks",
        "tests",
        "trying",
        "validators",
        "value",
        "value_spans",
        "walked",
        "wild",
    )

    def __init__(self, run: Run, parent: Node | None, label: str | int, kind: int = MEMBER) -> None:
        self.run = run
        self.parent = parent
        self.label = label
        self.kind = kind
        self.conjuncts: list[Conjunct] = []
        self.places: list[tuple[int, Places]] | None = None
        # Nodes that have taken this one's conjuncts while more may come.
        self.followers: list[tuple[Node, Info]] | None = None
        self.picks: tuple[Expr, ...] = ()
        self.arm_picks: tuple[Expr, ...] = ()
        self.onstack = 0
        # What a condition has found by testing for this node's presence, to which it adds; see `add_assumed`.
        self.assumed: Any = False
        # An alternative of a disjunction knows whose it is; while it is tried, it stands for that node.
        self.origin: Node | None = None
        self.trying: Node | None = None
        self._clear()

    def _clear(self) -> None:
        self.state = NEW
        self.epoch = -1
        self.value: Any = UNSET
        self.value_spans: list[Span] | None = None
        self.arcs: dict[str, Node] = {}
        self.elems: list[Node] | None = None
        self.fixed: int | None = None
        self.rests: list[tuple[int, Conjunct | None]] | None = None
        self.shared: Node | None = None
        self.choice: Node | None = None
        self.tasks: list[Task] | tuple[()] = ()  # most nodes never have one
        # Fields whose absence the conditions of comprehensions have relied upon.
        self.tests: list[tuple[Node, str, Span]] | None = None
        self.providers: dict[str, list[Task]] | None = None
        self.wild: list[Task] | None = None
        self.patterns: list[tuple[Any, Conjunct]] | None = None
        self.disjunctions: list[Conjunct] | None = None
        self.arms: list[Conjunct] | None = None
        self.errors: list[Bottom] | None = None
        self.contributions: list[Contribution] | None = None
        self.scopes: dict[Scope, None] | None = None
        self.opens: list[Scope] | None = None
        # Nodes whose conjuncts have been taken, on which terms, and the outermost references that led to each.
        self.included: dict[tuple[object, ...], list[Expr]] | None = None
        self.is_struct = False
        self.maybe_struct = False
        self.maybe_list = False
        self.cyclic = False
        self.grounded = False
        self.frozen = False
        self.ranged = 0
        self.deep: Any = None
        self.reasons: list[tuple[Bottom, Node]] | None = None
        self.validators: tuple[Validator, ...] = ()
        self.walked = False

    # ------------------------------------------------------------------------------------------ identity

    def path(self) -> str:
        """The field path from the root, as CUE writes it."""
        parts: list[str] = []
        node: Node | None = self
        while node is not None and node.parent is not None:
            if node.label != "":
                parts.append(label_text(node.label))
            node = node.parent
        return ".".join(reversed(parts))

    def is_within(self, node: Node) -> bool:
        """Whether this is a node or stands below it."""
        walk: Node | None = self
        while walk is not None:
            if walk is node or walk.stands_for(node):
                return True
            walk = walk.parent
        return False

    def deref(self) -> Node:
        """The node whose conjuncts this one shares."""
        node = self
        while node.shared is not None:
            node = node.shared
        return node

    def final(self) -> Node:
        """The node that holds the fields: sharing, a decided disjunction and a default followed."""
        node = self
        while True:
            if node.shared is not None:
                node = node.shared
            elif node.choice is not None:
                node = node.choice
            elif type(node.value) is Disjunction:
                chosen = default_of(node.value)
                if type(chosen) is not Node:
                    return node
                node = chosen
            else:
                return node

    @property
    def kind_bits(self) -> int:
        """The kinds this node can have."""
        node = self.final()
        if node.elems is not None:
            return kinds.LIST
        if node.value is STRUCT_VALUE or node.is_struct:
            return kinds.STRUCT
        return kinds.TOP

    # ------------------------------------------------------------------------------------------ conjuncts

    def add(self, conjunct: Conjunct) -> None:
        """Add a conjunct; taken at once if the node has been expanded already."""
        self.conjuncts.append(conjunct)
        if self.followers is not None:
            for node, info in self.followers:
                inclusion.follow(node, conjunct, info)
        if self.state == NEW:
            return
        if self.assumed and disjunctions.add_assumed(self, conjunct):
            return
        settled = (
            self.shared is not None or self.choice is not None or type(self.value) is Disjunction
        )
        if settled and self.state != EXPANDING:
            self._clear()
            return
        if self.state == EXPANDING:
            conjunct.expr.into(self, conjunct)
            return
        self.deep = None
        self.state = EXPANDING
        if self.value is STRUCT_VALUE or self.value is LIST_VALUE:
            self.value = UNSET
        conjunct.expr.into(self, conjunct)
        self._work()

    def task(self, conjunct: Conjunct, provides: frozenset[str] | None = None) -> None:
        """Queue a conjunct that has to be computed."""
        task = Task(conjunct, provides)
        if self.tasks:
            self.tasks.append(task)
        else:
            self.tasks = [task]
        if provides is None:
            if self.wild is None:
                self.wild = []
            self.wild.append(task)
        else:
            providers = self.providers
            if providers is None:
                providers = self.providers = {}
            for label in provides:
                providers.setdefault(label, []).append(task)

    def fail(self, bottom: Bottom) -> None:
        """Record an error of this node."""
        if self.errors is None:
            self.errors = []
        self.errors.append(bottom)

    def meet(self, value: Any, span: Span, info: Info) -> None:
        """Unify a value that is no struct or list."""
        if not info.cyclic:
            self.grounded = True
        if type(value) is Bottom:
            self.fail(value if value.spans else value.at(span))
            return
        old = self.value
        if self.value_spans is None:
            self.value_spans = [span]
        else:
            self.value_spans.append(span)
        if old is UNSET:
            self.value = value
            return
        self.run.weigh(old, value)
        met = unify_values(old, value, self.run.trace)
        if type(met) is Bottom:
            self.fail(met.at(*self.spans()))
        else:
            self.value = met

    def insert(self, label: str, kind: int, conjunct: Conjunct) -> Node:
        """Declare a field. Patterns that match apply once it is a member."""
        arcs = self.arcs
        arc = arcs.get(label)
        if arc is None:
            self.run.steps -= 1
            if self.ranged and kind == MEMBER and self.ranged > (label[:1] == HIDDEN):
                self.fail(
                    Bottom(
                        FATAL,
                        f"adding field {label_text(label)} not allowed as field set was already referenced",
                        (conjunct.expr.span,),
                    )
                )
                return Node(self.run, self, label, kind)  # what it would be makes no difference
            arc = arcs[label] = Node(self.run, self, label, kind)
            arc.conjuncts.append(conjunct)
            if self.patterns is not None and label[:1] != HIDDEN:
                for pattern, value in self.patterns:
                    declaring.apply_pattern(self, pattern, value, arc)
            return arc
        if kind < arc.kind:
            if self.ranged > (label[:1] == HIDDEN) and arc.kind == PENDING:
                message = f"cyclic reference to field {label_text(label)}"
                self.fail(Bottom(FATAL, message, (conjunct.expr.span,)))
            arc.kind = kind
        arc.add(conjunct)
        return arc

    # ------------------------------------------------------------------------------------------- expansion

    def expand(self) -> None:
        """Find the fields and the scalar of this node."""
        state = self.state
        if state in (DONE, EXPANDING):
            return
        run = self.run
        if state == STUCK and self.epoch == run.epoch:
            return
        parent = self.parent
        if parent is not None and parent.state != DONE and self.kind != ASIDE:
            parent.settle(self.label)
            if self.state == DONE or self.state == EXPANDING:
                return
        run.steps -= 1
        if state == NEW and len(self.conjuncts) == 1 and self.places is None:
            scalar = self.conjuncts[0].expr.scalar
            if scalar is not NOT_SCALAR:
                self.value = scalar
                self.state = DONE
                return
        run.depth += 1
        if run.steps < 0 or run.depth > run.budget.depth:
            run.spend(0)
            raise BudgetExceeded(f"evaluation nests deeper than {run.budget.depth} levels")
        try:
            self.state = EXPANDING
            if state == NEW:
                self._take(list(self.conjuncts))
            self._work()
        finally:
            run.depth -= 1

    def _take(self, conjuncts: list[Conjunct]) -> None:
        if self.places is None:
            for conjunct in conjuncts:
                conjunct.expr.into(self, conjunct)
            return
        places = iter(self.places)
        at, below = next(places)
        for i, conjunct in enumerate(conjuncts):
            while at <= i:
                declaring.reserve(self, below)
                at, below = next(places, (len(conjuncts) + 1, ()))
            conjunct.expr.into(self, conjunct)
        declaring.reserve(self, below)
        for _, below in places:
            declaring.reserve(self, below)

    def _work(self) -> None:
        if self.tasks:
            scheduling.run_tasks(self)
        if self.disjunctions is not None or self.arms is not None:
            disjunctions.resolve_disjunctions(self)
        settling.settle_value(self)

    def settle(self, label: str | int) -> None:
        """Run the waiting tasks that could still add to `label`."""
        if self.state == NEW:
            self.expand()
            return
        if not self.tasks or self.frozen:
            return
        providers = self.providers
        if providers is not None and label in providers:
            for task in list(providers[label]):
                if task.state == WAITING and task.tried != self.run.epoch:
                    scheduling.attempt(self, task)
        wild = self.wild
        if wild is not None:
            if len(wild) > _FEW_TASKS:
                self.run.spend(len(wild) >> 2)
                wild = self.wild = [task for task in wild if task.state != FINISHED]
            for task in list(wild):
                if task.state == WAITING and task.tried != self.run.epoch:
                    scheduling.attempt(self, task)

    def settle_all(self) -> None:
        """Run all waiting tasks."""
        if self.state == NEW:
            self.expand()
            return
        for task in list(self.tasks):
            if task.state == WAITING and (task.tried != self.run.epoch or self.frozen):
                scheduling.attempt(self, task)

    def undecided(self, label: str | int | None) -> bool:
        """Whether a task that could add `label` (None: any field) has not finished."""
        if self.frozen or self.state == DONE:
            return False
        if self.wild is not None and any(t.state != FINISHED for t in self.wild):
            return True
        if self.providers is None:
            return False
        if label is None:
            return any(t.state != FINISHED for tasks in self.providers.values() for t in tasks)
        return any(t.state != FINISHED for t in self.providers.get(label, ()))  # type: ignore[arg-type]

    def is_scalar(self) -> bool:
        """Whether this is an evaluated scalar with nothing else to it."""
        return (
            self.state == DONE and is_concrete(self.value) and self.errors is None and not self.arcs
        )

    def spans(self) -> tuple[Span, ...]:
        """Where the value comes from: some places, if there are many."""
        spans = list(dict.fromkeys(islice(self.value_spans or (), _MOST_PLACES)))
        for conjunct in self.conjuncts[:_MOST_PLACES]:
            span = conjunct.expr.span
            if span is not NO_SPAN and span not in spans:
                spans.append(span)
        return tuple(spans)

    def tried(self) -> Node:
        """The alternative that stands for this node while it is tried, or the node."""
        node = self
        while node.trying is not None:
            node = node.trying
        return node

    def stands_for(self, node: Node) -> bool:
        """Whether this is an alternative of a node, or an alternative of one."""
        origin = self.origin
        while origin is not None:
            if origin is node:
                return True
            origin = origin.origin
        return False

    # ------------------------------------------------------------------------------------------- reading

    def lookup(self, label: str, span: Span) -> Node | Bottom:
        """The node of a field; a bottom when there is none (yet)."""
        if self.state != DONE:
            self.expand()
        node = self.final()
        followed = 0
        while node.trying is not None:
            node = node.trying.final()
            followed += 1
        self.run.steps -= followed >> 2  # alternatives of alternatives, over and over
        if node.state != DONE:
            node.settle(label)
            node = node.final()
        arc = node.arcs.get(label)
        if arc is not None and arc.kind <= REQUIRED:
            if node.errors is not None:
                problem = faults.hidden_by(node, label, span)
                if problem is not None:
                    return problem
            return arc
        if arc is None and (node.state != EXPANDING or node.frozen):
            problem = faults.not_a_struct(node, label, span)
            if problem is not None:
                return problem
        self.run.missed = (node, label)
        if node.undecided(label) or (
            (arc is None or arc.kind == PENDING) and scheduling.being_added(node, label)
        ):
            return Bottom(CYCLE, f"cyclic reference to field {label_text(label)}", (span,))
        waits = node.state == EXPANDING and node.disjunctions is not None
        if waits and node.trying is None and node.origin is None:
            return Bottom(CYCLE, f"cyclic reference to field {label_text(label)}", (span,))
        if arc is not None and arc.kind == OPTIONAL:
            return Bottom(
                INCOMPLETE, f"cannot reference optional field: {label_text(label)}", (span,)
            )
        if node.errors is not None:
            for error in node.errors:
                if error.code >= FATAL or error.code == INCOMPLETE:
                    return error
        refused = node.walked and arc is None and node.value is STRUCT_VALUE
        refused = refused and closedness.refuses(node, label)
        code = FATAL if refused else INCOMPLETE
        advice = partial(faults.nearest_field, node, label)
        return Bottom(code, f"undefined field: {label_text(label)}", (span,), help=advice)

    def result(self) -> Any:
        """What a reference to this node evaluates to: itself for a struct or list, else the scalar value."""
        self.expand()
        node = self.deref()
        while node.choice is not None:
            node = node.choice.deref()
        value = node.value
        if node.errors is not None:
            worst = max(node.errors, key=lambda e: e.code)
            if worst.code >= FATAL or (value is UNSET and not node.arcs):
                return worst
            if value is not STRUCT_VALUE and value is not LIST_VALUE:
                return worst
        if value is STRUCT_VALUE or value is LIST_VALUE:
            return scheduling.grows(self) or node
        if node.elems is not None or node.is_struct:
            return scheduling.grows(self) or node
        if node.state == EXPANDING and not is_concrete(value):
            if node.arcs or node.tried().maybe_struct:
                return scheduling.grows(self) or node
            return Bottom(
                CYCLE, f"cycle with field {node.path() or label_text(node.label)}", node.spans()
            )
        if value is UNSET:
            if node.state == STUCK:
                return inclusion.stuck_reason(node)
            return node if node.arcs else TOP
        if type(value) is Disjunction and self.parent is not None and disjunctions.awaits(self):
            return Bottom(INCOMPLETE, "unresolved disjunction", self.spans())
        return value

    def members(self) -> list[tuple[str, Node]] | Bottom:
        """The regular fields in the order in which they were declared; marks the field set as read."""
        if self.undecided(None):
            return Bottom(CYCLE, f"cyclic reference to the fields of {self.path()}", self.spans())
        self.tried().ranged = LOOPED
        self.run.steps -= len(self.arcs) >> 3
        return [
            (label, arc)
            for label, arc in self.arcs.items()
            if arc.kind == MEMBER and label[:1] != HIDDEN
        ]

    def equality_key(self) -> Any:
        """A hashable key, equal for alternatives with the same content (deep, by value)."""
        return contents.equality_key(self)
