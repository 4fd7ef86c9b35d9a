"""The level of the fleet after rendering: the little that is kept of an Application once its objects are written.

Linking, the inventory, pruning and `merge` read summaries only, so that a fleet is judged without a manifest in
memory. Objects are held once per class of clusters, and classes that share a rendering share its entries.
"""

from __future__ import annotations

import marshal
from typing import Any, NamedTuple, TypeAlias, final

from velac.compiler.ir.app import AppIR
from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.rules import ON_APP_UPDATE
from velac.grammar.node import node
from velac.grammar.source import NO_SPAN, Span

AppName: TypeAlias = tuple[str, str]
"""Namespace and name of an Application."""


@final
class ObjectSummary(NamedTuple):
    """One object: what a ResourceTracker would say of it (semantics 9.2)."""

    identity: Identity
    version: str = ""
    """The version of its API, which is no part of the identity."""
    component: str = ""
    """The component, or the custom policy, that makes it."""
    role: str = ""
    """`workload`, `AuxiliaryWorkload`, a trait type, or `policy`."""
    resource: str = ""
    """The name in `outputs`."""
    collect: str = ON_APP_UPDATE
    """The garbage-collect strategy that its rule gives."""
    propagation: str = ""
    shared: bool = False
    digest: str = ""


@final
@node
class ClassSummary:
    """What each of these clusters gets; `digest` changes exactly when the objects' text does."""

    clusters: tuple[str, ...]
    objects: tuple[ObjectSummary, ...]
    required: tuple[Identity, ...] = ()
    """Objects that a read-only policy needs to be there and that somebody else makes."""

    @property
    def digest(self) -> str:
        """The digest of the variant."""
        from hashlib import blake2b

        whole = blake2b(digest_size=16)
        for item in self.objects:
            whole.update(item.digest.encode())
        return whole.hexdigest()


@final
@node
class AppNeed:
    """An Application that has to run before a step of this one ends (depends-on-app)."""

    label: str
    span: Span = NO_SPAN


@final
@node
class AppSummary:
    """One Application: who it is, what it makes where (provides), what it needs of others (requires).

    `keep_legacy`, `ordered` and `orphan` are what its policies and finalizers say about collecting; `edges` are pairs of
    components of which the first has to be there before the second.
    """

    namespace: str
    name: str
    classes: tuple[ClassSummary, ...] = ()
    needs: tuple[AppNeed, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    keep_legacy: bool = False
    ordered: bool = False
    orphan: bool = False
    span: Span = NO_SPAN
    revision: int = 0
    """The number of its revision, where revisions are kept."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Between processes classes go as plain tuples: there are many, and pickle would ask each of its objects."""
        rest = (self.needs, self.edges, self.keep_legacy, self.ordered, self.orphan)
        last = (self.span, self.revision)
        return _restored, (self.namespace, self.name, _packed(self.classes), *rest, *last)

    @property
    def label(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"

    @property
    def clusters(self) -> frozenset[str]:
        """All clusters that get something."""
        return frozenset(name for group in self.classes for name in group.clusters)


def name_of(app: AppIR) -> AppName:
    """Namespace and name, by which Applications are ordered."""
    return app.namespace or "default", app.name


def _packed(classes: tuple[ClassSummary, ...]) -> bytes:
    plain: dict[Identity, tuple[str, ...]] = {}
    rows = []
    for group in classes:
        objects = []
        for item in group.objects:
            identity = plain.get(item[0])
            if identity is None:
                identity = plain[item[0]] = tuple(item[0])
            objects.append((identity, *item[1:]))
        rows.append((group.clusters, objects, [tuple(identity) for identity in group.required]))
    return marshal.dumps(rows)


def _restored(namespace: str, name: str, packed: bytes, *rest: Any) -> AppSummary:
    known: dict[tuple[str, ...], Identity] = {}
    make = ObjectSummary._make
    classes = []
    # What is read was written by `_packed`, in a process of the same build.
    rows: Any = marshal.loads(packed)
    for clusters, items, required in rows:
        objects = []
        for item in items:
            plain = item[0]
            identity = known.get(plain)
            if identity is None:
                identity = known[plain] = Identity(*plain)
            objects.append(make((identity, *item[1:])))
        classes.append(
            ClassSummary(clusters, tuple(objects), tuple(Identity(*r) for r in required))
        )
    return AppSummary(namespace, name, tuple(classes), *rest)
