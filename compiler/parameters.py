"""Strict parameters: what a definition declares against what an Application gives.

Upstream ignores unknown parameters and misses a required one only where the output needs it. A build is strict: the
properties are unified with the template's `parameter` as if that were a CUE definition, which is closed at every
depth, and everything in it has to be concrete. The template itself is not touched by this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from operator import is_not
from typing import TYPE_CHECKING, Any, Final

from velac.compiler.cue.api import Program
from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.values import NO_TRACE, Decisions
from velac.compiler.load.definition import Definition
from velac.compiler.render.context import Keys
from velac.compiler.render.engine import Packages, context_keys, package
from velac.compiler.render.numbers import input_data
from velac.compiler.render.shape import flatten, leafed
from velac.compiler.render.trace import DecisionTree, Trace, Unanswerable
from velac.grammar import ast
from velac.grammar.source import Span

if TYPE_CHECKING:
    from velac.compiler.render.terraform_variables import Variables

_PARAMETER: Final = "parameter"
_CLOSED: Final = "#velacParameter"
_MAX_TRACES: Final = 64


class Parameters:
    """The declared parameters of the definitions of one build.

    Most properties differ from others only in strings and numbers. A check that went well is therefore traced, and
    holds for all properties of the same shape that answer its questions alike.
    """

    __slots__ = ("_declared", "_good", "_modules", "_packages")

    def __init__(self, packages: Packages = package) -> None:
        self._packages = packages
        self._modules: dict[Definition, Variables | None] = {}
        self._declared: dict[int, _Declared | None] = {}
        self._good: dict[Any, DecisionTree[bool]] = {}

    def _variables(
        self, definition: Definition, properties: Mapping[str, Any]
    ) -> tuple[Problem, ...]:
        """What is wrong with the variables of a Terraform module; nothing where they are not known."""
        if definition not in self._modules:
            from velac.compiler.render.terraform_variables import variables_of

            self._modules[definition] = variables_of(definition)
        variables = self._modules[definition]
        return () if variables is None else variables.problems(properties)

    def problems(
        self,
        definition: Definition,
        properties: Mapping[str, Any],
        context: Callable[[Keys], Mapping[str, Any]],
    ) -> tuple[Problem, ...]:
        """Unknown, missing and mistyped parameters; empty where the template cannot say (the renderer will).

        `context` is asked for those keys of the context that the declaration reads. Raises Rejected where a Terraform
        module of the repository cannot be read.
        """
        if definition.terraform is not None:
            return self._variables(definition, properties)
        declared = self._of(definition)
        if declared is None:
            return ()
        keys = declared.context_keys
        more = input_data(dict(context(keys))) if keys is None or keys else {}
        shape: list[Any] = []
        vector: list[Any] = []
        flatten(properties, shape, vector)
        if more:
            flatten(more, shape, vector)
        tree = self._good.setdefault((id(definition), tuple(shape)), DecisionTree())
        if _accepted(tree, vector):
            return ()
        if tree.count < _MAX_TRACES:
            trace = Trace()
            slots: list[Any] = []
            given = input_data(leafed(properties, slots))
            if not declared.problems(given, leafed(more, slots), trace):
                tree.add(trace, True)
                return ()
        return declared.problems(input_data(properties), more, NO_TRACE)

    def are_known_good(self, definition: Definition, shape: Any, vector: list[Any]) -> bool:
        """Whether an earlier check of this shape holds for these leaves too."""
        tree = self._good.get((id(definition), shape))
        return tree is not None and _accepted(tree, vector)

    def _of(self, definition: Definition) -> _Declared | None:
        key = id(definition)
        if key not in self._declared:
            template = definition.template
            self._declared[key] = (
                _declared(template, self._packages) if template is not None else None
            )
        return self._declared[key]


def _accepted(tree: DecisionTree[bool], vector: list[Any]) -> bool:
    try:
        return tree.find(vector) is not None
    except Unanswerable:
        return False


class _Declared:
    """The parameters that one template declares, closed."""

    __slots__ = ("_program", "context_keys")

    def __init__(self, program: Program, context_keys: Keys) -> None:
        self._program = program
        self.context_keys = context_keys

    def problems(
        self, properties: Mapping[str, Any], context: Mapping[str, Any], trace: Decisions
    ) -> tuple[Problem, ...]:
        """What is wrong with properties."""
        try:
            value = self._program.evaluate(
                {_PARAMETER: dict(properties), "context": dict(context)}, trace=trace
            )
            parameter = value.lookup(_PARAMETER)
            return () if parameter is None else parameter.problems(final=True)
        except CueError as error:
            return error.problems


def _declared(file: ast.File, packages: Packages) -> _Declared | None:
    """The parameters of a template; None when they are not plainly declared.

    Definitions and hidden fields are all that a declaration usually needs, if any; where it needs more, the whole
    template comes along.
    """
    if any(_hides_parameter(decl) for decl in file.decls):
        return None
    for decls in (_needed(file.decls), file.decls):
        reduced = ast.File(file.span, file.package, _used_imports(file, decls), decls, ())
        program = _closed_program(reduced, packages)
        if program is not None:
            return _Declared(program, context_keys(reduced))
    return None


def _needed(decls: tuple[ast.Decl, ...]) -> tuple[ast.Decl, ...]:
    """The declarations of `parameter`, and what they refer to: definitions, hidden fields, `let`."""
    private: dict[str, list[ast.Decl]] = {}
    for decl in decls:
        private.setdefault(_private_name(decl), []).append(decl)
    private.pop("", None)
    needed = [decl for decl in decls if _declares(decl)]
    found = set(map(id, needed))
    while needed:
        for name in _identifiers(needed.pop()):
            more = private.pop(name, [])
            needed += more
            found.update(map(id, more))
    return tuple(decl for decl in decls if id(decl) in found)


def _private_name(decl: ast.Decl) -> str:
    if isinstance(decl, ast.LetClause):
        return decl.name.name
    name = (
        decl.label.name if isinstance(decl, ast.Field) and isinstance(decl.label, ast.Ident) else ""
    )
    return name if name.startswith(("#", "_")) else ""


def _used_imports(file: ast.File, decls: tuple[ast.Decl, ...]) -> tuple[ast.ImportSpec, ...]:
    """CUE refuses an import that nothing refers to."""
    names = _identifiers(decls)
    return tuple(spec for spec in file.imports if _local_name(spec) in names)


def _local_name(spec: ast.ImportSpec) -> str:
    if spec.name is not None:
        return spec.name.name
    path, _, qualifier = spec.path.partition(":")
    return qualifier or path.rsplit("/", 1)[-1]


def _identifiers(node: Any) -> set[str]:
    found: set[str] = set()
    pending = [node]
    while pending:
        here = pending.pop()
        if type(here) is tuple:
            pending.extend(here)
        elif isinstance(here, ast.Ident):
            found.add(here.name)
        elif is_dataclass(here) and not isinstance(here, type):
            pending.extend(getattr(here, item.name) for item in fields(here))
    return found


def _closed_program(file: ast.File, packages: Packages) -> Program | None:
    """The file with its declared parameters closed; None when it does not compile."""
    declared = [decl for decl in file.decls if _declares(decl)]
    decls = [_as_closed(d) if _declares(d) else d for d in map(_opened, file.decls)]
    span = declared[0].span if declared else file.span
    reference: ast.Expr = ast.Ident(span, _CLOSED)
    if not declared:
        reference = ast.Call(span, ast.Ident(span, "close"), (ast.StructLit(span, (), True),))
    decls.append(_field(span, _PARAMETER, reference))
    closed = ast.File(file.span, file.package, file.imports, tuple(decls), ())
    try:
        return Program.compile([closed], declare=("context",), local=packages)
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
