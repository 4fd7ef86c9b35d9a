"""The template of any definition as a program, workflow steps included: what the workbench evaluates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Final

from velac.compiler.cue.api import Program, parse
from velac.compiler.cue.builtins.vela import Scope, load
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.legacy import upgrade_file
from velac.compiler.cue.names import label_of
from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.load.definition import POLICY, STEP, Definition
from velac.grammar import ast

DECLARED: Final = ("context", "parameter")
Packages = Mapping[str, Sequence[ast.File]]
"""External packages in CUE, given as files, by import path."""


def scope_of(definition: Definition) -> Scope:
    """What a definition's template may import."""
    if definition.type == STEP:
        return Scope.WORKFLOW
    if definition.type == POLICY and definition.spec.get("scope") == "Application":
        return Scope.POLICY
    return Scope.RENDER


def compile_template(definition: Definition, packages: Packages | None = None) -> Program:
    """The template as a program. Raises CueError; a terraform definition has none (ValueError)."""
    file = definition.template
    if file is None:
        raise ValueError(f"the definition `{definition.name}` has no template")
    return Program.compile(
        [upgrade_file(file)], declare=DECLARED, local=finder(scope_of(definition), packages)
    )


def finder(
    scope: Scope, packages: Packages | None = None
) -> Callable[[str], Sequence[ast.File] | None]:
    """Finds `vela/*` packages of a scope, and external ones."""

    def find(path: str) -> Sequence[ast.File] | None:
        given = packages.get(path) if packages else None
        if given is not None:
            return given
        package = load(path, scope) if path.startswith("vela/") else None
        return None if package is None else (_parsed(path, package.source),)

    return find


def problem_diagnostic(problem: Problem) -> Diagnostic:
    """A problem of the engine that has nothing to do with an Application."""
    text = f"`{problem.path}`: {problem.message}" if problem.path else problem.message
    spans = [s for s in problem.spans if s.file.text]
    return Diagnostic(problem.code, text, tuple(Label(span) for span in spans), help=problem.help)


@cache
def _parsed(path: str, source: str) -> ast.File:
    return parse(source, f"{path}.cue")


def nested(results: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted path as nested data of the engine: `req.$returns` is a field of `req`, `_x` a hidden one.

    Raises CueError where one path goes on below the value of another.
    """
    root: dict[str, Any] = {}
    for path, value in results.items():
        here = root
        *parents, last = path.split(".")
        for label in parents:
            here = here.setdefault(label_of(label), {})
            if not isinstance(here, dict):
                raise CueError([Problem("this is given as a whole and in parts", path)])
        here[label_of(last)] = value
    return root
