"""The library: `export`, `evaluate`, `parse`, `format` over CUE text (re-exported as `velac.cue`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from velac.compiler.cue.errors import CueError, Problem
from velac.compiler.cue.export import Incompleteness, problems, to_plain, walk
from velac.compiler.cue.node import Budget, Node, Run
from velac.compiler.cue.program import (
    Program,
    Value,
    budgeted,
    deep_recursion,
    problem_of,
)
from velac.compiler.cue.resolve import label_of
from velac.compiler.cue.values import FATAL, Bottom
from velac.grammar import ast
from velac.grammar.source import NO_SPAN, SourceFile

__all__ = ["CueError", "Problem", "Program", "Value", "evaluate", "export", "format", "parse"]


def parse(text: str, name: str = "in.cue") -> ast.File:
    """The syntax tree of a file. Raises CueError."""
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse as parse_file

    try:
        return parse_file(SourceFile(name, text))
    except CueSyntaxError as error:
        raise syntax_error(error) from None


def syntax_error(error: Any) -> CueError:
    """A syntax error as the engine's error."""
    return CueError(
        [Problem(p.message, "", (p.span,), False, p.code, p.help) for p in error.problems]
    )


def format(file: ast.File) -> str:
    """Canonical text of a syntax tree."""
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
) -> Value:
    """The value of CUE files given as name → text. Raises CueError for syntax and binding errors."""
    return _compile(files).evaluate(data, budget=budget)


def export(
    files: Mapping[str, str],
    expression: str | None = None,
    *,
    lookup: bool = False,
    out: str | None = None,
) -> Any:
    """What `cue export [-e expression]` prints, as plain data (ints, Decimals, str, bytes, bool, None, list, dict).

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
            return to_plain(node, run)
        except Incompleteness as incomplete:
            where = incomplete.node.path() if incomplete.node is not None else node.path()
            raise CueError([problem_of(incomplete.bottom, where)]) from None


def parse_expression(text: str, name: str = "expression") -> ast.Expr:
    """The syntax tree of an expression. Raises CueError."""
    from velac.grammar.errors import CueSyntaxError
    from velac.grammar.parser import parse_expr

    try:
        return parse_expr(SourceFile(name, text))
    except CueSyntaxError as error:
        raise syntax_error(error) from None


def _labels(syntax: ast.Expr) -> list[str] | None:
    """The labels of a plain path expression."""
    if isinstance(syntax, ast.Ident):
        return [label_of(syntax.name)]
    if isinstance(syntax, ast.Selector):
        base = _labels(syntax.expr)
        if base is None:
            return None
        label = syntax.label
        return [*base, label_of(label.name) if isinstance(label, ast.Ident) else label.value]
    if isinstance(syntax, ast.Index) and isinstance(syntax.index, ast.StringLit):
        base = _labels(syntax.expr)
        return None if base is None else [*base, syntax.index.value]
    return None


def _at_path(root: Node, syntax: ast.Expr) -> Node:
    labels = _labels(syntax)
    if labels is None:
        raise CueError([Problem("not a field path", spans=(syntax.span,))])
    node = root
    for label in labels:
        node.expand()
        found = node.final().arcs.get(label)
        if found is None:
            bottom = node.lookup(label, NO_SPAN)
            assert type(bottom) is Bottom
            raise CueError([problem_of(bottom, node.path())])
        node = found
    return node


def check_operands(root: Node, syntax: ast.Expr) -> None:
    """Raise CueError for `a.b` when `a` holds a fatal error anywhere."""
    labels = _labels(syntax)
    if labels is None or len(labels) < 2:
        return
    node: Any = root
    for label in labels[:-1]:
        node = node.lookup(label, NO_SPAN)
        if type(node) is Bottom:
            return
    problem = node.deep_error()
    if problem is not None and problem.code >= FATAL:
        raise CueError([problem_of(problem, node.path())])
