"""The library: `export`, `evaluate`, `parse`, `format` over CUE text (re-exported as `velac.cue`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.export import Incompleteness, problems, to_data, walk
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import Budget, Run
from velac.compiler.cue.paths import check_operands, parse_expression, steps, syntax_error
from velac.compiler.cue.program import (
    Program,
    Value,
    budgeted,
    deep_recursion,
    problem_of,
)
from velac.compiler.cue.value import Value as OpenValue
from velac.compiler.cue.values import Bottom
from velac.grammar import ast
from velac.grammar.source import NO_SPAN, SourceFile

__all__ = [
    "CueError",
    "Problem",
    "Program",
    "Value",
    "evaluate",
    "export",
    "format",
    "load",
    "parse",
]


def parse(text: str, name: str = "in.cue") -> ast.File:
    r"""The syntax tree of a file. Raises CueError.

    >>> from velac import cue
    >>> [decl.label.name for decl in cue.parse("a: 1\nb: 2").decls]
    ['a', 'b']
    """
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse as parse_file

    try:
        return parse_file(SourceFile(name, text))
    except CueSyntaxError as error:
        raise syntax_error(error) from None


def format(file: ast.File) -> str:
    r"""Canonical text of a syntax tree, comments and the author's line breaks kept.

    >>> from velac import cue
    >>> print(cue.format(cue.parse("a:1 // one\nlong:   2")), end="")
    a:    1 // one
    long: 2
    """
    from velac.grammar.format import format as format_file

    return format_file(file)


def _package_files(files: Mapping[str, str]) -> tuple[list[ast.File], dict[str, list[ast.File]]]:
    """The files of the instance to evaluate, and those of a module's other packages by import path."""
    module = files.get("cue.mod/module.cue")
    texts = {name: text for name, text in files.items() if not name.startswith("cue.mod/")}
    prefix = _module_path(module) if module is not None else ""
    main: list[ast.File] = []
    others: dict[str, list[ast.File]] = {}
    for name, text in texts.items():
        folder, _, _ = name.rpartition("/")
        file = parse(text, name)
        if prefix and folder:
            others.setdefault(f"{prefix}/{folder}", []).append(file)
        else:
            main.append(file)
    for name, text in files.items():
        for root in ("cue.mod/pkg/", "cue.mod/usr/", "cue.mod/gen/"):
            if name.startswith(root) and name.endswith(".cue"):
                folder = name[len(root) :].rpartition("/")[0]
                others.setdefault(folder, []).append(parse(text, name))
    return main, others


def _module_path(text: str) -> str:
    value = Program.compile([parse(text, "cue.mod/module.cue")]).evaluate().plain()
    path = value.get("module", "") if isinstance(value, dict) else ""
    return str(path).partition("@")[0]


def _compile(files: Mapping[str, str]) -> Program:
    main, others = _package_files(files)
    names = {f.package.name for f in main if f.package is not None}
    if len(names) > 1:
        spans = tuple(f.package.span for f in main if f.package is not None)
        raise CueError(
            [Problem(f"found packages {', '.join(sorted(names))} in one instance", spans=spans)]
        )

    def local(path: str) -> Sequence[ast.File] | None:
        bare, _, qualifier = path.partition(":")
        found = others.get(bare) or others.get(bare.partition("@")[0])
        if found is None:
            return None
        wanted = qualifier or bare.rsplit("/", 1)[-1].partition("@")[0]
        matching = [f for f in found if f.package is not None and f.package.name == wanted]
        return matching or found

    return Program.compile(main, local=local)


def evaluate(
    files: Mapping[str, str], *, data: Mapping[str, Any] | None = None, budget: Budget | None = None
) -> OpenValue:
    r"""The value of CUE files given as name → text; `data` is unified with it at file level.

    Raises CueError for syntax errors and names that lead nowhere; other errors are found when the value is read.

    >>> from velac import cue
    >>> value = cue.evaluate({"a.cue": "name: string, greeting: \"hello \\(name)\""}, data={"name": "you"})
    >>> value.plain()
    {'name': 'you', 'greeting': 'hello you'}
    """
    return OpenValue(_compile(files).evaluate(data, budget=budget).node)


def load(*paths: str, tags: Sequence[str] = ()) -> OpenValue:
    """The value of files or a directory on disk, with imports of its module and data files beside it.

    What `velac cue eval PATH...` evaluates. Raises CueError; `tags` are those of `-t`.
    """
    from velac.compiler.cue.inputs import read_inputs
    from velac.compiler.cue.results import results

    found = list(results(read_inputs(paths, tags)))
    if len(found) != 1:
        raise CueError([Problem(f"the paths make {len(found)} packages, not one", code="V209")])
    return OpenValue(found[0].node)


def export(
    files: Mapping[str, str],
    expression: str | None = None,
    *,
    lookup: bool = False,
    out: str | None = None,
) -> Any:
    """What `cue export [-e expression]` prints, as plain data (ints, Decimals, str, bytes, bool, None, list, dict).

    >>> from velac import cue
    >>> cue.export({"a.cue": "a: b + 1, b: 2"})
    {'a': 3, 'b': 2}
    >>> cue.export({"a.cue": "a: b + 1, b: 2"}, "a * 10")
    30

    `lookup`: `expression` is a path; the node there is exported whatever its siblings' errors. `out="yaml"`: the text of
    `cue export --out yaml` instead. Raises CueError with every problem and all positions.
    """
    data = export_program(_compile(files), expression, lookup=lookup)
    if out == "yaml":
        from velac.compiler.cue.yamltext import marshal

        return marshal(data)
    return data


def export_program(program: Program, expression: str | None = None, *, lookup: bool = False) -> Any:
    """The same for a compiled program."""
    run = Run()
    root = program.root(run)
    with deep_recursion(), budgeted():
        node: Node = root
        if expression is not None:
            syntax = parse_expression(expression)
            if not lookup:
                walk(root)
            node = _at_path(root, syntax) if lookup else program.expression(root, syntax)
            if not lookup:
                check_operands(root, syntax)
        try:
            found = problems(node, True)
            if found:
                raise CueError(found)
            return to_data(node)
        except Incompleteness as incomplete:
            where = incomplete.node.path() if incomplete.node is not None else node.path()
            raise CueError([problem_of(incomplete.bottom, where)]) from None


def _at_path(root: Node, syntax: ast.Expr) -> Node:
    node = root
    for label in steps(syntax):
        node.expand()
        holder = node.final()
        if isinstance(label, int):
            found = holder.elems[label] if holder.elems and label < len(holder.elems) else None
        else:
            found = holder.arcs.get(label)
        if found is None:
            bottom = node.lookup(str(label), NO_SPAN)
            assert type(bottom) is Bottom
            raise CueError([problem_of(bottom, node.path())])
        node = found
    return node
