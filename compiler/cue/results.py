"""The values that a `cue` command is about: of packages, of data beside them, of expressions in their scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from velac.compiler.cue.errors import CueError, Problem, distinct
from velac.compiler.cue.export import Incompleteness, problems, to_data, walk
from velac.compiler.cue.inputs import Inputs
from velac.compiler.cue.node import Node
from velac.compiler.cue.parts import Run
from velac.compiler.cue.paths import check_operands, parse_expression
from velac.compiler.cue.program import Program, budgeted, deep_recursion, problem_of
from velac.grammar import ast
from velac.grammar.record import record
from velac.grammar.source import Span


@record
class Result:
    """One value: its node, the program whose names it knows, and the expression it is of, if any."""

    node: Node
    program: Program
    expression: str = ""
    document: ast.Expr | None = None

    def problems(self, final: bool) -> tuple[Problem, ...]:
        """All fatal errors; with `final` also what is not concrete, told at its place in the data."""
        with deep_recursion(), budgeted():
            found = distinct(problems(self.node, final))
        document = self.document
        return found if document is None else tuple(_placed(p, document) for p in found)

    def plain(self) -> object:
        """Plain data. Raises CueError with every problem."""
        with deep_recursion(), budgeted():
            found = problems(self.node, True)
            if found:
                raise CueError(found)
            try:
                return to_data(self.node)
            except Incompleteness as incomplete:
                where = incomplete.node or self.node
                raise CueError([problem_of(incomplete.bottom, where.path())]) from None


def results(
    inputs: Inputs,
    expressions: Sequence[str] = (),
    schema: str = "",
    *,
    merge: bool = True,
    strict: bool = True,
) -> Iterator[Result]:
    """The values, in the order of the arguments.

    Data is unified with the package beside it, all documents together (`merge`) or one by one; with `schema`,
    each document with the value of that expression. Raises CueError, unless `strict` also for an expression that
    selects from a value with errors.
    """
    parsed = [(text, parse_expression(text, "--expression")) for text in expressions]
    for root, program, document in _roots(inputs, schema, merge):
        if not parsed:
            yield Result(root, program, "", document)
        for text, syntax in parsed:
            with deep_recursion(), budgeted():
                walk(root)
                node = program.expression(root, syntax)
                if strict:
                    check_operands(root, syntax)
            yield Result(node, program, text)


_Root = tuple[Node, Program, "ast.Expr | None"]


def _roots(inputs: Inputs, schema: str, merge: bool) -> Iterator[_Root]:
    instances = list(inputs.instances)
    if inputs.documents and (schema or not merge):
        yield from _checked(inputs, schema)
        return
    if schema:
        raise CueError(
            [Problem("a schema is chosen but there is no data to check", code="V209",
                     help="name a JSON or YAML file, or use -e to see the value")]
        )  # fmt: skip
    if inputs.documents and len(instances) > 1:
        message = f"{len(instances)} packages beside data files"
        raise CueError([Problem(message, code="V209", help="name one package")])
    more = _files(inputs.documents)
    loose = list(inputs.loose.files) if inputs.loose is not None else []
    if inputs.documents:
        beside = instances[0] if instances else inputs.loose
        files = [*(beside.files if beside else ()), *(loose if instances else ()), *more]
        files.sort(key=lambda file: file.span.file.name)
        packages = beside.packages if beside is not None else None
        yield _root(Program.compile(files, local=packages.local if packages else None))
        return
    for instance in instances:
        yield _root(instance.compile())
    if inputs.loose is not None:
        yield _root(inputs.loose.compile())


def _checked(inputs: Inputs, schema: str) -> Iterator[_Root]:
    instance = inputs.schema
    if instance is None:
        raise CueError(
            [Problem("data files without a schema", code="V209",
                     help="name the CUE files or the package to check them against")]
        )  # fmt: skip
    if not schema:
        for document, file in zip(inputs.documents, _files(inputs.documents), strict=True):
            yield _root(instance.compile([file]), document)
        return
    program = instance.compile()
    syntax = parse_expression(schema, "--schema")
    for document in inputs.documents:
        with deep_recursion(), budgeted():
            root = program.root(Run())
            program.expression(root, syntax)  # names are found before data is looked at
            span: Span = document.span
            both = ast.Binary(span, "&", syntax, document, span)
            yield program.expression(root, both), program, document


def _files(documents: Sequence[ast.Expr]) -> list[ast.File]:
    if not documents:
        return []
    from velac.compiler.cue.documents import as_file

    return [as_file(document) for document in documents]


def _root(program: Program, document: ast.Expr | None = None) -> _Root:
    return program.root(Run()), program, document


def _placed(problem: Problem, document: ast.Expr) -> Problem:
    """A problem with its place in the data first."""
    if any(span.file is document.span.file for span in problem.spans):
        return problem
    from velac.compiler.cue.documents import locate

    spans = (locate(document, problem.path), *problem.spans)
    return replace(problem, spans=spans)
