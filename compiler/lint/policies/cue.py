"""CUE constraints: a file that constrains `application` (an Application object), `object` (a rendered one) or `plan`.

`plan` has `name`, `namespace` and `steps`, each with `name`, `clusters` and `components`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, final

from velac.compiler.cue.api import Program
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.lint.object_view import ObjectView
from velac.compiler.lint.rule import Finding
from velac.compiler.lint.run import Coded, Subjects
from velac.compiler.lint.source_view import AppView
from velac.grammar import ast
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile, Span

CODE: Final = "VL401"
CANNOT_RUN: Final = "VL404"
_SUBJECTS: Final = ("application", "object", "plan")


@final
class CuePolicies:
    """CUE files as a check of a lint run."""

    __slots__ = ("_about_objects", "_sources")

    def __init__(self, sources: Sequence[SourceFile]) -> None:
        self._sources: Final = sources
        self._about_objects: Final[list[Program]] = []

    def start(self, subjects: Subjects) -> Iterator[Coded]:
        """Applications and plans that break the constraints; files that cannot be compiled or constrain nothing."""
        for source in self._sources:
            start = Span(source, 0, 0)
            try:
                file = parse(source)
                named = _named(file)
                program = Program.compile([file])
            except (CueSyntaxError, CueError) as error:
                yield CANNOT_RUN, Finding(f"the CUE policy cannot be compiled: {error}", start)
                continue
            if not named:
                listed = ", ".join(f"`{name}`" for name in _SUBJECTS)
                yield CANNOT_RUN, Finding(f"the CUE policy constrains none of {listed}", start)
            if "application" in named:
                for app in subjects.apps:
                    for problem in _problems(program, "application", app.app.raw):
                        path = _path(problem, "application")
                        yield CODE, app.finding(_message(problem), app.app.origin.span(path))
            if "plan" in named:
                for app in subjects.apps:
                    for problem in _problems(program, "plan", plan_data(app)):
                        yield CODE, app.finding(_message(problem), app.app.name_span)
            if "object" in named:
                self._about_objects.append(program)

    def look(self, view: ObjectView) -> Iterator[Coded]:
        """How an object breaks the constraints."""
        for program in self._about_objects:
            yield from _of_object(program, view)


def _of_object(program: Program, view: ObjectView) -> Iterator[Coded]:
    for problem in _problems(program, "object", view.data):
        yield CODE, view.finding(_message(problem), *_path(problem, "object"))


def _named(file: ast.File) -> set[str]:
    labels = [decl.label for decl in file.decls if isinstance(decl, ast.Field)]
    names = {label.name for label in labels if isinstance(label, ast.Ident)}
    return names & set(_SUBJECTS)


def _problems(program: Program, name: str, data: Any) -> tuple[Problem, ...]:
    try:
        found = program.evaluate({name: data}).lookup(name)
        return () if found is None else tuple(found.problems(final=True))
    except CueError as error:
        return error.problems


def _message(problem: Problem) -> str:
    where = problem.path.partition(".")[2]
    return f"`{where}`: {problem.message}" if where else problem.message


def _path(problem: Problem, root: str) -> tuple[str | int, ...]:
    text = problem.path.removeprefix(root).lstrip(".")
    return tuple(
        int(step) if step.isdigit() else step.strip('"') for step in text.split(".") if step
    )


def plan_data(app: AppView) -> dict[str, Any]:
    """What goes where, as plain data."""
    steps = [
        {
            "name": deployment.step.name,
            "gate": deployment.gate,
            "clusters": [name for target in deployment.targets for name in target.clusters],
            "components": [component.name for component in deployment.components],
        }
        for deployment in app.app.deployments
    ]
    return {"name": app.app.name, "namespace": app.app.namespace or "default", "steps": steps}
