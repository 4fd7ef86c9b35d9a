"""The level of objects: what each cluster gets, written once per class of clusters."""

from __future__ import annotations

from typing import NamedTuple, Protocol, final

from velac.compiler.ir.rules import NO_MARKS, Marks
from velac.compiler.ir.values import EMPTY, Json, Values
from velac.grammar.node import node
from velac.grammar.record import record
from velac.grammar.source import NO_SPAN, Span


class Identity(NamedTuple):
    """What tells objects of one cluster apart."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.kind} {place}{self.name}"


@final
@node
class Origin:
    """Who made an object: a component's workload (`role` is `workload`), its own or a trait's outputs, a policy."""

    owner: str
    role: str
    resource: str = ""
    definition: str = ""
    place: Values = EMPTY
    """What the author wrote: the component, trait or policy."""

    @property
    def span(self) -> Span:
        """Where its type was written."""
        return self.place.span(("type",))


class Made(Protocol):
    """An object that can be had as data; building it may cost."""

    @property
    def object(self) -> Json:
        """The object as plain data, not to be changed."""


@final
@record
class Plain:
    """An object that is there as data."""

    object: Json


@final
@node
class Manifest:
    """One object, its canonical YAML text (ending in a line break), and who made it."""

    made: Made
    identity: Identity
    text: str
    origin: Origin
    marks: Marks = NO_MARKS
    """What the Application's policies say about the object."""

    @property
    def object(self) -> Json:
        """The object as plain data, built when first asked for."""
        return self.made.object


@final
@node
class ClusterManifests:
    """The objects that each of these clusters gets from one Application, in the order of semantics 3.9."""

    clusters: tuple[str, ...]
    manifests: tuple[Manifest, ...]
    required: tuple[Manifest, ...] = ()
    """Objects that have to be there and are never written: those of read-only policies."""


@final
@node
class AppManifests:
    """All objects of one Application; its groups do not share clusters."""

    namespace: str
    name: str
    groups: tuple[ClusterManifests, ...]
    span: Span = NO_SPAN

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


@final
@node
class ManifestSet:
    """All Applications, ordered by namespace and name; `clusters` are in output order, `local` first."""

    apps: tuple[AppManifests, ...]
    clusters: tuple[str, ...]
