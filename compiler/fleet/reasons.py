"""Why an object is no longer made: the nearest reason that a reader of the Application would give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, final

from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.summary import AppSummary, ClassSummary, ObjectSummary

_HASH: Final = re.compile(r"[bcdfghjklmnpqrstvwxz2456789]{5,11}")
"""What upstream's generated names end in (semantics 3.8)."""


@final
class Current:
    """What an Application makes now, looked up by cluster when somebody asks; None when it was removed."""

    __slots__ = ("_before", "_known", "summary")

    def __init__(self, summary: AppSummary | None, before: AppSummary) -> None:
        self.summary = summary
        self._before = before
        self._known: dict[int, _Made] = {}

    def made(self, number: int) -> _Made:
        """What it makes in the clusters of one of its classes."""
        found = self._known.get(number)
        if found is None:
            assert self.summary is not None, "somebody has found the class"
            found = self._known[number] = _Made(self.summary.classes[number])
        return found

    def had(self) -> frozenset[str]:
        """The components that made something before."""
        groups = self._before.classes
        return frozenset(item.component for group in groups for item in group.objects)

    def reads(self, identity: Identity, number: int | None) -> bool:
        """Whether the Application still wants the object there, without making it."""
        return number is not None and identity in self.made(number).required


@final
class _Made:
    """The objects of a class by what tells their places in the Application apart."""

    __slots__ = ("by_kind", "by_place", "components", "required")

    def __init__(self, group: ClassSummary) -> None:
        self.required = frozenset(group.required)
        self.by_place: dict[tuple[str, str, str, str, str], ObjectSummary] = {}
        self.by_kind: dict[tuple[str, str, str, str], list[ObjectSummary]] = {}
        self.components: set[str] = set()
        for item in group.objects:
            self.by_place.setdefault(_place(item), item)
            self.by_kind.setdefault(_place(item)[1:], []).append(item)
            self.components.add(item.component)


def _place(item: ObjectSummary) -> tuple[str, str, str, str, str]:
    identity = item.identity
    return item.component, item.role, item.resource, identity.group, identity.kind


def reason_of(own: Current, item: ObjectSummary, number: int | None, *, was_kept: bool) -> str:
    """Why an object of an earlier build is no longer made in the clusters of this class; None: of no class any more."""
    if own.summary is None:
        return "the Application was removed"
    if number is None:
        return "the Application is no longer placed there"
    if was_kept:
        return "it was kept, and nothing keeps it any longer"
    made = own.made(number)
    what = f"component `{item.component}`"
    if item.role == "policy":
        what = f"policy `{item.component}`"
    if item.component not in made.components:
        renamed = sorted(set(_heirs(made, item)) - own.had())
        if len(renamed) == 1:
            return f"{what} was renamed to `{renamed[0]}`"
        return f"{what} makes nothing there any longer"
    successor = made.by_place.get(_place(item))
    if successor is None:
        part = "its workload" if item.role == "workload" else f"`{item.role}`"
        return f"{part} of {what} no longer makes it"
    return _moved(item, successor)


def _heirs(made: _Made, item: ObjectSummary) -> Iterator[str]:
    """Components that make such an object now under a name that the old component's would have been replaced by."""
    old = item.component
    for other in made.by_kind.get(_place(item)[1:], ()):
        expected = item.identity.name.replace(old, other.component, 1)
        named = (
            expected == other.identity.name or is_generated(item) or old not in item.identity.name
        )
        if named and item.role != "policy":
            yield other.component


def _moved(item: ObjectSummary, successor: ObjectSummary) -> str:
    before, after = item.identity, successor.identity
    if before.name != after.name:
        if is_generated(item):
            return f"its generated name changed with its content; now `{after.name}`"
        return f"its name changed to `{after.name}`"
    return f"its namespace changed to `{after.namespace}`"


def is_generated(item: ObjectSummary) -> bool:
    """Whether an object's name was made from its content."""
    prefix = f"{item.component}-{item.role.lower()}-"
    name = item.identity.name
    return name.startswith(prefix) and _HASH.fullmatch(name[len(prefix) :]) is not None
