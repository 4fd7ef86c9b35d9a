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

from typing import TYPE_CHECKING, Any, Final, final

from velac.compiler.cue import kinds
from velac.compiler.cue.errors import BudgetExceeded
from velac.compiler.cue.labels import HIDDEN, is_definition_label, is_regular, label_text
from velac.compiler.cue.parts import (
    DONE,
    EXPANDING,
    FINISHED,
    LIST_VALUE,
    MEMBER,
    NEW,
    NOT_SCALAR,
    OPTIONAL,
    PENDING,
    PLAIN_INFO,
    REQUIRED,
    RUNNING,
    STRUCT_VALUE,
    STUCK,
    UNSET,
    WAITING,
    Budget,
    Conjunct,
    Contribution,
    Env,
    Info,
    Places,
    RefTrail,
    Run,
    Task,
)
from velac.compiler.cue.scope import Closers, Scope
from velac.compiler.cue.values import (
    CLOSED,
    CYCLE,
    FATAL,
    INCOMPLETE,
    STRUCTURAL,
    TOP,
    Bottom,
    Constraint,
    Disjunction,
    Validator,
    combined_flags,
    default_of,
    is_concrete,
    literal,
    make_disjunction,
    meet_flags,
    plain,
    unify_values,
)
from velac.grammar.source import NO_SPAN, Span

__all__ = [
    "DONE",
    "EXPANDING",
    "FINISHED",
    "HIDDEN",
    "LIST_VALUE",
    "MEMBER",
    "NEW",
    "NOT_SCALAR",
    "OPTIONAL",
    "PENDING",
    "PLAIN_INFO",
    "REQUIRED",
    "STRUCT_VALUE",
    "STUCK",
    "UNSET",
    "Budget",
    "BudgetExceeded",
    "Conjunct",
    "Contribution",
    "Env",
    "Info",
    "Node",
    "Places",
    "RefTrail",
    "Run",
    "Task",
    "is_definition_label",
    "is_regular",
    "label_text",
]

if TYPE_CHECKING:
    from velac.compiler.cue.expr import DisjunctionExpr, Expr

_FEW: Final = 4
"""So many closed scopes are asked one after another."""


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
        self.onstack = False
        self.assumed = False
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
        self.tasks: list[Task] = []
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
        self.is_struct = False
        self.maybe_struct = False
        self.maybe_list = False
        self.cyclic = False
        self.grounded = False
        self.frozen = False
        self.ranged = False
        self.deep: Any = None
        self.reasons: list[Bottom] | None = None
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
            if walk is node or walk._stands_for(node):
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
                node.follow(conjunct, info)
        if self.state == NEW:
            return
        if self.assumed:
            self.fail(Bottom(INCOMPLETE, "unresolved disjunction", self._spans()))
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

    def follow(self, conjunct: Conjunct, info: Info) -> None:
        """Take a conjunct that a node has got whose conjuncts have been taken."""
        expr, env = conjunct.expr, conjunct.env
        if not any(c.expr is expr and c.env is env for c in self.conjuncts):
            self.add(Conjunct(expr, env, info, conjunct.src, conjunct.field))

    def task(self, conjunct: Conjunct, provides: frozenset[str] | None = None) -> None:
        """Queue a conjunct that has to be computed."""
        task = Task(conjunct, provides)
        self.tasks.append(task)
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
        met = unify_values(old, value, self.run.trace)
        if type(met) is Bottom:
            self.fail(met.at(*self._spans()))
        else:
            self.value = met

    def insert(self, label: str, kind: int, conjunct: Conjunct) -> Node:
        """Declare a field. Patterns that match apply once it is a member."""
        arcs = self.arcs
        arc = arcs.get(label)
        if arc is None:
            self.run.steps -= 1
            if self.ranged and kind == MEMBER and label[:1] != HIDDEN:
                self.fail(
                    Bottom(
                        FATAL,
                        f"adding field {label_text(label)} not allowed as field set was already referenced",
                        (conjunct.expr.span,),
                    )
                )
            arc = arcs[label] = Node(self.run, self, label, kind)
            arc.add(conjunct)
            if self.patterns is not None and label[:1] != HIDDEN:
                for pattern, value in self.patterns:
                    self._apply_pattern(pattern, value, arc)
            return arc
        if kind < arc.kind:
            if self.ranged and arc.kind == PENDING and label[:1] != HIDDEN:
                message = f"cyclic reference to field {label_text(label)}"
                self.fail(Bottom(FATAL, message, (conjunct.expr.span,)))
            arc.kind = kind
        arc.add(conjunct)
        return arc

    def reserve(self, places: Places) -> None:
        """Give labels that a comprehension may add their places in the order, here and below."""
        for label, below in places:
            arc = self.arcs.get(label)
            if arc is None:
                arc = self.arcs[label] = Node(self.run, self, label, PENDING)
                if self.patterns is not None and label[:1] != HIDDEN:
                    for pattern, value in self.patterns:
                        self._apply_pattern(pattern, value, arc)
            if not below:
                continue
            if arc.state != NEW:
                arc.reserve(below)
            if arc.places is None:
                arc.places = []
            arc.places.append((len(arc.conjuncts), below))

    def add_pattern(self, pattern: Any, conjunct: Conjunct) -> None:
        """Constrain all fields whose label meets `pattern` (a value) by the conjunct."""
        if self.patterns is None:
            self.patterns = []
        self.patterns.append((pattern, conjunct))
        for label, arc in list(self.arcs.items()):
            if label[:1] != HIDDEN:
                self._apply_pattern(pattern, conjunct, arc)

    def _apply_pattern(self, pattern: Any, conjunct: Conjunct, arc: Node) -> None:
        if self._meets(pattern, arc.label):
            arc.add(conjunct.expr.for_label(conjunct, arc))

    def add_list(
        self, items: list[Conjunct], rest: Conjunct | None, closed: bool, span: Span, info: Info
    ) -> None:
        """Unify a list: element conjuncts, and what lies beyond (`closed`: nothing; `rest` None: anything)."""
        if not info.cyclic:
            self.grounded = True
        elems = self.elems
        if elems is None:
            elems = self.elems = []
        count = len(items)
        self.run.spend(count + 1)
        have = len(elems)
        clash = -1
        if self.fixed is not None and (count > self.fixed or (closed and count != self.fixed)):
            clash = self.fixed
        elif closed and have > count:
            clash = have
        if clash >= 0:
            low, high = sorted((clash, count))
            self.fail(Bottom(FATAL, f"incompatible list lengths ({low} and {high})", (span,)))
            return
        for i, item in enumerate(items):
            if i < have:
                elems[i].add(item)
                continue
            elem = Node(self.run, self, i)
            elems.append(elem)
            if self.rests is not None:
                for start, tail in self.rests:
                    if i >= start and tail is not None:
                        elem.add(tail)
            elem.add(item)
        if closed:
            self.fixed = count
        else:
            if self.rests is None:
                self.rests = []
            self.rests.append((count, rest))
            if rest is not None:
                for elem in elems[count:]:
                    elem.add(rest)

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
        if parent is not None and parent.state != DONE:
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
                self.reserve(below)
                at, below = next(places, (len(conjuncts) + 1, ()))
            conjunct.expr.into(self, conjunct)
        self.reserve(below)
        for _, below in places:
            self.reserve(below)

    def _work(self) -> None:
        if self.tasks:
            self._run_tasks()
        if self.disjunctions is not None or self.arms is not None:
            self._resolve_disjunctions()
        self._finish()

    def _run_tasks(self) -> None:
        while True:
            progress = False
            i = 0
            while i < len(self.tasks):
                task = self.tasks[i]
                i += 1
                if task.state == WAITING:
                    if self._try(task):
                        progress = True
                        if self.frozen:
                            self.frozen = False
                            break
                elif task.state == FINISHED:
                    progress = progress or False
            self.tasks = [t for t in self.tasks if t.state != FINISHED]
            if not self.tasks:
                break
            if progress:
                continue
            if not self.frozen and any(
                t.reason is not None and t.reason.code == CYCLE for t in self.tasks
            ):
                self.frozen = True
                self.run.epoch += 1  # what waits for the fields of this node may go on
                continue
            break
        self.frozen = False

    def _try(self, task: Task) -> bool:
        task.state = RUNNING
        run = self.run
        run.steps -= 1
        conjunct = task.conjunct
        reason = conjunct.expr.run(self, conjunct)
        if reason is None:
            task.state = FINISHED
            task.reason = None
            run.epoch += 1
            return True
        task.state = WAITING
        task.reason = reason
        task.tried = run.epoch
        return False

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
                    self._try(task)
        if self.wild is not None:
            for task in list(self.wild):
                if task.state == WAITING and task.tried != self.run.epoch:
                    self._try(task)

    def settle_all(self) -> None:
        """Run all waiting tasks."""
        if self.state == NEW:
            self.expand()
            return
        for task in list(self.tasks):
            if task.state == WAITING and (task.tried != self.run.epoch or self.frozen):
                self._try(task)

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

    def waits_besides(self, label: str | int, conjunct: Conjunct) -> bool:
        """Whether a task other than that of `conjunct` may still add `label`."""
        if self.frozen or self.state == DONE:
            return False
        tasks = list(self.wild or ())
        if self.providers is not None:
            tasks += self.providers.get(label, ())  # type: ignore[arg-type]
        return any(t.state != FINISHED and t.conjunct is not conjunct for t in tasks)

    def being_added(self, label: str | int) -> bool:
        """Whether a running task declares `label` itself, so that its guard reads what it adds."""
        providers = self.providers
        if providers is None or label not in providers:
            return False
        return any(t.state == RUNNING for t in providers[label])

    def _finish(self) -> None:
        stuck = False
        for task in self.tasks:
            reason = task.reason
            if reason is not None:
                stuck = stuck or reason.code == CYCLE
        if stuck:
            self.state = STUCK
            self.epoch = self.run.epoch
        else:
            self.state = DONE
            for task in self.tasks:
                if task.reason is not None:
                    self.fail(task.reason)
            self.tasks = []
        if self.tests is not None:
            self._check_tests(self.tests)
        if self.shared is not None or self.choice is not None:
            return
        if self.cyclic and not self.grounded:
            self.arcs = {}
            self.elems = None
            self.fail(Bottom(STRUCTURAL, "structural cycle", self._spans()))
            return
        self._settle_kind()
        if self.scopes is not None and (self.value is STRUCT_VALUE):
            self._check_closed()

    def _check_tests(self, tests: list[tuple[Node, str, Span]]) -> None:
        """A field that a condition found to be missing must not have come since."""
        for node, label, span in tests:
            holder = node.final()
            arc = holder.arcs.get(label)
            if arc is not None and arc.kind == MEMBER:
                self.fail(
                    Bottom(
                        INCOMPLETE,
                        "circular dependency in evaluation of conditionals: "
                        f"{arc.path()} changed after evaluation",
                        (span, *arc._spans()),
                    )
                )
                return

    def _settle_kind(self) -> None:
        value = self.value
        struct = self.is_struct or any(
            arc.kind <= REQUIRED and is_regular(label) for label, arc in self.arcs.items()
        )
        if self.elems is not None:
            if struct:
                self._conflict("list", "struct")
            elif value is not UNSET and value is not LIST_VALUE:
                self._constrained(value, kinds.LIST, "list")
            self.value = LIST_VALUE
        elif struct:
            if value is not UNSET and value is not STRUCT_VALUE:
                self._constrained(value, kinds.STRUCT, "struct")
            self.value = STRUCT_VALUE
        elif type(value) is Constraint and self._has_places():
            self.value = STRUCT_VALUE  # as cue: a field that could have come makes a struct of it
        elif value is UNSET:
            if self.maybe_struct:
                self.value = STRUCT_VALUE
            elif self.errors is None and not self.tasks:
                self.value = TOP

    def is_scalar(self) -> bool:
        """Whether this is an evaluated scalar with nothing else to it."""
        return (
            self.state == DONE and is_concrete(self.value) and self.errors is None and not self.arcs
        )

    def _has_places(self) -> bool:
        return any(arc.kind == PENDING and is_regular(label) for label, arc in self.arcs.items())

    def _constrained(self, value: Any, kind: int, name: str) -> None:
        """A struct or list met a scalar value: fine if that is a constraint which it can meet."""
        if type(value) is Constraint and value.kind & kind:
            self.validators = value.validators
        else:
            self._conflict(literal(value), name)

    def _conflict(self, left: str, right: str) -> None:
        shown = {"struct": "{...}", "list": "[...]"}
        names = {"struct": "struct", "list": "list"}
        value = self.value
        left_kind = names.get(left) or kinds.kind_name(_kind(value))
        self.fail(
            Bottom(
                FATAL,
                f"conflicting values {shown.get(left, left)} and {shown.get(right, right)} "
                f"(mismatched types {left_kind} and {names.get(right, right)})",
                self._spans(),
            )
        )

    def _spans(self) -> tuple[Span, ...]:
        spans = list(self.value_spans or ())
        for conjunct in self.conjuncts:
            span = conjunct.expr.span
            if span is not NO_SPAN and span not in spans:
                spans.append(span)
        return tuple(spans)

    # ------------------------------------------------------------------------------------------ closedness

    def _closers(self) -> list[Scope]:
        seen: dict[Scope, None] = {}
        for scope in self.scopes or ():
            walk: Scope | None = scope
            while walk is not None and walk not in seen:
                seen[walk] = None
                walk = walk.parent
        return [scope for scope in seen if scope.is_closed]

    def _refuses(self, label: str) -> bool:
        """Whether closedness forbids that this field is ever added."""
        if label[:1] == HIDDEN:
            return False
        opens = self.opens or ()
        if not opens and self._in_definition():
            return not any(self._meets(pattern, label) for pattern, _ in self.patterns or ())
        for closer in self._closers():
            if any(closer.allows(scope) for scope in opens):
                continue
            if not any(
                closer.allows(conjunct.src) and self._meets(pattern, label)
                for pattern, conjunct in self.patterns or ()
            ):
                return True
        return False

    def _in_definition(self) -> bool:
        node: Node | None = self
        while node is not None:
            if type(node.label) is str and is_definition_label(node.label):
                return True
            node = node.parent
        return False

    def _meets(self, pattern: Any, label: str | int) -> bool:
        return type(unify_values(pattern, label, self.run.trace)) is not Bottom

    def _check_closed(self) -> None:
        closers = self._closers()
        if not closers:
            return
        opens = self.opens or ()
        many = Closers(closers, opens) if len(closers) > _FEW else None
        known: dict[Scope, list[str]] = {}
        for label, arc in self.arcs.items():
            if label[:1] == HIDDEN or arc.kind > REQUIRED:
                continue
            if many is not None:
                closer = many.refusing([c.src for c in arc.conjuncts])
                if closer is not None:
                    arc.disallow(closer, known)
                continue
            for closer in closers:
                if any(closer.allows(c.src) for c in arc.conjuncts):
                    continue
                if any(closer.allows(s) for s in opens):
                    continue
                arc.disallow(closer, known)
                break

    def disallow(self, closer: Scope, known: dict[Scope, list[str]]) -> None:
        """Record that a closed struct does not declare this field; `known`: the fields that scopes allow."""
        if self.errors is not None and any(e.code == CLOSED for e in self.errors):
            return
        spans = tuple(
            c.field.span if c.field is not None else c.expr.span
            for c in self.conjuncts
            if not closer.allows(c.src)
        )
        allowed = known.get(closer)
        if allowed is None:
            allowed = known[closer] = sorted(
                label
                for label, arc in (self.parent.arcs.items() if self.parent else ())
                if is_regular(label) and any(closer.allows(c.src) for c in arc.conjuncts)
            )
        from velac.compiler.diagnostics.suggest import nearest

        near = nearest(str(self.label), allowed)
        message = "field not allowed"
        self.fail(Bottom(CLOSED, message, spans, help=f"did you mean `{near}`?" if near else ""))
        self.deep = None

    # ---------------------------------------------------------------------------------------- references

    def include(self, conjunct: Conjunct, target: Node, is_definition: bool) -> Bottom | None:
        """Unify what `target` is made of into this node; the expression of `conjunct` led to it."""
        node = target.deref()
        if node is self or target is self or self._stands_for(node):
            return None
        parent = target.parent
        if parent is not None and parent.state != DONE:
            parent.settle(target.label)
        info = conjunct.info
        expr = conjunct.expr
        cyclic = info.cyclic
        trail = info.trail
        while trail is not None:
            if trail.expr is expr and trail.target is node:
                if trail.node is self:
                    return None
                cyclic = True
                break
            trail = trail.up
        if not cyclic:
            above = self.parent
            while above is not None:
                if above is node or above.choice is node or above._stands_for(node):
                    cyclic = True
                    break
                above = above.parent
        plain = not cyclic and not info.embedded
        lone = (
            plain and len(self.conjuncts) == 1 and self.conjuncts[0] is conjunct and not self.picks
        )
        if node.state != EXPANDING and not (
            node.state == NEW
            and len(node.conjuncts) == 1
            and node.conjuncts[0].expr.is_struct
            and not lone
        ):
            node.expand()
            node = node.deref()
            if node is self:
                return None
        if (
            (node.value is UNSET or node.value is TOP)
            and parent is not None
            and node.elems is None
            and not node.arcs
            and parent.waits_besides(target.label, conjunct)
        ):
            return Bottom(
                CYCLE, f"cyclic reference to field {label_text(target.label)}", (expr.span,)
            )
        if lone and node.state != EXPANDING and len(self.tasks) <= 1:
            if node.state == STUCK:
                return _stuck_reason(node)
            if is_concrete(node.value) and node.errors is None and not node.arcs:
                self.meet(node.value, expr.span, info)
                return None
            self.shared = node
            return None
        value = node.value
        if (
            node.state == DONE
            and value is not UNSET
            and value is not STRUCT_VALUE
            and value is not LIST_VALUE
            and not node.arcs
            and node.errors is None
            and node.choice is None
            and not _has_node_arms(value)
        ):
            self.meet(value, expr.span, info)
            return None
        scope = info.scope
        embedded = info.embedded
        if is_definition or (type(node.label) is str and is_definition_label(node.label)):
            scope = Scope.definition(scope, embedded)
            embedded = False
        trail = RefTrail(expr, node, self, info.trail)
        # Every reference looks back over those before.
        self.run.steps -= 1 + len(node.conjuncts) + (trail.length >> 3)
        if cyclic:
            self.cyclic = True
        for _, below in node.places or ():
            self.reserve(below)
        # What closes the place where a conjunct comes from is not taken along.
        inner = Info(scope, trail, cyclic, embedded, info.arm)
        taken = list(node.conjuncts)
        if node.state == EXPANDING and self._is_temporary() and node.computes(taken):
            return Bottom(CYCLE, f"cycle with field {node.path()}", (expr.span,))
        if parent is not None and parent.state != DONE and parent.tasks and not parent.frozen:
            node.followers = [*(node.followers or ()), (self, inner)]
        for c in taken:
            c.expr.into(self, Conjunct(c.expr, c.env, inner, c.src, c.field))
        return None

    def _is_temporary(self) -> bool:
        """Whether this holds the value of an expression on the way to something else."""
        node: Node | None = self
        while node is not None and node.parent is not None:
            if node.label == "":
                return True
            node = node.parent
        return False

    def computes(self, conjuncts: list[Conjunct]) -> bool:
        """Whether one of the conjuncts is being computed right now."""
        if self.disjunctions is not None and not self.tasks:
            return True
        running = [task.conjunct for task in self.tasks if task.state == RUNNING]
        return any(c is r for r in running for c in conjuncts)

    def _stands_for(self, node: Node) -> bool:
        """Whether this is an alternative of a node, or an alternative of one."""
        origin = self.origin
        while origin is not None:
            if origin is node:
                return True
            origin = origin.origin
        return False

    def absorb(self, value: Any, conjunct: Conjunct) -> Bottom | None:
        """Unify the value of an expression."""
        if type(value) is Node:
            return self.include(conjunct, value, False)
        if type(value) is Bottom:
            if value.code < FATAL:
                return value
            self.fail(value if value.spans else value.at(conjunct.expr.span))
            return None
        if _has_node_arms(value):
            from velac.compiler.cue.expr import ValueExpr

            held = Conjunct(
                ValueExpr(value, conjunct.expr.span), conjunct.env, conjunct.info, conjunct.src
            )
            held.expr.into(self, held)
            return None
        self.meet(value, conjunct.expr.span, conjunct.info)
        return None

    # --------------------------------------------------------------------------------------- disjunctions

    def add_disjunction(self, conjunct: Conjunct) -> None:
        """Queue a disjunction; the node of an alternative takes its picked arm instead."""
        if conjunct.info.arm:
            if self.arms is None:
                self.arms = []
            queue, picks = self.arms, self.arm_picks
        else:
            if self.disjunctions is None:
                self.disjunctions = []
            queue, picks = self.disjunctions, self.picks
        at = len(queue)
        queue.append(conjunct)
        if at < len(picks):
            arm = picks[at]
            arm.into(
                self,
                Conjunct(arm, conjunct.env, conjunct.info.as_arm(), conjunct.src, conjunct.field),
            )

    def _resolve_disjunctions(self) -> None:
        own = (self.disjunctions or [])[len(self.picks) :]
        nested = (self.arms or [])[len(self.arm_picks) :]
        if self.picks and own:
            return  # an alternative in the middle of a product: the other disjunctions are still to be picked
        pending = own or nested
        if not pending or self._resolve_scalars(pending):
            return
        arms: list[Any] = []
        flags: list[str] = []
        for node, flag, inner_flag in self._alternatives(pending, bool(own)):
            inner = node.final() if node.choice is not None or node.shared is not None else node
            value = inner.value
            if type(value) is Disjunction:
                for arm, arm_flag in zip(value.arms, value.flags, strict=True):
                    arms.append(arm)
                    flags.append(_nest(inner_flag, arm_flag))
            else:
                structured = (
                    value is STRUCT_VALUE or value is LIST_VALUE or inner.arcs or inner.tasks
                )
                arms.append(inner if structured or value is UNSET else value)
                flags.append(flag)
        if not arms:
            self._all_failed(pending)
            return
        if "D" in flags:
            flags = ["N" if f == "M" else f for f in flags]
        result = make_disjunction(arms, flags, self.run.trace)
        if type(result) is Node:
            self.choice = result
        else:
            self.value = result
            self.is_struct = self.maybe_struct = False
            self.elems = None
            self.arcs = {}

    def _all_failed(self, pending: list[Conjunct]) -> None:
        spans = tuple(c.expr.span for c in pending) + self._spans()
        reasons = self.reasons or []
        if len(reasons) == 1:
            self.fail(reasons[0].at(*spans))
            return
        incomplete = any(r.code < FATAL for r in reasons)
        detail = "; ".join(dict.fromkeys(r.message for r in reasons))
        self.fail(
            Bottom(
                INCOMPLETE if incomplete else FATAL,
                f"{len(reasons)} errors in empty disjunction: {detail}",
                tuple(dict.fromkeys(spans + tuple(s for r in reasons for s in r.spans))),
            )
        )

    def _resolve_scalars(self, pending: list[Conjunct]) -> bool:
        """The common case: all arms are scalars. True if that settled it."""
        if self.is_struct or self.elems is not None or self.arcs:
            return False
        values = []
        for conjunct in pending:
            value = conjunct.expr.scalar_value(conjunct.env)  # type: ignore[attr-defined]
            if value is None:
                return False
            values.append((value, conjunct))
        for value, conjunct in values:
            self.meet(value, conjunct.expr.span, conjunct.info)
        return True

    def _alternatives(self, pending: list[Conjunct], own: bool) -> list[tuple[Node, str, str]]:
        """The surviving combinations of arms, each as a node of its own, with its default flag.

        The second flag is for the arms of a disjunction inside the last arm: the default arms of the last
        disjunction count there even if they are gone.
        """
        candidates: list[tuple[tuple[Expr, ...], str, str, Node]] = [((), "M", "M", self)]
        for conjunct in pending:
            disjunction: DisjunctionExpr = conjunct.expr  # type: ignore[assignment]
            found: list[tuple[tuple[Expr, ...], Node]] = []
            pairs: list[tuple[str, str]] = []
            reasons: list[Bottom] = []
            for picks, flag, _, _ in candidates:
                for arm, is_default in disjunction.arms:
                    arm_flag = ("D" if is_default else "N") if disjunction.marked else "M"
                    node, reason = self._alternative((*picks, arm), own)
                    if reason is None:
                        found.append(((*picks, arm), node))
                        pairs.append((flag, arm_flag))
                    else:
                        reasons.append(reason)
            left_drops = not any(left == "D" for left, _ in pairs)
            candidates = [
                (picks, flag, meet_flags("M" if left_drops else left, right), node)
                for (picks, node), flag, (left, right) in zip(
                    found, combined_flags(pairs), pairs, strict=True
                )
            ]
            self.reasons = reasons
        return [(node, flag, nested) for _, flag, nested, node in candidates]

    def _alternative(self, picks: tuple[Expr, ...], own: bool) -> tuple[Node, Bottom | None]:
        """This node with one arm of each disjunction, and why that cannot be, if it cannot."""
        run = self.run
        run.arms += 1
        run.spend(16 + 4 * len(self.conjuncts))
        if run.arms > run.budget.arms:
            raise BudgetExceeded(f"disjunctions need more than {run.budget.arms:,} alternatives")
        node = Node(run, self.parent, self.label, self.kind)
        node.origin = self
        node.conjuncts = list(self.conjuncts)
        node.places = self.places
        node.picks = picks if own else self.picks
        node.arm_picks = () if own else (*self.arm_picks, *picks)
        outer, self.trying = self.trying, node
        try:
            node.expand()
            return node, node.failure()
        finally:
            self.trying = outer

    def failure(self) -> Bottom | None:
        """Why an alternative cannot be: any error of its own or of a field inside; not those of list elements
        unless they are fatal."""
        node = self
        if node.errors is not None:
            for error in node.errors:
                if error.code != CYCLE:
                    return error
        fatal = node.deep_error()
        return fatal if fatal is not None else node._unfinished(set())

    def _unfinished(self, seen: set[int]) -> Bottom | None:
        """The first error of a field inside that is not final, or None."""
        node = self.final()
        if node.state == EXPANDING or id(node) in seen or node.elems is not None:
            return None
        seen.add(id(node))
        for arc in node.arcs.values():
            if arc.kind <= REQUIRED:
                arc.expand()
                for error in arc.errors or arc.final().errors or ():
                    if error.code != CYCLE:
                        return error
                found = arc._unfinished(seen)
                if found is not None:
                    return found
        return None

    def deep_error(self) -> Bottom | None:
        """The first fatal error in this node or below, or None."""
        node = self
        node.expand()
        if node.deep is not None and (node.walked or not node.run.finishing):
            return node.deep if type(node.deep) is Bottom else None
        if node.errors is not None:
            for error in node.errors:
                if error.code >= FATAL:
                    if node.state == DONE:
                        node.deep = error
                    return error
        if node.onstack:
            if node.state != EXPANDING:
                return Bottom(STRUCTURAL, "structural cycle", node._spans())
            return None
        node.onstack = True
        try:
            found: Bottom | None = node.check_validators()
            if found is not None:
                pass
            elif node.shared is not None:
                found = node.shared.deep_error()
            elif node.choice is not None:
                found = node.choice.deep_error()
            elif node.elems is not None:
                for elem in node.elems:
                    found = elem.deep_error()
                    if found is not None:
                        break
            elif node.arcs:
                for arc in list(node.arcs.values()):
                    if arc.kind <= REQUIRED:
                        found = arc.deep_error()
                        if found is not None:
                            break
        finally:
            node.onstack = False
        if node.state == DONE:
            node.deep = found if found is not None else True
            node.walked = node.walked or node.run.finishing
        return found

    def finish(self) -> Bottom | None:
        """The same, and the value counts as evaluated from now on."""
        run = self.run
        before, run.finishing = run.finishing, True
        try:
            return self.deep_error()
        finally:
            run.finishing = before

    def known_problem(self) -> Bottom | None:
        """What is wrong with this value, if all of it has been evaluated already.

        As cue: whoever reads a struct while it is being evaluated sees the fields it has; later on it is an error
        if it has one of its own, or a fatal one inside.
        """
        node = self.final()
        if not node.walked:
            return None
        if node.errors is not None:
            return max(node.errors, key=lambda e: e.code)
        return node.deep_error()

    def check_validators(self, final: bool = False) -> Bottom | None:
        """The first validator that this struct or list does not meet; with `final`, or not yet."""
        validators, self.validators = self.validators, ()  # a check reads this very value
        try:
            for validator in validators:
                outcome = validator.check(self)
                if type(outcome) is Bottom:
                    return outcome if final or outcome.code >= FATAL else None
                if not outcome:
                    return Bottom(
                        FATAL,
                        f"invalid value {literal(self)} (does not satisfy {validator.text})",
                        self._spans(),
                    )
        finally:
            self.validators = validators
        return None

    # ------------------------------------------------------------------------------------------- reading

    def lookup(self, label: str, span: Span) -> Node | Bottom:
        """The node of a field; a bottom when there is none (yet)."""
        if self.state != DONE:
            self.expand()
        node = self.final()
        while node.trying is not None:
            node = node.trying.final()
        if node.state != DONE:
            node.settle(label)
            node = node.final()
        arc = node.arcs.get(label)
        if arc is not None and arc.kind <= REQUIRED:
            return arc
        if arc is None and (node.state != EXPANDING or node.frozen):
            problem = node._not_a_struct(label, span)
            if problem is not None:
                return problem
        self.run.missed = (node, label)
        if node.undecided(label) or (
            (arc is None or arc.kind == PENDING) and node.being_added(label)
        ):
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
        refused = refused and node._refuses(label)
        code = FATAL if refused else INCOMPLETE
        return Bottom(code, f"undefined field: {label_text(label)}", (span,))

    def _not_a_struct(self, label: str, span: Span) -> Bottom | None:
        value = self.value
        if value is STRUCT_VALUE:
            return None
        if self.errors is not None:
            for error in self.errors:
                if error.code >= FATAL:
                    return error
        if self.elems is not None:
            return Bottom(FATAL, f"invalid selector {label_text(label)} for a list", (span,))
        if type(value) is Disjunction:
            if any(type(a) is Node for a in value.arms):
                return Bottom(INCOMPLETE, "unresolved disjunction", (span,))
            value = default_of(value)
        scalar = is_concrete(value) or (type(value) is Constraint and not value.kind & kinds.STRUCT)
        if scalar and label[:1] != HIDDEN:
            return Bottom(
                FATAL,
                f"invalid operand {literal(value)} (found {kinds.kind_name(_kind(value))}, want struct) "
                f"for selector {label_text(label)}",
                (span,),
            )
        return None

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
            return node
        if node.elems is not None or node.is_struct:
            return node
        if node.state == EXPANDING and not is_concrete(value):
            if node.arcs or node.maybe_struct:
                return node
            return Bottom(
                CYCLE, f"cycle with field {node.path() or label_text(node.label)}", node._spans()
            )
        if value is UNSET:
            if node.state == STUCK:
                return _stuck_reason(node)
            return node if node.arcs else TOP
        if (
            type(value) is Disjunction
            and self.parent is not None
            and self.parent.being_added(self.label)
        ):
            self.assumed = True
        return value

    def members(self) -> list[tuple[str, Node]] | Bottom:
        """The regular fields in the order in which they were declared; marks the field set as read."""
        if self.undecided(None):
            return Bottom(CYCLE, f"cyclic reference to the fields of {self.path()}", self._spans())
        if self.state == EXPANDING:
            self.ranged = True
        return [
            (label, arc)
            for label, arc in self.arcs.items()
            if arc.kind == MEMBER and label[:1] != HIDDEN
        ]

    def equality_key(self) -> Any:
        """A hashable key, equal for alternatives with the same content (deep, by value)."""
        node = self.final()
        if node.elems is not None:
            return ("list", node.fixed is None, tuple(_content(e) for e in node.elems))
        return (
            "struct",
            bool(node._closers()) or node._in_definition(),
            frozenset(
                (label, arc.kind, _content(arc))
                for label, arc in node.arcs.items()
                if arc.kind <= OPTIONAL
            ),
        )


def _content(node: Node) -> Any:
    if node.kind == OPTIONAL:
        return id(node.conjuncts[0].expr) if node.conjuncts else None
    node.expand()
    trace = node.run.trace
    value = plain(node.result(), trace)
    if type(value) is Node:
        return value.equality_key()
    if type(value) is Disjunction:
        return (
            "or",
            value.flags,
            tuple(
                str(plain(a, trace)) if type(a) is not Node else a.equality_key()
                for a in value.arms
            ),
        )
    if type(value) is Constraint:
        return ("type", value.text())
    if type(value) is Bottom:
        return ("bottom", value.message)
    return (type(value), value)


def _kind(value: Any) -> int:
    from velac.compiler.cue.values import kind_of

    return kind_of(value)


def _nest(outer: str, inner: str) -> str:
    """The flag of an arm of an inner disjunction that is an arm flagged `outer`."""
    if outer == "N":
        return "N"
    if outer == "D":
        return "N" if inner == "N" else "D"
    return inner


def _has_node_arms(value: Any) -> bool:
    return type(value) is Disjunction and any(type(arm) is Node for arm in value.arms)


def _stuck_reason(node: Node) -> Bottom:
    for task in node.tasks:
        if task.reason is not None and task.reason.code == CYCLE:
            return task.reason
    return Bottom(CYCLE, "cyclic reference", node._spans())
