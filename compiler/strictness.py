"""How strictly a build judges what upstream accepts in silence, and those judgements that need the whole component.

The project file sets the severity of each check (`strictness`), `compat: true` restores upstream's silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, Final, final

from velac.compiler.cue.errors import Problem
from velac.compiler.diagnostics.model import Diagnostic, Severity
from velac.compiler.ir.scope import plural_of
from velac.compiler.load.definition import Definition
from velac.compiler.render.report import Subject, path_of, problem_diagnostics
from velac.grammar import ast

DEFAULTS: Final = {
    "undeclaredParameter": "error",
    "undeclaredNested": "warning",
    "unusedParameter": "warning",
    "conflictingTraits": "warning",
    "traitDoesNotApply": "warning",
    "unknownKind": "warning",
}
_NOT_ALLOWED: Final = "field not allowed"
_ANY: Final = "*"
_LABEL: Final = "labelSelector:"


@final
class Strictness:
    """The severities of one project; None for a check that is off."""

    __slots__ = ("_severities", "_useless", "compat")

    def __init__(self, settings: Mapping[str, str] | None = None, compat: bool = False) -> None:
        self.compat = compat
        chosen = {**dict.fromkeys(DEFAULTS, "off")} if compat else {**DEFAULTS, **(settings or {})}
        self._severities = {
            name: None if word == "off" else Severity(word) for name, word in chosen.items()
        }
        self._useless: dict[Definition, frozenset[str]] = {}

    def of(self, check: str) -> Severity | None:
        """The severity of a check."""
        return self._severities[check]

    def judged(
        self, subject: Subject, problems: Iterable[Problem]
    ) -> tuple[list[Diagnostic], bool]:
        """Problems of parameters as diagnostics of their severity, and whether rendering can go on."""
        found: list[Diagnostic] = []
        sound = True
        rest: list[Problem] = []
        for problem in problems:
            if problem.message != _NOT_ALLOWED:
                rest.append(problem)
                continue
            deep = len(path_of(problem.path)) > 2
            severity = self.of("undeclaredNested" if deep else "undeclaredParameter")
            if severity is not None:
                found += _with_severity(problem_diagnostics(subject, [problem]), severity)
                sound &= severity is not Severity.ERROR
        if rest and not self.compat:
            found += problem_diagnostics(subject, rest)
            sound = False
        return found, sound

    def unused(
        self, subject: Subject, definition: Definition, parameter: Mapping[str, Any]
    ) -> Iterator[Diagnostic]:
        """Parameters that are given although the template reads none of that name."""
        severity = self.of("unusedParameter")
        read = parameters_read(definition.template) if severity and definition.template else None
        if severity is None or read is None:
            return
        for name in parameter:
            if name in declared_parameters(definition.template) and name not in read:
                text = f"`parameter.{name}` has no effect: the template does not read it"
                yield from _with_severity(
                    [subject.diagnostic("V713", text, path=(name,))], severity
                )

    def useless(self, definition: Definition) -> frozenset[str]:
        """The parameters that `unused` would tell about."""
        found = self._useless.get(definition)
        if found is None:
            found = self._useless[definition] = self._useless_of(definition)
        return found

    def _useless_of(self, definition: Definition) -> frozenset[str]:
        if self.of("unusedParameter") is None or definition.template is None:
            return frozenset()
        read = parameters_read(definition.template)
        return frozenset() if read is None else declared_parameters(definition.template) - read

    def misplaced(
        self,
        subject: Subject,
        component: Definition,
        trait: Definition,
        others: Iterable[Definition],
    ) -> Iterator[Diagnostic]:
        """A trait beside others of its component: conflicts, and whether it applies to the workload at all."""
        severity = self.of("conflictingTraits")
        rules = trait.spec.get("conflictsWith")
        if severity is not None and isinstance(rules, list) and rules:
            for other in others:
                if other is not trait and _conflicts(rules, other):
                    text = f"it says that it conflicts with the trait `{other.name}`"
                    yield from _with_severity([subject.diagnostic("V714", text)], severity)
        severity = self.of("traitDoesNotApply")
        rules = trait.spec.get("appliesToWorkloads")
        if severity is not None and isinstance(rules, list) and rules:
            names = _workload_names(component)
            if names and not any(_applies(rule, names) for rule in rules):
                listed = ", ".join(map(str, rules))
                text = f"it applies to {listed}, not to components of type `{component.name}`"
                yield from _with_severity([subject.diagnostic("V715", text)], severity)


def _with_severity(found: Iterable[Diagnostic], severity: Severity) -> list[Diagnostic]:
    return [
        Diagnostic(d.code, d.message, d.labels, severity, d.notes, d.help, d.fix) for d in found
    ]


# --------------------------------------------------------------------------------------------- what is read


@lru_cache(maxsize=4096)
def parameters_read(file: ast.File | None) -> frozenset[str] | None:
    """The names `n` of all `parameter.n` in a template; None where it uses the parameters as a whole."""
    names: set[str] = set()
    pending: list[Any] = [file.decls if file is not None else ()]
    while pending:
        node = pending.pop()
        if type(node) is tuple:
            pending.extend(node)
            continue
        name = _name_read(node)
        if name is not None:
            names.add(name)
            continue
        if isinstance(node, ast.Ident) and node.name == "parameter":
            return None
        if isinstance(node, ast.Field):
            pending.append(node.value)
            if not isinstance(node.label, ast.Ident):
                pending.append(node.label)
        elif isinstance(node, ast.Selector):
            pending.append(node.expr)
        elif hasattr(node, "__dataclass_fields__"):
            pending.extend(getattr(node, item.name) for item in fields(node))
    return frozenset(names)


def _name_read(node: Any) -> str | None:
    """`n` of `parameter.n`, `parameter["n"]` and `context.parameter.n`; parameters by any other way count as whole."""
    if isinstance(node, ast.Selector) and _is_parameter(node.expr):
        return node.label.name if isinstance(node.label, ast.Ident) else node.label.value
    if isinstance(node, ast.Index) and isinstance(node.index, ast.StringLit):
        return node.index.value if _is_parameter(node.expr) else None
    return None


def _is_parameter(node: Any) -> bool:
    return isinstance(node, ast.Ident) and node.name == "parameter"


@lru_cache(maxsize=4096)
def declared_parameters(file: ast.File | None) -> frozenset[str]:
    """The parameters that a template declares by name, at the top."""
    names: set[str] = set()
    for decl in file.decls if file is not None else ():
        if isinstance(decl, ast.Field) and _label(decl) == "parameter":
            value = decl.value
            if isinstance(value, ast.StructLit):
                names.update(_label(d) for d in value.decls if isinstance(d, ast.Field))
    return frozenset(names - {""})


def _label(field: ast.Field) -> str:
    label = field.label
    if isinstance(label, ast.Ident):
        return label.name
    return label.value if isinstance(label, ast.StringLit) else ""


# ------------------------------------------------------------------------------------------- what goes together


def _conflicts(rules: list[Any], other: Definition) -> bool:
    for rule in map(str, rules):
        if rule.startswith(_LABEL):
            key, _, value = rule[len(_LABEL) :].partition("=")
            if other.labels.get(key) == value:
                return True
        elif rule in (_ANY, other.name):
            return True
    return False


def _workload_names(component: Definition) -> frozenset[str]:
    """What a trait may call the workload of a component; empty when it varies."""
    workload = component.spec.get("workload")
    workload = workload if isinstance(workload, dict) else {}
    kind = workload.get("type")
    gvk = workload.get("definition")
    gvk = gvk if isinstance(gvk, dict) else {}
    if isinstance(kind, str) and kind.startswith("autodetects."):
        return frozenset()
    names = {component.name}
    if isinstance(kind, str) and kind:
        names.add(kind)
    if gvk.get("kind"):
        group = str(gvk.get("apiVersion", "")).rpartition("/")[0]
        plural = plural_of(str(gvk["kind"]))
        names.add(f"{plural}.{group}" if group else plural)
    return frozenset(names)


def _applies(rule: Any, names: frozenset[str]) -> bool:
    text = str(rule)
    if text == _ANY or text in names:
        return True
    return text.startswith("*.") and any(name.endswith(text[1:]) for name in names)
