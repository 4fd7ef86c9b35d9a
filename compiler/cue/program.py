"""Programs: resolved files, evaluated over data any number of times; packages in CUE that they import."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from velac.compiler.cue import expr as ex
from velac.compiler.cue import tree
from velac.compiler.cue.builtins import registry
from velac.compiler.cue.builtins.package import BuiltinError, Package
from velac.compiler.cue.errors import BudgetExceeded, CueError, Problem, readable
from velac.compiler.cue.export import Incompleteness, problems, to_data, to_tree
from velac.compiler.cue.names import label_of
from velac.compiler.cue.node import Node
from velac.compiler.cue.order import ordered_labels
from velac.compiler.cue.parts import PLAIN_INFO, Budget, Conjunct, Env, Run
from velac.compiler.cue.resolve import Resolver
from velac.compiler.cue.structs import StructExpr
from velac.compiler.cue.values import CYCLE, FATAL, NO_TRACE, STRUCTURAL, Bottom, Decisions
from velac.compiler.cue.whereabouts import whereabouts
from velac.compiler.diagnostics.suggest import nearest
from velac.grammar import ast
from velac.grammar.source import NO_SPAN, SourceFile, Span

_RECURSION = 250_000
DATA_SPAN = Span(SourceFile("~data", ""), 0, 0)
"""Data stands after all files, as KubeVela appends it to a template."""

LocalPackages = Callable[[str], "Sequence[ast.File] | None"]


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Room for evaluations that recurse once a level; the engine's own depth budget ends them first.

    Garbage of an evaluation is collected after it: nearly all that is made stays in use until its end.
    """
    before = sys.getrecursionlimit()
    collecting = gc.isenabled()
    if before < _RECURSION:
        sys.setrecursionlimit(_RECURSION)
    gc.disable()
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
        if collecting:
            gc.enable()


class Program:
    """Files of one package with all names bound."""

    def __init__(
        self, files: Sequence[ast.File], exprs: list[StructExpr], resolver: Resolver
    ) -> None:
        self.files = files
        self._exprs = exprs
        self._resolver = resolver

    @classmethod
    def compile(
        cls,
        files: Sequence[ast.File],
        *,
        declare: Iterable[str] = (),
        local: LocalPackages | None = None,
        allow: Callable[[str], str | None] | None = None,
        package: str = "",
    ) -> Program:
        """Bind the names of parsed files.

        `declare`: names that data will bring at file level. `local`: files of an import path of the module.
        `allow`: a reason to refuse an import path, or None. Raises CueError with every problem.
        """
        importer = _Importer(local, allow)
        resolver = Resolver(importer.find, declare, package)
        with deep_recursion(), budgeted():
            return cls(files, resolver.files(files), resolver)

    def evaluate(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        budget: Budget | None = None,
        trace: Decisions = NO_TRACE,
    ) -> Value:
        """The program's value with `data` unified at file level (plain data, leaves allowed)."""
        run = Run(budget, trace)
        return Value(self.root(run, data))

    def root(self, run: Run, data: Mapping[str, Any] | None = None) -> Node:
        """The unevaluated root node in a run."""
        root = Node(run, None, "")
        env = Env(None, root)
        for expr in self._exprs:
            root.conjuncts.append(Conjunct(expr, None, PLAIN_INFO))  # type: ignore[arg-type]
        if data:
            root.conjuncts.append(Conjunct(ex.Data(dict(data), DATA_SPAN), env, PLAIN_INFO))
        return root

    def expression(self, root: Node, syntax: ast.Expr) -> Any:
        """The value of an expression in the scope of the (first) file."""
        root.expand()
        expr = self._resolver.expression(syntax, self.files[0], root.final().arcs)
        env = Env(None, root)
        node = Node(root.run, root, "")
        node.conjuncts.append(Conjunct(expr, env, PLAIN_INFO))
        return node


class _Importer:
    """Finds packages for one program; CUE packages are compiled once and evaluated once a run."""

    def __init__(
        self, local: LocalPackages | None, allow: Callable[[str], str | None] | None
    ) -> None:
        self._local = local
        self._allow = allow
        self._programs: dict[str, Program] = {}
        self._loading: list[str] = []

    def find(self, path: str, span: Span) -> tuple[Package | None, Callable[[Run], Node] | None]:
        """The builtin package of a path, or a loader of its value. BuiltinError with a reason if there is none."""
        bare = path.partition(":")[0]
        if self._local is not None:
            files = self._local(path)
            if files is not None:
                return None, self._loader(path, files)
        if self._allow is not None:
            reason = self._allow(bare)
            if reason is not None:
                raise BuiltinError(reason)
        package = registry.find(bare) if bare == path else None
        if package is None:
            near = nearest(bare, registry.names())
            hint = f"; did you mean `{near}`?" if near else ""
            raise BuiltinError(f'builtin package "{path}" undefined{hint}')
        load = None
        if package.source:
            load = _source_loader(bare)
            if not package.functions and not package.constants:
                return None, load
        return package, load

    def _loader(self, path: str, files: Sequence[ast.File]) -> Callable[[Run], Node]:
        program = self._programs.get(path)
        if program is None:
            if path in self._loading:
                raise BuiltinError(f"import cycle: {' -> '.join([*self._loading, path])}")
            self._loading.append(path)
            try:
                resolver = Resolver(self.find, (), path)
                program = Program(files, resolver.files(files), resolver)
            finally:
                self._loading.pop()
            self._programs[path] = program
        return _load_once(program)


def _load_once(program: Program) -> Callable[[Run], Node]:
    def load(run: Run) -> Node:
        found = run.packages.get(id(program))
        if found is None:
            found = run.packages[id(program)] = program.root(run)
        return found

    return load


@lru_cache(maxsize=128)
def _source_loader(path: str) -> Callable[[Run], Node]:
    from velac.grammar.parser import parse

    package = registry.find(path)
    assert package is not None
    file = parse(SourceFile(f"{path}.cue", package.source))
    return _load_once(Program.compile([file], package=path))


class Value:
    """A value of the engine: look up, iterate, check, export."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    @property
    def node(self) -> Node:
        """The engine's node."""
        return self._node

    @property
    def exists(self) -> bool:
        """Whether this is a value rather than an error."""
        with deep_recursion(), budgeted():
            return type(self._node.result()) is not Bottom

    def lookup(self, *labels: str) -> Value | None:
        """The value at a path of field labels (`#D` and `_x` as written), or None."""
        with deep_recursion(), budgeted():
            node = self._node
            for label in labels:
                found = node.lookup(label_of(label), NO_SPAN)
                if type(found) is Bottom:
                    return None
                node = found
            return Value(node)

    def fields(self) -> Iterator[tuple[str, Value]]:
        """Regular fields in the order in which `cue export` prints them."""
        with deep_recursion(), budgeted():
            self._node.expand()
            holder = self._node.final()
            holder.settle_all()
            items = holder.members()
            if type(items) is Bottom:
                return
            arcs = dict(items)
            labels = [label for label in ordered_labels(holder) if label in arcs]
        for label in labels:
            yield label, Value(arcs[label])

    def problems(self, final: bool = False) -> tuple[Problem, ...]:
        """All fatal errors; with `final`, also whatever is not concrete."""
        with deep_recursion(), budgeted():
            return problems(self._node, final)

    def data(self) -> Any:
        """Plain data; leaves stay. Raises CueError."""
        return self._plain(True)

    def plain(self) -> Any:
        """Plain data without leaves. Raises CueError."""
        return self._plain(False)

    def _plain(self, leaves: bool) -> Any:
        with deep_recursion(), budgeted():
            try:
                return to_data(self._node, leaves)
            except Incompleteness as incomplete:
                found = problems(self._node, True)
                if found:
                    raise CueError(found) from None
                where = incomplete.node.path() if incomplete.node is not None else self._node.path()
                raise CueError([problem_of(incomplete.bottom, where)]) from None

    def tree(self) -> tree.Tree:
        """The value as a resolved tree."""
        with deep_recursion(), budgeted():
            return to_tree(self._node)

    def __repr__(self) -> str:
        return f"Value({self._node.path() or '.'})"


def problem_of(bottom: Bottom, path: str) -> Problem:
    """A bottom as a problem."""
    code = {0: "V202", CYCLE: "V203", STRUCTURAL: "V203", 4: "V204"}.get(bottom.code, "V201")
    message = readable(bottom.message)
    return Problem(
        message, bottom.path or path, bottom.spans, bottom.code < FATAL, code, bottom.advice()
    )


@contextmanager
def budgeted() -> Iterator[None]:
    """A budget that is used up ends in a CueError."""
    try:
        yield
    except BudgetExceeded as problem:
        path, spans = whereabouts(problem.__traceback__)
        raise CueError([Problem(str(problem), path, spans, code="V208")]) from None
    except RecursionError as problem:
        path, spans = whereabouts(problem.__traceback__)
        raise CueError([Problem("evaluation nests too deeply", path, spans, code="V208")]) from None
