"""Running the tests of definitions."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, final

from velac.compiler.cue.api import Program, Value, evaluate
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.values import NO_TRACE
from velac.compiler.load.definition import STEP, Definition
from velac.compiler.render.actions import evaluate_with_actions
from velac.compiler.render.jsonpatch import PatchFailed
from velac.compiler.render.markers import field_marks
from velac.compiler.render.numbers import input_data
from velac.compiler.render.patch import apply_patch
from velac.compiler.render.report import path_of
from velac.compiler.render.trees import data_of, tree_of
from velac.compiler.workbench.compare import differences, shown
from velac.compiler.workbench.coverage import Coverage, Probe
from velac.compiler.workbench.schema import as_json
from velac.compiler.workbench.status import evaluate_status
from velac.compiler.workbench.suite import Case, Suite
from velac.compiler.workbench.template import Packages, compile_template, nested

CONTEXT: Final[dict[str, Any]] = {
    "name": "x",
    "components": [],
    "appName": "app",
    "namespace": "default",
    "revision": "x-v1",
    "appRevision": "app-v1",
    "appRevisionNum": 1,
    "appLabels": {},
    "appAnnotations": {},
    "cluster": "",
    "clusterVersion": {"major": "1", "minor": 29, "gitVersion": "v1.29.0", "platform": ""},
    "replicaKey": "",
}
"""What a component or trait sees unless its test says otherwise."""
STEP_CONTEXT: Final[dict[str, Any]] = {
    "name": "app",
    "appName": "app",
    "namespace": "default",
    "stepName": "s1",
    "stepSessionID": "ab12cd34ef",
}
_STATUS: Final = frozenset(("isHealth", "message", "details"))
_OUTPUTS: Final = ("parameter", "output", "outputs", "patch", "patchOutputs", "errs")


@final
@dataclass(slots=True)
class Outcome:
    """One case that was run: no failures means that it passed."""

    name: str
    failures: list[str]
    seconds: float
    place: str
    snapshot: dict[str, Any] = field(default_factory=dict)


@final
@dataclass(slots=True)
class SuiteResult:
    """All cases of a suite, and the branches of the definition that they reached."""

    suite: str
    definition: str
    type: str
    outcomes: list[Outcome]
    coverage: Coverage | None = None

    @property
    def failed(self) -> int:
        """How many cases did not pass."""
        return sum(bool(outcome.failures) for outcome in self.outcomes)


def run_suite(
    suite: Suite,
    definition: Definition,
    *,
    coverage: bool = False,
    packages: Packages | None = None,
    snapshots: dict[str, Any] | None = None,
    update: bool = False,
) -> SuiteResult:
    """Run all cases. A template that does not compile fails each of them; with `update` snapshots are not compared."""
    bench = Bench(definition, coverage=coverage, packages=packages)
    outcomes = []
    for case in suite.cases:
        start = time.perf_counter()
        run = _CaseRun(bench, case)
        failures = list(run.failures())
        kept = run.snapshot(failures)
        if not update:
            old = (snapshots or {}).get(case.name, {})
            failures += _against(kept, old) if case.snapshot else []
        seconds = time.perf_counter() - start
        outcomes.append(Outcome(case.name, failures, seconds, str(case.span), kept))
    if bench.coverage is not None:
        bench.coverage.leave_out(suite.unreachable)
    return SuiteResult(suite.path, definition.name, definition.type, outcomes, bench.coverage)


def _against(kept: dict[str, Any], old: dict[str, Any]) -> Iterator[str]:
    for path, data in kept.items():
        if path not in old:
            yield f"{path}: there is no snapshot (`velac test --update` writes one)"
        else:
            yield from differences(old[path], data, path)


@final
class Bench:
    """A definition ready to be evaluated any number of times."""

    __slots__ = ("_acts", "_probe", "definition", "error", "marks", "packages", "program")

    def __init__(
        self,
        definition: Definition,
        *,
        coverage: bool = False,
        packages: Packages | None = None,
    ) -> None:
        self.definition = definition
        self.packages = packages
        self.program: Program | None = None
        self.error: CueError | None = None
        self.marks: dict[str, str] = {}
        self._probe: Probe | None = None
        self._acts = False
        file = definition.template
        if file is None:
            return
        try:
            self.program = compile_template(definition, packages)
        except CueError as error:
            self.error = error
            return
        self.marks = field_marks(file.decls, "patch")
        self._acts = definition.type != STEP and any(
            s.path.startswith("vela/") for s in file.imports
        )
        if coverage:
            self._probe = Probe(self.program, file.span.file.name)

    @property
    def coverage(self) -> Coverage | None:
        """What has been reached so far."""
        return self._probe.coverage if self._probe is not None else None

    def context(self, own: dict[str, Any]) -> dict[str, Any]:
        """The context with what a case says about it."""
        return {**(STEP_CONTEXT if self.definition.type == STEP else CONTEXT), **own}

    def value(self, parameter: Any, context: dict[str, Any], returns: dict[str, Any]) -> Value:
        """The template's value. Raises CueError."""
        if self.error is not None:
            raise self.error
        if self.program is None:
            raise CueError([Problem("a terraform definition has no template to test")])
        data = {"context": input_data(context), **nested(input_data(returns))}
        if parameter is not None:
            data["parameter"] = input_data(parameter)
        if self._acts:
            value = evaluate_with_actions(self.program, data, NO_TRACE)
        else:
            value = self.program.evaluate(data)
        if self._probe is not None:
            value.problems()
            self._probe.observe(value)
        return value


@final
class _CaseRun:
    """One case being run."""

    __slots__ = ("bench", "case", "context", "problem", "value")

    def __init__(self, bench: Bench, case: Case) -> None:
        self.bench = bench
        self.case = case
        self.context = bench.context(case.context)
        self.value: Value | None = None
        self.problem: CueError | None = None
        try:
            self.value = bench.value(case.parameter, self.context, case.returns)
        except CueError as error:
            self.problem = error

    def failures(self) -> Iterator[str]:
        """What is not as expected."""
        case = self.case
        status = {key: value for key, value in case.expect.items() if key in _STATUS}
        if status:
            yield from self._status(status)
        if "error" in case.expect:
            yield from self._error(case.expect["error"])
        for path, expected in case.expect.items():
            if path == "workload":
                yield from self._workload(expected)
            elif path != "error" and path not in _STATUS:
                yield from self._compared(path, expected, subset=False)
        for path, expected in case.contains.items():
            yield from self._compared(path, expected, subset=True)
        for path, constraint in case.satisfies.items():
            yield from self._satisfied(path, constraint)
        for path in case.absent:
            if self._find(path) is not None:
                yield f"{path}: should not be there"
        nothing = (case.expect, case.contains, case.satisfies, case.absent, case.snapshot)
        if not any(nothing):
            yield from self._renders()

    def _renders(self) -> Iterator[str]:
        """A case that expects nothing in particular expects no errors."""
        for path in _OUTPUTS:
            found = self._find(path)
            try:
                problems = found.problems(final=True) if found is not None else ()
            except CueError as error:
                problems = error.problems
            yield from map(_line, problems)
        if self.problem is not None:
            yield from map(_line, self.problem.problems)

    def snapshot(self, failures: list[str]) -> dict[str, Any]:
        """The values that the case keeps a snapshot of; what cannot be had is a failure."""
        kept = {}
        for path in self.case.snapshot:
            try:
                kept[path] = self._data(path)
            except CueError as error:
                failures += map(_line, error.problems)
        return kept

    def _find(self, path: str) -> Value | None:
        found = self.value
        for part in path_of(path):
            if found is None:
                return None
            if isinstance(part, int):
                elems = found.node.final().elems or []
                found = Value(elems[part]) if part < len(elems) else found.lookup(str(part))
            else:
                found = found.lookup(part)
        return found

    def _data(self, path: str) -> Any:
        """The data at a path. Raises CueError."""
        if self.problem is not None:
            raise self.problem
        found = self._find(path)
        if found is None:
            assert self.value is not None
            problems = self.value.problems()
            raise CueError(problems or [Problem("does not exist", path)])
        return as_json(found.plain())

    def _compared(self, path: str, expected: Any, *, subset: bool) -> Iterator[str]:
        try:
            yield from differences(expected, self._data(path), path, subset=subset)
        except CueError as error:
            yield from map(_line, error.problems)

    def _satisfied(self, path: str, constraint: str) -> Iterator[str]:
        try:
            data = self._data(path)
            checked = evaluate({"constraint.cue": f"value: {constraint}"}, data={"value": data})
            for problem in checked.problems(final=True):
                where = problem.path.replace("value", path, 1)
                yield f"{where}: {problem.message}"
        except CueError as error:
            yield from map(_line, error.problems)

    def _error(self, expected: Any) -> Iterator[str]:
        of = expected.get("of") if isinstance(expected, dict) else None
        wanted = expected.get("has") if isinstance(expected, dict) else expected
        parts = [wanted] if isinstance(wanted, str) else list(wanted or [])
        told = "\n".join(self._messages(of))
        if not told:
            yield f"no error, expected {shown(expected)}"
        for part in parts:
            if told and str(part) not in told:
                yield f"the error does not say {shown(part)}: {told}"

    def _messages(self, of: str | None) -> list[str]:
        """Everything that is wrong with the value at `of`, or with what the template makes."""
        if self.problem is not None:
            return list(map(_line, self.problem.problems))
        if of == "workload":
            return list(self._workload(None, only_errors=True))
        assert self.value is not None
        paths = [of] if of else [*_OUTPUTS]
        found: list[Problem] = []
        for path in paths:
            value = self._find(path)
            if value is not None:
                found += value.problems(final=True)
            elif of:
                found.append(Problem("does not exist", path))
        found += self.value.problems()
        return [_line(problem) for problem in dict.fromkeys(found)]

    def _workload(self, expected: Any, *, only_errors: bool = False) -> Iterator[str]:
        """The workload in the context after the trait's patch."""
        try:
            patch = self._find("patch")
            if patch is None:
                raise self.problem or CueError([Problem("there is no patch")])
            errs = self._find("errs")
            messages = errs.plain() if errs is not None else []
            if messages:
                raise CueError([Problem(message) for message in messages])
            workload = tree_of(input_data(self.context.get("output") or {}))
            data = as_json(data_of(apply_patch(workload, patch.tree(), self.bench.marks)))
        except CueError as error:
            yield from map(_line, error.problems)
        except PatchFailed as failure:
            yield failure.message
        else:
            if not only_errors:
                yield from differences(expected, data, "workload")

    def _status(self, expected: dict[str, Any]) -> Iterator[str]:
        parameter = self.case.parameter if isinstance(self.case.parameter, dict) else {}
        status = evaluate_status(self.bench.definition, parameter, self.context)
        found = {"isHealth": status.healthy, "message": status.message, "details": status.details}
        for key, value in expected.items():
            wrong = list(differences(value, found[key], key))
            yield from wrong
            if wrong:
                yield from status.problems


def _line(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else problem.message


def totals(results: Iterable[SuiteResult]) -> tuple[int, int]:
    """Cases, and failed ones."""
    listed = list(results)
    return sum(len(r.outcomes) for r in listed), sum(r.failed for r in listed)
