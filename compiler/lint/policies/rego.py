"""Rego in the conventions of conftest: rules `deny`, `violation` and `warn` (also `deny_…`), whose values are messages.

`input` is an object, once for each rendered object and once for each Application. A file with `_test.rego` is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any, Final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.lint.rule import Finding
from velac.compiler.lint.run import Subjects
from velac.grammar.source import SourceFile, Span

CODE: Final = "VL403"
CANNOT_RUN: Final = "VL404"
_PACKAGE: Final = re.compile(r"(?m)^\s*package\s+([\w.]+)")
_RULE: Final = re.compile(r"(?m)^(?:deny|violation|warn)(?:_\w+)?\b")
_NAME: Final = re.compile(r"(deny|violation|warn)(_\w+)?")


def rego_findings(
    sources: Sequence[SourceFile], subjects: Subjects
) -> Iterator[tuple[str, Finding]]:
    """What the rules deny or warn of; files that cannot be run are findings, too."""
    if not sources:
        return
    if find_spec("regopy") is None:
        text = "Rego policies cannot be run: the extra `policies` is not installed"
        yield CANNOT_RUN, Finding(text, Span(sources[0], 0, 0))
        return
    interpreter, packages = _interpreter(sources)
    for source in sources:
        found = _PACKAGE.search(source.text)
        problem = packages.get(found[1] if found else "", "there is no package")
        if problem:
            yield (
                CANNOT_RUN,
                Finding(f"the Rego policy cannot be run: {problem}", Span(source, 0, 0)),
            )
    places = _places(sources)
    for package, problem in packages.items():
        if not problem and package in places:
            yield from _run(interpreter, package, places[package], subjects)


def _places(sources: Sequence[SourceFile]) -> dict[str, Span]:
    """The packages that have rules, each with its first one."""
    found: dict[str, Span] = {}
    for source in sources:
        package, rule = _PACKAGE.search(source.text), _RULE.search(source.text)
        if package and rule:
            found.setdefault(package[1], Span(source, rule.start(), rule.end()))
    return found


def _interpreter(sources: Sequence[SourceFile]) -> tuple[Any, dict[str, str]]:
    """The interpreter with all modules, and for each package why it cannot be run, or ""."""
    import regopy

    interpreter = regopy.Interpreter()
    interpreter.log_level = regopy.LogLevel.NONE
    packages: dict[str, str] = {}
    for source in sources:
        package = _PACKAGE.search(source.text)
        name = package[1] if package else ""
        try:
            interpreter.add_module(source.name, source.text)
            packages.setdefault(name, "" if package else "there is no package")
        except regopy.RegoError as error:
            packages[name] = _reason(error)
    return interpreter, packages


def _run(
    interpreter: Any, package: str, place: Span, subjects: Subjects
) -> Iterator[tuple[str, Finding]]:
    import regopy

    inputs: list[tuple[Any, Any]] = [(app.app.raw, app) for app in subjects.apps]
    inputs += [(view.data, view) for view in subjects.objects]
    for data, view in inputs:
        try:
            interpreter.set_input_term(json.dumps(data))
            answer = json.loads(str(interpreter.query(f"data.{package}")))
        except (regopy.RegoError, ValueError) as error:
            yield CANNOT_RUN, Finding(f"the package `{package}` failed: {_reason(error)}", place)
            return
        for name, message in _messages(answer):
            severity = Severity.WARNING if name.startswith("warn") else Severity.ERROR
            if hasattr(view, "manifest"):
                found = view.finding(message)
            else:
                found = view.finding(message, view.app.name_span)
            yield CODE, Finding(
                found.message, found.span, found.help, (), found.subject, "", found.clusters, severity
            )  # fmt: skip


def _messages(answer: Any) -> Iterator[tuple[str, str]]:
    for expression in answer.get("expressions") or ():
        for name, value in expression.items() if isinstance(expression, dict) else ():
            if not _NAME.fullmatch(name):
                continue
            # In the older dialect a partial rule is an object whose keys are the messages.
            items = list(value) if isinstance(value, (list, dict)) else [value] if value else []
            yield from ((name, _text(item)) for item in items)


def _text(item: Any) -> str:
    if isinstance(item, str) and item.startswith("{"):
        try:
            item = json.loads(item)
        except ValueError:
            return str(item)
    return str(item.get("msg", item)) if isinstance(item, dict) else str(item)


def _reason(error: Exception) -> str:
    found = re.search(r"errormsg \d+:([^)]*)\)", str(error))
    return found[1] if found else str(error).split("\n")[0][:200]
