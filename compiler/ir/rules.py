"""Rule-type policies: which objects of an Application are collected, applied, shared or only read, and how.

A `RuleSet` is what garbage-collect, apply-once, shared-resource, take-over, read-only and resource-update policies say
together; `marks` is what it says about one object (semantics 5.5). Several policies of a type are merged: rules follow
each other, switches are OR-ed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

from velac.grammar.node import node

ON_APP_UPDATE: Final = "onAppUpdate"
NEVER: Final = "never"


@final
@node
class Subject:
    """What selectors look at: who made an object and what it is. `oam_type` is `WORKLOAD` or `TRAIT`."""

    component: str
    component_type: str
    oam_type: str
    trait_type: str
    kind: str
    name: str


@final
@node
class Selector:
    """Non-empty lists must all hold the object's value; a selector of empty lists matches nothing."""

    component_names: tuple[str, ...] = ()
    component_types: tuple[str, ...] = ()
    oam_types: tuple[str, ...] = ()
    trait_types: tuple[str, ...] = ()
    resource_types: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()

    def matches(self, subject: Subject) -> bool:
        """Whether the object is selected. A component type is a label of the workload alone."""
        workload_type = subject.component_type if subject.oam_type == "WORKLOAD" else ""
        pairs = (
            (self.component_names, subject.component),
            (self.component_types, workload_type),
            (self.oam_types, subject.oam_type),
            (self.trait_types, subject.trait_type),
            (self.resource_types, subject.kind),
            (self.resource_names, subject.name),
        )
        asked = [(wanted, value) for wanted, value in pairs if wanted]
        return bool(asked) and all(value in wanted for wanted, value in asked)


@final
@node
class Rule:
    """One rule: what it selects, and the strategy of its policy type as far as it has one."""

    selector: Selector
    strategy: str = ""
    """garbage-collect: `onAppUpdate`, `onAppDelete`, `never`; resource-update: `patch`, `replace`."""
    propagation: str = ""
    affect: str = ""
    paths: tuple[str, ...] = ()
    """apply-once: fields left to the cluster; resource-update: fields whose change recreates the object."""


@final
@node
class Marks:
    """What the policies of an Application say about one object; backends translate what their target can express."""

    collect: str = ON_APP_UPDATE
    propagation: str = ""
    apply_once: bool = False
    drift_paths: tuple[str, ...] = ()
    """Field paths that may differ in the cluster; `*` for all."""
    affect: str = ""
    shared: bool = False
    take_over: bool = False
    read_only: bool = False
    update: str = "patch"
    recreate_fields: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether no policy says anything."""
        return self == NO_MARKS or _values(self) == _values(NO_MARKS)


def _values(marks: Marks) -> tuple[object, ...]:
    return (
        marks.collect, marks.propagation, marks.apply_once, marks.drift_paths, marks.affect, marks.shared,
        marks.take_over, marks.read_only, marks.update, marks.recreate_fields,
    )  # fmt: skip


NO_MARKS: Final = Marks()


@final
@node
class RuleSet:
    """The rules of an Application, by what they are about."""

    collect: tuple[Rule, ...] = ()
    apply_once: tuple[Rule, ...] = ()
    apply_once_enabled: bool = False
    shared: tuple[Rule, ...] = ()
    take_over: tuple[Rule, ...] = ()
    read_only: tuple[Rule, ...] = ()
    update: tuple[Rule, ...] = ()
    keep_legacy: bool = False
    continue_on_failure: bool = False
    ordered: bool = False
    """Whether objects go in reverse order of dependency."""
    revision_limit: int | None = None

    def marks(self, subject: Subject) -> Marks:
        """What all rules say about one object; of each type the first rule that selects it."""
        collect = _first(self.collect, subject)
        once = _first(self.apply_once, subject) if self.apply_once_enabled else None
        whole = self.apply_once_enabled and not self.apply_once
        update = _first(self.update, subject)
        return Marks(
            collect=(collect.strategy or ON_APP_UPDATE) if collect else ON_APP_UPDATE,
            propagation=collect.propagation if collect else "",
            apply_once=whole or once is not None,
            drift_paths=("*",) if whole else once.paths if once else (),
            affect=once.affect if once else "",
            shared=_first(self.shared, subject) is not None,
            take_over=_first(self.take_over, subject) is not None,
            read_only=_first(self.read_only, subject) is not None,
            update=(update.strategy or "patch") if update else "patch",
            recreate_fields=update.paths if update else (),
        )

    @property
    def empty(self) -> bool:
        """Whether no object can be marked."""
        return not (
            self.collect or self.apply_once_enabled or self.shared or self.take_over
            or self.read_only or self.update
        )  # fmt: skip


def _first(rules: Sequence[Rule], subject: Subject) -> Rule | None:
    return next((rule for rule in rules if rule.selector.matches(subject)), None)


NO_RULES: Final = RuleSet()
