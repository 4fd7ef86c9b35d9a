"""Rego in the conventions of conftest: rules `deny`, `violation` and `warn` (also `deny_…`), whose values are messages.

`input` is an object, once for each rendered object and once for each Application. A file with `_test.rego` is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Severity
from velac.compiler.lint.object_view import ObjectView
from velac.compiler.lint.rule import Finding
from velac.compiler.lint.run import Coded, Subjects
from velac.grammar.source import SourceFile, Span

CODE: Final = "VL403"
CANNOT_RUN: Final = "VL404"
_PACKAGE: Final = re.compile(r"(?m)^\s*package\s+([\w.]+)")
_RULE: Final = re.compile(r"(?m)^(?:deny|violation|warn)(?:_\w+)?\b")
_NAME: Final = re.compile(r"(deny|violation|warn)(_\w+)?")


@final
class RegoPolicies:
    """Rego files as a check of a lint run."""

    __slots__ = ("_interpreter", "_packages", "_sources")

    def __init__(self, sources: Sequence[SourceFile]) -> None:
        self._sources: Final = sources
        self._interpreter: Any = None
        self._packages: Final[dict[str, Span]] = {}
        """The packages that can be run, each with its first rule."""

    def start(self, subjects: Subjects) -> Iterator[Coded]:
        """What the rules say of Applications; files that cannot be run are findings, too."""
        if not self._sources:
            return
        if find_spec("regopy") is None:
            text = "Rego policies cannot be run: the extra `policies` is not installed"
            yield CANNOT_RUN, Finding(text, Span(self._sources[0], 0, 0))
            return
        self._interpreter, packages = _interpreter(self._sources)
        for source in self._sources:
            found = _PACKAGE.search(source.text)
            problem = packages.get(found[1] if found else "", "there is no package")
            if problem:
                text = f"the Rego policy cannot be run: {problem}"
                yield CANNOT_RUN, Finding(text, Span(source, 0, 0))
        places = _places(self._sources)
        for package, problem in packages.items():
            if not problem and package in places:
                self._packages[package] = places[package]
        for app in subjects.apps:
            for severity, message in self._said(app.app.raw):
                if isinstance(message, Finding):
                    yield CANNOT_RUN, message
                else:
                    denied = app.finding(message, app.app.name_span)
                    yield CODE, replace(denied, severity=severity)

    def look(self, view: ObjectView) -> Iterator[Coded]:
        """What the rules deny of an object, or warn of."""
        if not self._packages:
            return
        for severity, message in self._said(view.data):
            if isinstance(message, Finding):
                yield CANNOT_RUN, message
            else:
                yield CODE, replace(view.finding(message), severity=severity)

    def _said(self, data: Any) -> Iterator[tuple[Severity, str | Finding]]:
        """Messages about an input, or that a package failed: it is not asked again."""
        import regopy

        for package, place in [*self._packages.items()]:
            try:
                self._interpreter.set_input_term(json.dumps(data))
                answer = json.loads(str(self._interpreter.query(f"data.{package}")))
            except (regopy.RegoError, ValueError) as error:
                del self._packages[package]
                text = f"the package `{package}` failed: {_reason(error)}"
                yield Severity.ERROR, Finding(text, place)
                continue
            for name, message in _messages(answer):
                yield Severity.WARNING if name.startswith("warn") else Severity.ERROR, message


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
