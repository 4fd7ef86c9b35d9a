"""Strict parameters: what a definition declares against what an Application gives.

Upstream ignores unknown parameters and misses a required one only where the output needs it. A build is strict: the
properties are unified with the template's `parameter` as if that were a CUE definition, which is closed at every
depth, and everything in it has to be concrete. The template itself is not touched by this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from operator import is_not
from typing import Any, Final

from velac.compiler.cue.api import Program
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.values import NO_TRACE, Decisions
from velac.compiler.load.definition import Definition
from velac.compiler.render.shape import flatten, leafed
from velac.compiler.render.trace import DecisionTree, Trace
from velac.grammar import ast
from velac.grammar.source import Span

_PARAMETER: Final = "parameter"
_CLOSED: Final = "#velacParameter"


class Parameters:
    """The declared parameters of the definitions of one build.

    What a definition accepts is traced, as renderings are: properties of a known shape that answer the same
    questions are accepted without the engine.
    """

    __slots__ = ("_accepted", "_programs")

    def __init__(self) -> None:
        self._programs: dict[int, Program | None] = {}
        self._accepted: dict[tuple[Any, ...], DecisionTree[bool]] = {}

    def problems(
        self, definition: Definition, properties: Mapping[str, Any], context: Mapping[str, Any]
    ) -> tuple[Problem, ...]:
        """Unknown, missing and mistyped parameters; empty where the template cannot say (the renderer will)."""
        if definition.template is None:
            return ()
        key = id(definition)
        if key not in self._programs:
            self._programs[key] = _closed_program(definition.template)
        program = self._programs[key]
        if program is None:
            return ()
        data = {_PARAMETER: dict(properties), "context": dict(context)}
        shape: list[Any] = [key]
        vector: list[Any] = []
        flatten(data, shape, vector)
        accepted = self._accepted.setdefault(tuple(shape), DecisionTree())
        if accepted.find(vector):
            return ()
        trace = Trace()
        if accepted.count < _MAX_TRACES and not _problems(program, leafed(data, []), trace):
            accepted.add(trace, True)
            return ()
        return _problems(program, data, NO_TRACE)


_MAX_TRACES: Final = 64


def _problems(program: Program, data: dict[str, Any], trace: Decisions) -> tuple[Problem, ...]:
    try:
        parameter = program.evaluate(data, trace=trace).lookup(_PARAMETER)
        return () if parameter is None else parameter.problems(final=True)
    except CueError as error:
        return error.problems


def _closed_program(file: ast.File) -> Program | None:
    """The template with its declared parameters closed; None when they are not plainly declared."""
    declared = [decl for decl in file.decls if _declares(decl)]
    if any(_hides_parameter(decl) for decl in file.decls):
        return None
    decls = [_as_closed(d) if _declares(d) else d for d in map(_opened, file.decls)]
    span = declared[0].span if declared else file.span
    reference: ast.Expr = ast.Ident(span, _CLOSED)
    if not declared:
        reference = ast.Call(span, ast.Ident(span, "close"), (ast.StructLit(span, (), True),))
    decls.append(_field(span, _PARAMETER, reference))
    closed = ast.File(file.span, file.package, file.imports, tuple(decls), file.comments)
    try:
        return Program.compile([closed], declare=("context",))
    except CueError:
        return None


def _declares(decl: ast.Decl) -> bool:
    if not isinstance(decl, ast.Field):
        return False
    match decl.label:
        case ast.Ident():
            return decl.label.name == _PARAMETER
        case ast.StringLit():
            return decl.label.value == _PARAMETER
    return False


def _hides_parameter(decl: ast.Decl) -> bool:
    """Whether a comprehension or embedding adds to the parameters, so that closing them would be wrong."""
    if isinstance(decl, ast.Comprehension):
        return any(_declares(inner) or _hides_parameter(inner) for inner in decl.value.decls)
    if isinstance(decl, ast.Embedding):
        return not isinstance(decl.expr, ast.StructLit) or any(map(_declares, decl.expr.decls))
    return isinstance(decl, ast.Field) and decl.alias is not None and _declares(decl)


def _as_closed(field: ast.Decl) -> ast.Decl:
    assert isinstance(field, ast.Field)
    return _field(field.span, _CLOSED, field.value, field.doc)


def _opened(node: Any) -> Any:
    """The same syntax with `{...}` for every `{}`: an empty struct says "any object", also inside a definition."""
    if type(node) is tuple:
        items = tuple(map(_opened, node))
        return items if any(map(is_not, items, node)) else node
    if isinstance(node, ast.StructLit) and not node.decls:
        return ast.StructLit(node.span, (ast.Ellipsis(node.span, None),), node.braces)
    if isinstance(node, Span) or not is_dataclass(node) or isinstance(node, type):
        return node
    changed = {}
    for item in fields(node):
        old = getattr(node, item.name)
        new = _opened(old)
        if new is not old:
            changed[item.name] = new
    return replace(node, **changed) if changed else node


def _field(span: Span, name: str, value: ast.Expr, doc: tuple[str, ...] = ()) -> ast.Field:
    return ast.Field(span, ast.Ident(span, name), "", value, None, (), doc)
