"""Every type that upstream looks up before it renders anything: of components, traits, policies and steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Policy, Step
from velac.compiler.ir.policies import BUILTIN_POLICIES, DEBUG, ENGINE_STEPS, OVERRIDE
from velac.compiler.ir.shape import check_shape
from velac.compiler.ir.values import Path, Values
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT
from velac.compiler.lower.override_decode import SHAPE
from velac.compiler.render.engine import Definitions
from velac.grammar.source import Span


def check_types(app: AppIR, steps: Iterable[Step], definitions: Definitions) -> None:
    """Every type that upstream looks up before it renders anything. Raises Rejected with all unknown ones."""
    finder = _Finder(definitions)
    for component in app.components:
        place = component.origin.span(("type",))
        finder.need(COMPONENT, component.type, place, f"component `{component.name}`")
        for trait in component.traits:
            place = trait.origin.span(("type",))
            finder.need(TRAIT, trait.type, place, f"component `{component.name}`")
    for step in steps:
        for part in (step, *step.sub_steps):
            if part.type not in ENGINE_STEPS and not part.generated:
                place = part.origin.span(("type",))
                finder.need(STEP, part.type, place, f"step `{part.name}`")
    for policy in app.policies:
        _check_policy(policy, finder)
    if finder.problems:
        raise Rejected(*finder.problems)


def _check_policy(policy: Policy, finder: _Finder) -> None:
    where = f"policy `{policy.name}`"
    if policy.properties is None and policy.type != DEBUG:
        text = f"{where} of type `{policy.type}` must not have empty properties"
        finder.problems.append(Diagnostic("V314", text, (Label(policy.origin.span()),)))
        return
    if policy.type not in BUILTIN_POLICIES:
        finder.need(POLICY, policy.type, policy.origin.span(("type",)), where)
    if policy.type != OVERRIDE or policy.properties is None:
        return
    # Upstream looks up the types in all overrides, used or not, before it decodes the used ones strictly.
    mistyped = check_shape(policy.properties, SHAPE, lenient=True)
    if mistyped:
        finder.problems += mistyped
        return
    for path, item in _dicts(policy.properties.data, "components"):
        _check_item(COMPONENT, item, path, policy.properties, where, finder)
        for below, trait in _dicts(item, "traits"):
            _check_item(TRAIT, trait, (*path, *below), policy.properties, where, finder)


def _check_item(
    kind: str, item: dict[str, Any], path: Path, values: Values, where: str, finder: _Finder
) -> None:
    if item.get("type"):
        finder.need(kind, item["type"], values.span((*path, "type")), where)


def _dicts(data: Any, key: str) -> list[tuple[Path, dict[str, Any]]]:
    """The mappings in a list, each with its path."""
    items = data.get(key) if isinstance(data, dict) else None
    if not isinstance(items, list):
        return []
    return [((key, index), item) for index, item in enumerate(items) if isinstance(item, dict)]


class _Finder:
    """Looks definitions up and keeps the complaints."""

    __slots__ = ("definitions", "problems")

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.problems: list[Diagnostic] = []

    def need(self, kind: str, name: str, place: Span, where: str) -> None:
        """Complain unless there is a definition of this kind and name."""
        if self.definitions.find(kind, name) is None:
            self.problems.append(unknown_type(self.definitions, kind, name, place, where))


def unknown_type(
    definitions: Definitions, kind: str, name: str, place: Span, where: str
) -> Diagnostic:
    """The complaint that a type has no definition."""
    return Diagnostic(
        "V310",
        f"there is no {kind} definition `{name}` for {where}",
        (Label(place),),
        help=did_you_mean(name, definitions.names(kind)),
    )
