"""Finds the definition of every type an Application uses, and says which types have none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.app import AppIR, Component, Step, Trait
from velac.compiler.ir.policies import BUILTIN_POLICIES, DEFAULT_STAGE, ENGINE_STEPS
from velac.compiler.ir.values import Values
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, Definition
from velac.compiler.load.resolution import AUTO_UPDATE, DefinitionIndex, DefinitionView, Level

_PUBLISHED: Final = "app.oam.dev/publishVersion"


class Resolver:
    """Definitions for one build; every failure is reported once per place.

    What a type means depends on the Application's namespace and annotations: `for_app` is the resolver of one. Those
    that see the same definitions share it.
    """

    __slots__ = ("_index", "_pinning", "_resolvers", "_view", "diagnostics")

    def __init__(
        self,
        index: DefinitionIndex,
        diagnostics: list[Diagnostic],
        view: DefinitionView | None = None,
    ) -> None:
        self._index = index
        self._view = view or index.view("")
        self._resolvers: dict[DefinitionView, Resolver] = {self._view: self}
        self._pinning: dict[tuple[DefinitionView, str], Resolver] = {}
        self.diagnostics = diagnostics

    def for_app(self, app: AppIR) -> Resolver:
        """The resolver of the Application's own namespace and annotations."""
        annotations = app.annotations.data or {}
        auto_update = annotations.get(AUTO_UPDATE) == "true"
        view = self._index.view(app.namespace or "default", auto_update)
        if app.pinned:
            return self._pinned(view, app.pinned)
        found = self._resolvers.get(view)
        if found is None:
            found = self._resolvers[view] = Resolver(self._index, self.diagnostics, view)
        return found

    def _pinned(self, view: DefinitionView, pins: Mapping[tuple[str, str], Definition]) -> Resolver:
        """The resolver of Applications whose revision fixes these definitions."""
        key = (view, _token(pins))
        found = self._pinning.get(key)
        if found is None:
            fixed = replace(view, pins=pins, _entries={})
            found = self._pinning[key] = Resolver(self._index, self.diagnostics, fixed)
        return found

    @property
    def index(self) -> DefinitionIndex:
        """All definitions."""
        return self._index

    @property
    def scope(self) -> tuple[str, bool, str]:
        """What tells this resolver apart from those that find other definitions."""
        return (self._view.namespace, self._view.auto_update, _token(self._view.pins))

    def namespace_of(self, kind: str, name: str) -> str:
        """The namespace that has the definition of a type for itself; "" for one that all share."""
        return self._view.namespace_of(kind, name)

    def check(self, app: AppIR) -> None:
        """Report every type of the Application (components after overrides, too) that has no usable definition."""
        if self._view.auto_update and _PUBLISHED in (app.annotations.data or {}):
            places = [
                Label(app.annotations.key_span((name,))) for name in (AUTO_UPDATE, _PUBLISHED)
            ]
            text = f"`{AUTO_UPDATE}` and `{_PUBLISHED}` exclude each other"
            self.diagnostics.append(Diagnostic("V320", text, tuple(places)))
        sound: set[int] = set()
        types: set[str] = set()
        for component in _components(app):
            if component.type not in types:
                found = self.definition(COMPONENT, component.type, component.origin)
                if found is not None:
                    types.add(component.type)
            # Variants share their traits; the Application keeps them alive.
            if id(component.traits) in sound:
                continue
            sound.add(id(component.traits))
            for trait in component.traits:
                self.definition(TRAIT, trait.type, trait.origin)
        for policy in (*app.external_policies, *app.policies):
            if policy.type not in BUILTIN_POLICIES:
                self.definition(POLICY, policy.type, policy.origin)
        for step in _steps(app.workflow.steps):
            if step.type not in ENGINE_STEPS and not step.generated:
                self.definition(STEP, step.type, step.origin)

    def definition(self, kind: str, name: str, origin: Values) -> Definition | None:
        """The definition, or None after reporting that there is none or that it cannot be read."""
        if not name:
            return None  # reported as a missing field
        try:
            found = self._view.find(kind, name)
        except Rejected as error:
            self.diagnostics += error.diagnostics
            return None
        if found is None:
            what = "workflow step" if kind == STEP else kind
            self.diagnostics.append(
                Diagnostic(
                    "V310",
                    f"there is no {what} definition `{name}`",
                    (Label(origin.span(("type",))),),
                    help=self._hint(kind, name),
                )
            )
        return found

    def _hint(self, kind: str, name: str) -> str:
        """What to write instead of a type that has no definition."""
        plain, _, version = name.partition("@")
        known = self._view.versions(kind, plain) if version else []
        if known:
            listed = ", ".join(f"`{plain}@{v}`" for v in known)
            newer = [v for v in known if v.startswith(f"{version}.")]
            text = f'; `{AUTO_UPDATE}: "true"` takes the newest {version}' if newer else ""
            return f"there is {listed}{text}"
        elsewhere = self._view.elsewhere(kind, plain)
        if elsewhere:
            listed = ", ".join(f"`{n}`" for n in elsewhere)
            return f"there is one in namespace {listed}, which only Applications there can use"
        return did_you_mean(name, self._view.names(kind), known="definitions")

    def is_terraform(self, name: str) -> bool:
        """Whether components of this type are Terraform configurations."""
        try:
            found = self._view.find(COMPONENT, name)
        except Rejected:
            return False
        return found is not None and found.is_terraform

    def stage_of(self, name: str) -> str:
        """When the objects of a trait type are dispatched (semantics 4.8)."""
        found = self._quietly(TRAIT, name)
        if found is None and "-" in name:
            found = self._quietly(TRAIT, name.rpartition("-")[0])
        return DEFAULT_STAGE if found is None else found.stage

    def of(self, component: Component) -> Definition | None:
        """The definition of a component, without reporting."""
        return self._quietly(COMPONENT, component.type)

    def of_trait(self, trait: Trait) -> Definition | None:
        """The definition of a trait, without reporting."""
        return self._quietly(TRAIT, trait.type)

    def of_policy(self, type_: str) -> Definition | None:
        """The definition of a custom policy, without reporting."""
        return self._quietly(POLICY, type_)

    def find(self, kind: str, name: str) -> Definition | None:
        """The definition of a type of this kind, without reporting."""
        return self._quietly(kind, name)

    def own_policies(self) -> Iterator[Definition]:
        """The policy definitions that are not built in, as far as they can be read, by name."""
        own = {e.name for e in self._index.entries() if e.type == POLICY and e.level < Level.ADDON}
        for name in sorted(own):
            found = self._quietly(POLICY, name)
            if found is not None:
                yield found

    def _quietly(self, kind: str, name: str) -> Definition | None:
        try:
            return self._view.find(kind, name)
        except Rejected:
            return None


def _token(pins: Mapping[tuple[str, str], Definition]) -> str:
    """What tells pinned definitions apart, which live as long as the build."""
    return " ".join(f"{kind}/{name}/{id(pins[kind, name])}" for kind, name in sorted(pins))


def _components(app: AppIR) -> Iterator[Component]:
    """Each different component once: as written, and as deployments have it."""
    seen: set[int] = set()
    for group in (app.components, *(deployment.components for deployment in app.deployments)):
        for component in group:
            if id(component) not in seen:
                seen.add(id(component))
                yield component


def _steps(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from step.sub_steps
