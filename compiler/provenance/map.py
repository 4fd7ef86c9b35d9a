"""`velac build --emit-origins`: beside the manifests, which line each of their fields comes from.

One file for an Application, `.origins/NAMESPACE/NAME.json`, shaped as `SCHEMA` says. What the fields of an object come
from is worked out once for all variants that were filled into one trace; for a variant only its properties are looked
up. Nothing of this is imported, and nothing recorded, unless somebody asks for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, final

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.driver import Session
from velac.compiler.ir.app import AppIR, Component
from velac.compiler.ir.manifest import AppManifests, ClusterManifests, Manifest
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.values import Path, Values
from velac.compiler.manifests import cluster_version
from velac.compiler.provenance.fields import Explained, explained, scalars
from velac.compiler.provenance.inputs import InputLeaf, Origin, path_text
from velac.compiler.render.engine import Templates
from velac.compiler.render.fill import Filled
from velac.compiler.render.specialise import Place
from velac.compiler.result import CompileResult
from velac.grammar.source import NO_SPAN

FOLDER: Final = ".origins"
"""Below the output directory. No cluster has a name that begins with a dot."""

FORMAT: Final = 1

_TEXT: Final = {"type": "string"}
SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Origins of the manifests of one Application",
    "type": "object",
    "additionalProperties": False,
    "required": ["format", "application", "origins", "classes"],
    "properties": {
        "format": {"const": FORMAT},
        "application": {"description": "`namespace/name`", **_TEXT},
        "origins": {
            "description": "Everything that some field comes from; fields name them by their position",
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["kind", "text", "place"],
                "properties": {
                    "kind": {
                        "description": "definition, trait, default, property, trait property, override, contract, …",
                        **_TEXT,
                    },
                    "text": {"description": "what it is called there", **_TEXT},
                    "place": {
                        "description": "`file:line:column`, empty where nobody wrote it",
                        **_TEXT,
                    },
                },
            },
        },
        "classes": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["clusters", "objects"],
                "properties": {
                    "clusters": {"type": "array", "items": _TEXT},
                    "objects": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["group", "kind", "namespace", "name", "origin", "fields"],
                            "properties": {
                                "group": _TEXT,
                                "kind": _TEXT,
                                "namespace": _TEXT,
                                "name": _TEXT,
                                "origin": {"description": "who makes the object", "type": "integer"},
                                "fields": {
                                    "description": "by path; what wrote the field first, then the inputs it copies, "
                                    "the one that won first",
                                    "type": "object",
                                    "additionalProperties": {
                                        "type": "array",
                                        "items": {"type": "integer"},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip

Link: TypeAlias = "Origin | _Own"
Skeleton: TypeAlias = tuple[tuple[str, tuple[Link, ...]], ...]
_PROJECT: Final = Origin("project", "a label, a pinned image or an external secret of the project")


@final
@dataclass(frozen=True, slots=True)
class _Own:
    """A leaf of a variant's own properties: those of the component (`trait` is -1) or of a trait."""

    trait: int
    leaf: InputLeaf

    def values(self, component: Component) -> Values | None:
        """The properties in a variant."""
        return component.properties if self.trait < 0 else component.traits[self.trait].properties


def with_origins(
    session: Session, plans: Sequence[AppPlan], result: CompileResult
) -> Iterator[tuple[str, bytes]]:
    """The files of a result, and the origins of its Applications after them."""
    yield from result.files()
    if result.ok:
        maker = _Maker(session)
        for plan, app in zip(plans, result.manifests.apps, strict=True):
            yield f"{FOLDER}/{app.namespace}/{app.name}.json", maker.file(plan, app)


@final
class _Maker:
    """Makes the files of one build."""

    __slots__ = ("_explained", "_resolver", "_skeletons", "_templates")

    def __init__(self, session: Session) -> None:
        self._resolver = session.resolver
        self._templates = Templates()
        self._skeletons: dict[Any, tuple[Any, Skeleton]] = {}
        self._explained: dict[Any, tuple[Any, list[Explained]]] = {}

    def file(self, plan: AppPlan, app: AppManifests) -> bytes:
        """The file of one Application."""
        table: dict[Origin, int] = {}
        parts = _Parts(plan)
        classes = [
            {
                "clusters": list(group.clusters),
                "objects": [
                    self._object(plan.app, parts, group, manifest, table)
                    for manifest in group.manifests
                ],
            }
            for group in app.groups
        ]
        data = {
            "format": FORMAT,
            "application": app.label,
            "origins": [
                {"kind": o.kind, "text": o.text, "place": _place(o)}
                for o in table
            ],
            "classes": classes,
        }  # fmt: skip
        self._explained.clear()
        return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    def _object(
        self,
        app: AppIR,
        parts: _Parts,
        group: ClusterManifests,
        manifest: Manifest,
        table: dict[Origin, int],
    ) -> dict[str, Any]:
        made = manifest.origin
        found = parts.find(group.clusters[0], made.owner)
        fields = {}
        if found is not None:
            component, place = found
            for name, links in self._skeleton(app, component, place, manifest):
                origins: dict[Origin, None] = {}
                for link in links:
                    if type(link) is _Own:
                        leaf = replace(link.leaf, values=link.values(component))
                        origins |= dict.fromkeys(leaf.origins())
                    else:
                        origins[link] = None
                fields[name] = [table.setdefault(origin, len(table)) for origin in origins]
        origin = Origin(made.role, made.owner.replace("`", ""), made.span)
        return {
            **manifest.identity._asdict(),
            "origin": table.setdefault(origin, len(table)),
            "fields": fields,
        }

    def _skeleton(
        self, app: AppIR, component: Component, place: Place, manifest: Manifest
    ) -> Skeleton:
        """The fields of an object with what they come from; filled objects of one trace share it."""
        made = manifest.made
        # The key is kept alive, so that nothing else takes its id.
        key: Any = made.recipe if type(made) is Filled else manifest
        own = (id(key), id(app), component.name)
        known = self._skeletons.get(own)
        if known is None:
            links = self._links(app, component, place, manifest)
            known = self._skeletons[own] = (key, links)
        return known[1]

    def _links(
        self, app: AppIR, component: Component, place: Place, manifest: Manifest
    ) -> Skeleton:
        wanted = (manifest.origin.role, manifest.origin.resource)
        for item in self._explanations(app, component, place):
            if (item.rendered.origin, item.resource) == wanted:
                return tuple(
                    (path_text(path).removeprefix("."), _found(item, path, component))
                    for path, _ in scalars(manifest.object, ())
                )
        return ()

    def _explanations(self, app: AppIR, component: Component, place: Place) -> list[Explained]:
        key = (id(component), place.namespace, str(place.cluster_version), place.cluster)
        known = self._explained.get(key)
        if known is None:
            resolver = self._resolver.for_app(app)
            definition = resolver.of(component)
            pairs = [(trait, resolver.of_trait(trait)) for trait in component.traits]
            traits = tuple((trait, d) for trait, d in pairs if d is not None)
            items: list[Explained] = []
            if definition is not None and len(traits) == len(pairs):
                try:
                    items = explained(app, place, component, definition, traits, self._templates)
                except Rejected:
                    items = []  # it takes values from other components, which are not at hand here
            known = self._explained[key] = (component, items)
        return known[1]


@final
class _Parts:
    """The components of an Application as each class of clusters has them."""

    __slots__ = ("_anywhere", "_by_cluster")

    def __init__(self, plan: AppPlan) -> None:
        self._anywhere: dict[str, tuple[Component, Place]] = {}
        self._by_cluster: dict[str, dict[str, tuple[Component, Place]]] = {}
        for group in plan.classes:
            own: dict[str, tuple[Component, Place]] = {}
            version = cluster_version(group.version)
            for slot in group.slots:
                place = Place(slot.namespace, group.clusters[0], version)
                for component in slot.deployment.components:
                    own[f"component `{component.name}`"] = (component, place)
            self._by_cluster |= dict.fromkeys(group.clusters, own)
            self._anywhere |= own

    def find(self, cluster: str, owner: str) -> tuple[Component, Place] | None:
        """The component that owns an object in a cluster; objects of the control plane come from any."""
        return self._by_cluster.get(cluster, {}).get(owner) or self._anywhere.get(owner)


def _found(item: Explained, path: Path, component: Component) -> tuple[Link, ...]:
    try:
        links = item.links(path)
    except KeyError:
        return (_PROJECT,)
    out: list[Link] = []
    for link in links:
        if type(link) is Origin:
            out.append(link)
            continue
        owner = _owner(link, component)
        out += link.origins() if owner is None else [_Own(owner, link)]
    return tuple(out)


def _owner(leaf: InputLeaf, component: Component) -> int | None:
    """Whose properties a leaf belongs to; None where it is the same for all variants."""
    if leaf.default is not None or leaf.values is None:
        return None
    if leaf.values is component.properties:
        return -1
    return next((i for i, t in enumerate(component.traits) if t.properties is leaf.values), None)


def _place(origin: Origin) -> str:
    return "" if origin.span is NO_SPAN else str(origin.span)
