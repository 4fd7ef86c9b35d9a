"""One change, and all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from velac.compiler.diff.fields import FieldChange
from velac.compiler.diff.risk import Risk
from velac.compiler.ir.manifest import Identity, Manifest
from velac.compiler.words import counted

ADD: Final = "add"
DELETE: Final = "delete"
CHANGE: Final = "change"
RENAME: Final = "rename"
ORDER: Final = "reorder"
"""The objects of an Application are the same and come in another order."""
PLAN: Final = "replan"
"""Other waves, gates or targets."""
REVISE: Final = "revise"
"""Objects are labelled with another revision of their Application."""


@dataclass(slots=True)
class Change:
    """What happens to one object, alike in all of `clusters`."""

    app: str
    verb: str
    identity: Identity
    before: Manifest | None
    after: Manifest | None
    clusters: list[str] = field(default_factory=list)
    fields: tuple[FieldChange, ...] = ()
    risks: tuple[Risk, ...] = ()
    causes: tuple[str, ...] = ()
    application_clusters: frozenset[str] = frozenset()
    """All clusters of the Application, on either side."""
    parts: tuple[Change, ...] = ()
    """The changes of single objects that this one is told for."""

    @property
    def spared(self) -> tuple[str, ...]:
        """The clusters of the Application in which this does not happen."""
        return tuple(sorted(self.application_clusters.difference(self.clusters)))

    @property
    def title(self) -> str:
        """`change Deployment prod/web`; a rename names both."""
        if self.verb == RENAME and self.before is not None:
            return f"rename {self.before.identity} to {self.identity.name}"
        if self.verb == PLAN:
            return "replan delivery"
        if self.verb == ORDER:
            return f"reorder objects: {self.identity} comes elsewhere"
        if self.verb == REVISE and self.after is not None:
            return f"revise {counted(len(self.after.object['objects']), 'object')}"
        return f"{self.verb} {self.identity}"

    @property
    def risk(self) -> str:
        """The worst risk: `high`, `medium`, `low` or "" for none."""
        for level in ("high", "medium", "low"):
            if any(risk.level == level for risk in self.risks):
                return level
        return ""


@dataclass(slots=True)
class Difference:
    """All changes, by Application and object; `clusters` are all clusters in which anything changes."""

    changes: list[Change]
    clusters: tuple[str, ...]

    def count(self, verb: str) -> int:
        """How many changes of a verb, clusters counted once."""
        return sum(change.verb == verb for change in self.changes)
