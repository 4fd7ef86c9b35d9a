"""Problems of a template as diagnostics that point at the author's line first and at the definition second."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn, final

from velac.compiler.cue.errors import Problem
from velac.compiler.cue.leaf import Leaf
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.ir.values import EMPTY, Path, Values
from velac.grammar.record import record
from velac.grammar.source import NOWHERE, Span

_PART: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|[^.]+')
_BUDGET: Final = "V208"
_PARAMETER: Final = "parameter"
_NOTHING: Final = object()
_SCALAR: Final = re.compile(r"-?\d+(\.\d+)?|true|false")


@final
@record
class Subject:
    """What is rendered: `component `web``, `trait `env` of component `web``, `policy `lock``.

    `origin` is the whole item in the Application, `properties` its properties (None when there are none).
    """

    text: str
    origin: Values = EMPTY
    properties: Values | None = None

    def reject(self, code: str, message: str, *spans: Span, help: str = "") -> NoReturn:
        """Stop with one diagnostic about this item."""
        raise Rejected(self.diagnostic(code, message, *spans, help=help))

    def diagnostic(
        self,
        code: str,
        message: str,
        *spans: Span,
        path: Path | None = None,
        help: str = "",
        key: bool = False,
    ) -> Diagnostic:
        """A diagnostic whose first place is the item, or its property at `path`: the value, or with `key` its name."""
        place = self.place(path, key=key)
        labels = [Label(place)] if place.file is not NOWHERE else []
        labels += [Label(span, "in the definition") for span in spans if span != place]
        return Diagnostic(code, f"{self.text}: {message}", tuple(labels), help=help)

    def place(self, path: Path | None, *, key: bool = False) -> Span:
        """Where the property at `path` (or its nearest written parent) stands; without a path, the item's type."""
        if path is not None and self.properties is not None:
            found = self.properties.key_span(path) if key else self.properties.span(path)
            if found.file is not NOWHERE:
                return found
        return self.origin.span(("type",))


def component_subject(name: str | Leaf, origin: Values, properties: Values | None) -> Subject:
    """The subject of a component."""
    return Subject(f"component `{_plain(name)}`", origin, properties)


def trait_subject(
    type_: str, component: str | Leaf, origin: Values, properties: Values | None
) -> Subject:
    """The subject of a trait."""
    return Subject(f"trait `{type_}` of component `{_plain(component)}`", origin, properties)


def _plain(name: str | Leaf) -> str:
    """A name in a message; in a trace it is a leaf, which a message must neither show nor pin."""
    return str(name.value) if type(name) is Leaf else str(name)


def reject_problems(
    subject: Subject,
    problems: Iterable[Problem],
    *,
    help: str = "",
    prefix: str = "",
    code: str = "V701",
) -> NoReturn:
    """Stop with `problem_diagnostics`."""
    raise Rejected(*problem_diagnostics(subject, problems, help=help, prefix=prefix, code=code))


def problem_diagnostics(
    subject: Subject,
    problems: Iterable[Problem],
    *,
    help: str = "",
    prefix: str = "",
    code: str = "V701",
) -> list[Diagnostic]:
    """One diagnostic per problem, those at parameters first; `prefix` says what was being done.

    A value that is missing only because a parameter is, is not told on top of the parameter.
    """
    found = _origins(problems)
    missing = any(_at_parameter(p) and p.incomplete for p in found)
    told = [p for p in found if _at_parameter(p) or not (missing and p.incomplete)]
    told.sort(key=lambda p: (not _at_parameter(p), p.path, p.message))
    return [_diagnostic(subject, problem, help, prefix, code) for problem in told]


def _origins(problems: Iterable[Problem]) -> list[Problem]:
    """Each error once: a reference to a field in error repeats its message and places elsewhere."""
    chosen: dict[tuple[object, ...], Problem] = {}
    for problem in problems:
        key = (problem.message, problem.spans or problem.path)
        other = chosen.get(key)
        if other is None or _distance(problem) < _distance(other):
            chosen[key] = problem
    return list(chosen.values())


def _distance(problem: Problem) -> tuple[bool, bool, int, str]:
    """Orders the places of one error: the one where it arises first, as far as paths tell."""
    made = problem.path.partition(".")[0] in ("output", "outputs", "patch", "patchOutputs")
    return not _at_parameter(problem), made, len(problem.path), problem.path


def _at_parameter(problem: Problem) -> bool:
    return problem.path == _PARAMETER or problem.path.startswith(_PARAMETER + ".")


def _diagnostic(
    subject: Subject, problem: Problem, help: str, prefix: str, general: str
) -> Diagnostic:
    # Data that the renderer hands to the engine has no place of its own.
    spans = tuple(s for s in problem.spans if s.file is not NOWHERE and s.file.text)
    advice = problem.help or help
    if not _at_parameter(problem):
        where = f"`{problem.path}`: " if problem.path else ""
        message = f"{prefix}{where}{problem.message}"
        code = _BUDGET if problem.code == _BUDGET else general
        return subject.diagnostic(code, message, *spans, help=advice)
    path = path_of(problem.path)[1:]
    if problem.incomplete and not _given(subject, path):
        message = f"`{problem.path}` is required ({problem.message})"
        return subject.diagnostic("V703", message, *spans, path=path, help=advice)
    message = f"`{problem.path}`: {problem.message}"
    code = "V702" if problem.message == "field not allowed" else "V704"
    code = problem.code if problem.code.startswith("V7") else code
    if code == "V704":
        advice = advice or _quotes(_value(subject, path), problem.message)
    return subject.diagnostic(code, message, *spans, path=path, help=advice, key=code == "V702")


def _quotes(value: Any, message: str) -> str:
    """What to do about a scalar whose YAML form made it something else than was meant."""
    types = message.rpartition("mismatched types ")[2].rstrip(")").split(" and ")
    if len(types) != 2 or "string" not in types:
        return ""
    if isinstance(value, (bool, int, float)):
        return "put the value into quotes"
    if isinstance(value, str) and _SCALAR.fullmatch(value):
        wanted = {"bool"} if value in ("true", "false") else {"int", "float", "number"}
        if not wanted.isdisjoint(re.findall(r"\w+", " ".join(types))):
            return "write the value without quotes"
    return ""


def _given(subject: Subject, path: Path) -> bool:
    return _value(subject, path) is not _NOTHING


def _value(subject: Subject, path: Path) -> Any:
    here: Any = subject.properties.data if subject.properties is not None else None
    for part in path:
        try:
            here = here[part]
        except (TypeError, KeyError, IndexError):
            return _NOTHING
    return here


def path_of(text: str) -> Path:
    """`a."b.c".0` as labels; a number is taken for an index."""
    parts: list[str | int] = []
    for match in _PART.finditer(text):
        quoted = match[1]
        if quoted is not None:
            parts.append(re.sub(r"\\(.)", r"\1", quoted))
        else:
            parts.append(int(match[0]) if match[0].isdecimal() else match[0])
    return tuple(parts)
