"""Definitions as programs of the CUE engine: compiled once, with what their source says about context and patches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache, partial
from typing import Any, Final, Protocol, TypeAlias, final

from velac.compiler.cue.api import Program, Value, parse
from velac.compiler.cue.builtins.vela import Scope, load
from velac.compiler.cue.errors import CueError
from velac.compiler.cue.legacy import upgrade_file
from velac.compiler.cue.values import NO_TRACE, Decisions
from velac.compiler.load.definition import Definition
from velac.compiler.render.actions import Runners, evaluate_with_actions
from velac.compiler.render.context import Keys
from velac.compiler.render.labels import Labels, free_labels
from velac.compiler.render.markers import field_marks, is_labelled, without_lost_markers
from velac.compiler.render.syntax import children
from velac.grammar import ast
from velac.grammar.record import record

CONTEXT: Final = "context"
PARAMETER: Final = "parameter"
DECLARED: Final = (CONTEXT, PARAMETER)


class Definitions(Protocol):
    """Where definitions come from."""

    def find(self, type_: str, name: str) -> Definition | None:
        """The definition of kind `type_` (`component`, `trait`, …) that a `type: name` or `name@v1` means."""

    def names(self, type_: str) -> Iterable[str]:
        """The names of all definitions of one kind, for suggestions."""


@final
@record
class Extras:
    """What templates of a build can use beyond the built-in packages and the actions that always can be computed."""

    runners: Runners = field(default_factory=dict)
    packages: Mapping[str, Sequence[ast.File]] = field(default_factory=dict)
    """External packages by import path."""
    needs: Mapping[str, str] = field(default_factory=dict)
    """The key of the context that the actions of a package need, by import path."""


NO_EXTRAS: Final = Extras()
Packages: TypeAlias = Callable[[str], Sequence[ast.File] | None]
"""Finds the files of a package that is not CUE's own, by import path."""


@final
class Template:
    """A definition's template, ready to be evaluated."""

    __slots__ = (
        "_acts", "_free", "_runners", "context_keys", "definition", "patch_marks", "program",
    )  # fmt: skip

    def __init__(
        self,
        definition: Definition,
        program: Program,
        file: ast.File,
        extras: Extras = NO_EXTRAS,
    ) -> None:
        self._runners = extras.runners
        self.definition = definition
        self.program = program
        self.context_keys = _with_needs(context_keys(file), file, extras)
        self.patch_marks = field_marks(file.decls, "patch")
        self._acts = any(
            spec.path.startswith("vela/") or spec.path in extras.packages for spec in file.imports
        )
        self._free = frozenset[int]() if self._acts else free_labels(file)

    def scope(self, trace: Decisions) -> Decisions:
        """The trace as one evaluation is to see it; it has to be settled where it is `Labels`."""
        return Labels(trace, self._free) if self._free and trace is not NO_TRACE else trace

    def evaluate(
        self, parameter: Any, context: Mapping[str, Any], trace: Decisions = NO_TRACE
    ) -> Value:
        """The template's value for these properties; `context` has at least the keys it reads."""
        data = {PARAMETER: parameter, CONTEXT: context}
        if self._acts:
            return evaluate_with_actions(self.program, data, trace, self._runners)
        return self.program.evaluate(data, trace=trace)


@final
class Templates:
    """The compiled templates of one build."""

    __slots__ = ("_extras", "_found")

    def __init__(self, extras: Extras = NO_EXTRAS) -> None:
        self._extras = extras
        self._found: dict[Definition, Template | CueError] = {}

    def package(self, path: str) -> Sequence[ast.File] | None:
        """A package that templates may import besides CUE's own."""
        return package(path, self._extras)

    def of(self, definition: Definition) -> Template:
        """The template of a definition. Raises CueError, each time, when it does not compile."""
        found = self._found.get(definition)
        if found is None:
            found = self._found[definition] = _compiled(definition, self._extras)
        if isinstance(found, CueError):
            raise found
        return found


def _compiled(definition: Definition, extras: Extras) -> Template | CueError:
    file = definition.template
    assert file is not None, "a terraform definition has no template"
    try:
        file = without_lost_markers(upgrade_file(file))
        program = Program.compile([file], declare=DECLARED, local=partial(package, extras=extras))
    except CueError as error:
        return error
    return Template(definition, program, file, extras)


def _with_needs(keys: Keys, file: ast.File, extras: Extras) -> Keys:
    """The keys of the context that a template or its actions read."""
    if keys is None:
        return None
    return keys.union(extras.needs[s.path] for s in file.imports if s.path in extras.needs)


def package(path: str, extras: Extras = NO_EXTRAS) -> Sequence[ast.File] | None:
    """The packages that templates of components, traits and policies may import: `vela/*`, and what came with files."""
    if path in extras.packages:
        return extras.packages[path]
    found = load(path, Scope.RENDER) if path.startswith("vela/") else None
    return None if found is None else (_parsed(path, found.source),)


@cache
def _parsed(path: str, source: str) -> ast.File:
    return parse(source, f"{path}.cue")


# ------------------------------------------------------------------------------------ what a source text says


def context_keys(file: ast.File) -> Keys:
    """The keys of `context` that a template reads; None when it may read any (`for k, v in context`)."""
    if any(is_labelled(decl, CONTEXT) for decl in file.decls):
        return None
    keys: set[str] = set()
    pending: list[Any] = [file.decls]
    while pending:
        node = pending.pop()
        if type(node) is tuple:
            pending.extend(node)
            continue
        key = _key_read(node)
        if key is not None:
            keys.add(key)
            continue
        if isinstance(node, ast.Ident) and node.name == CONTEXT:
            return None
        pending.extend(children(node))
    return frozenset(keys)


def _key_read(node: Any) -> str | None:
    """`k` of `context.k` or `context["k"]`."""
    if isinstance(node, ast.Selector) and _is_context(node.expr):
        return node.label.name if isinstance(node.label, ast.Ident) else node.label.value
    if (
        isinstance(node, ast.Index)
        and _is_context(node.expr)
        and isinstance(node.index, ast.StringLit)
    ):
        return node.index.value
    return None


def _is_context(node: Any) -> bool:
    return isinstance(node, ast.Ident) and node.name == CONTEXT
