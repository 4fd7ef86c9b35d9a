"""An Application as lint rules see it: as written, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Fix, Label, Rejected
from velac.compiler.ir.app import AppIR, Component, Override, Policy, Step, Trait
from velac.compiler.ir.clusters import Inventory
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.policies import OVERRIDE, TOPOLOGY
from velac.compiler.ir.values import Path, Values
from velac.compiler.lint.rule import Finding
from velac.compiler.load.definition import Definition
from velac.compiler.lower.override_decode import checked_override
from velac.compiler.lower.resolve import Resolver
from velac.grammar.source import Span

PRODUCTION: Final = frozenset({"prod", "production", "live"})
_STAGE_LABELS: Final = ("stage", "env", "environment", "tier")


@final
@dataclass(slots=True)
class AppView:
    """One Application. `components` are as written; `deployed` is what becomes of them."""

    plan: AppPlan
    resolver: Resolver
    inventory: Inventory

    @property
    def app(self) -> AppIR:
        """The Application after all passes."""
        return self.plan.app

    @property
    def subject(self) -> str:
        """`namespace/name`."""
        return self.app.label

    @property
    def components(self) -> tuple[Component, ...]:
        """The components as written."""
        return self.app.components

    def deployed(self) -> Iterator[Component]:
        """Each different component once, after overrides."""
        seen = {id(c): c for deployment in self.app.deployments for c in deployment.components}
        yield from seen.values()

    def traits(self) -> Iterator[tuple[Component, Trait]]:
        """All traits as written, with their components."""
        for component in self.components:
            for trait in component.traits:
                yield component, trait

    def steps(self) -> Iterator[Step]:
        """All steps that somebody wrote, sub-steps after their group."""
        for step in self.app.workflow.steps:
            if not step.generated:
                yield step
                yield from step.sub_steps

    def policies(self, type_: str = "") -> Iterator[Policy]:
        """The policies of the Application, of one type where one is named."""
        for policy in self.app.policies:
            if not type_ or policy.type == type_:
                yield policy

    def overrides(self) -> Iterator[Override]:
        """The override policies that can be decoded."""
        for policy in self.policies(OVERRIDE):
            try:
                yield checked_override(policy)
            except Rejected:
                continue  # reported by the build

    def topologies(self) -> Iterator[Policy]:
        """The topology policies."""
        yield from self.policies(TOPOLOGY)

    def definition(self, item: Component | Trait) -> Definition | None:
        """The definition of a component or trait."""
        if isinstance(item, Component):
            return self.resolver.of(item)
        return self.resolver.of_trait(item)

    def is_production(self, cluster: str) -> bool:
        """Whether a cluster's labels (`stage`, `env`, `environment`, `tier`) call it production."""
        found = self.inventory.clusters.get(cluster)
        return found is not None and is_production(found.labels)

    def finding(
        self, message: str, span: Span, help: str = "", *related: Label, fix: Fix | None = None
    ) -> Finding:
        """A finding about this Application."""
        return Finding(message, span, help, related, self.subject, fix=fix)


def is_production(labels: Mapping[str, str]) -> bool:
    """Whether the labels of a cluster call it production."""
    return any(labels.get(name) in PRODUCTION for name in _STAGE_LABELS)


def data_of(values: Values | None) -> dict[str, Any]:
    """Properties as a mapping, empty when there are none."""
    return values.data if values is not None and isinstance(values.data, dict) else {}


def list_of(values: Values | None, key: str) -> list[Any]:
    """A list of the properties, empty when it is none."""
    found = data_of(values).get(key)
    return found if isinstance(found, list) else []


def strings_of(values: Values | None) -> Iterator[tuple[Path, str]]:
    """All strings in properties with their paths."""
    stack: list[tuple[Path, Any]] = [((), values.data if values is not None else None)]
    while stack:
        path, here = stack.pop()
        if isinstance(here, str):
            yield path, here
        elif isinstance(here, dict):
            stack.extend(((*path, key), item) for key, item in here.items())
        elif isinstance(here, list):
            stack.extend(((*path, index), item) for index, item in enumerate(here))
