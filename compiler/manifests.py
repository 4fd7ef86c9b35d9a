"""Plan to manifests: every variant of a component is rendered once and shared by all classes that have it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeAlias

from velac.compiler.cue.errors import CueError
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.handover import Supply
from velac.compiler.ir.app import Component, Policy, Step, Trait
from velac.compiler.ir.clusters import LOCAL, Inventory
from velac.compiler.ir.manifest import (
    AppManifests,
    ClusterManifests,
    Identity,
    Manifest,
    Origin,
    Plain,
)
from velac.compiler.ir.plan import AppPlan, ClusterClass, Slot
from velac.compiler.ir.rules import NO_MARKS, Marks
from velac.compiler.ir.rules import Subject as RuleSubject
from velac.compiler.ir.scope import is_cluster_scoped
from velac.compiler.ir.shape import name_problem
from velac.compiler.ir.values import Values
from velac.compiler.load.definition import Definition
from velac.compiler.lower.resolve import Resolver
from velac.compiler.parameters import Parameters
from velac.compiler.render.applied import applied_object
from velac.compiler.render.component import (
    WORKLOAD,
    RenderedComponent,
    RenderedObject,
    parameter_of,
    render_component,
)
from velac.compiler.render.context import (
    Data,
    Keys,
    Surroundings,
    policy_context,
    surroundings_of,
    trait_context,
)
from velac.compiler.render.contract import AUXILIARY
from velac.compiler.render.engine import Templates
from velac.compiler.render.policy import render_policy
from velac.compiler.render.refobjects import REF_OBJECTS, with_referred_objects
from velac.compiler.render.report import (
    Subject,
    component_subject,
    trait_subject,
)
from velac.compiler.render.repository import RepositoryObjects
from velac.compiler.render.specialise import Filled, Place, Specialiser
from velac.compiler.strictness import Strictness
from velac.grammar.record import record
from velac.grammar.yaml_writer import emit

Pairs: TypeAlias = tuple[tuple[Trait, Definition], ...]

_NO_LABELS: Final[Mapping[str, str]] = {}
_OWN_ROLES: Final = frozenset({WORKLOAD, AUXILIARY, "policy"})
_OBJECT_NAME: Final = re.compile(r"[^/%\x00-\x1f]{1,253}")


@dataclass(slots=True)
class Workshop:
    """What rendering shares across the Applications of a build."""

    resolver: Resolver
    inventory: Inventory
    diagnostics: list[Diagnostic] = field(default_factory=list)
    labels: Mapping[str, str] = field(default_factory=dict)
    templates: Templates = field(default_factory=Templates)
    parameters: Parameters = field(init=False)
    strictness: Strictness = field(default_factory=Strictness)
    objects: RepositoryObjects = field(default_factory=lambda: RepositoryObjects(()))
    casts: dict[tuple[str | bool, ...], Cast] = field(default_factory=dict)
    specialiser: Specialiser = field(init=False)

    def __post_init__(self) -> None:
        self.parameters = Parameters(self.templates.package)
        self.specialiser = Specialiser(
            self.templates, partial(finish_object, labels=self.labels), identity_or_problem
        )


@record
class Cast:
    """The definitions that a type and its trait types mean, and what their templates read of the cluster."""

    definition: Definition | None
    traits: tuple[Definition | None, ...]
    reads_cluster: bool
    reads_version: bool
    manages: bool
    """Whether a trait takes the workload over."""

    @property
    def complete(self) -> bool:
        """Whether all definitions are known; unknown ones have been reported before."""
        return self.definition is not None and None not in self.traits


def render_app(plan: AppPlan, shop: Workshop) -> AppManifests:
    """All objects of one Application; problems are reported, and what they concern is left out."""
    return _AppRenderer(plan, shop).manifests()


@record
class _Variant:
    """The objects of one rendering: those for the cluster, and those that stay in the control plane."""

    here: tuple[Manifest, ...] = ()
    hub: tuple[Manifest, ...] = ()


class _AppRenderer:
    __slots__ = (
        "_casts",
        "_checked",
        "_hub",
        "_pairs",
        "_placed",
        "_places",
        "_plan",
        "_reads",
        "_resolver",
        "_shop",
        "_sound",
        "_sound_traits",
        "_steps",
        "_supplied",
        "_supply",
        "_surroundings",
        "_terraform",
        "_told",
        "_variants",
    )

    def __init__(self, plan: AppPlan, shop: Workshop) -> None:
        self._plan = plan
        self._shop = shop
        self._resolver = shop.resolver.for_app(plan.app)
        self._surroundings: dict[tuple[str, str, str], Surroundings] = {}
        self._places: dict[tuple[str, str, str], Place] = {}
        self._variants: dict[tuple[int, str, str, str], _Variant] = {}
        self._placed: dict[tuple[int, str, int], Component] = {}
        self._supply = Supply(plan.app, shop.diagnostics)
        self._supplied: dict[tuple[int, str, str, str], Component | None] = {}
        self._checked: dict[int, bool] = {}
        self._sound: dict[tuple[int, int], bool] = {}
        self._sound_traits: dict[int, tuple[tuple[Trait, ...], bool]] = {}
        self._casts: dict[tuple[str, int], tuple[tuple[Trait, ...], Cast]] = {}
        self._hub: dict[Identity, Manifest] = {}
        self._told: set[tuple[str, ...]] = set()
        self._terraform: dict[str, bool] = {}
        self._pairs: dict[tuple[int, int], tuple[Definition | None, Pairs]] = {}
        self._steps: dict[int, Manifest | None] = {}
        self._reads = False
        """Whether the template of any component reads the cluster."""

    def manifests(self) -> AppManifests:
        app = self._plan.app
        for component in self._components_in_use():
            cast = self._cast(component)
            self._reads |= cast.reads_cluster
            if not _takes(component):
                self._checked[id(component)] = self._check(component, cast)
        groups = [g for c in self._plan.classes for g in self._class(c)]
        for policy in self._plan.policies:
            self._add_policy(policy)
        if self._hub and self._plan.pieces > 1:
            raise Rejected  # what goes to the control plane is made for all classes together
        return AppManifests(
            app.namespace or "default",
            app.name,
            tuple(self._with_hub(groups)),
            app.name_span,
        )

    # ------------------------------------------------------------------------------------------------ classes

    def _class(self, group: ClusterClass) -> Iterator[ClusterManifests]:
        """The class, split into single clusters where a template reads `context.cluster`."""
        alone = self._reads and any(
            self._cast(c).reads_cluster for slot in group.slots for c in self._components(slot)
        )
        parts = ((name,) for name in group.clusters) if alone else (group.clusters,)
        for clusters in parts:
            found: dict[Identity, Manifest] = {}
            for slot in group.slots:
                # Of several steps that make one object the last one wins; it keeps the place of the first.
                found |= self._slot(slot, group.version, clusters[0])
            if found:
                yield _group(clusters, found.values())

    def _slot(self, slot: Slot, version: str, cluster: str) -> dict[Identity, Manifest]:
        found: dict[Identity, Manifest] = {}
        for component in self._components(slot):
            variant = self._supplied_variant(component, slot, version, cluster)
            for manifest in variant.here:
                self._enter(found, manifest, component.replica_key)
            for manifest in variant.hub:
                self._hub[manifest.identity] = manifest
        for values in slot.deployment.objects:
            applied = self._applied(slot.deployment.step, values)
            if applied is not None:
                self._enter(found, applied)
        return found

    def _components(self, slot: Slot) -> Iterator[Component]:
        for component in slot.deployment.components:
            if not (slot.deployment.ignore_terraform and self._is_terraform(slot, component)):
                yield component

    def _is_terraform(self, slot: Slot, component: Component) -> bool:
        if slot.deployment.step.type != "deploy":
            return False
        found = self._terraform.get(component.type)
        if found is None:
            found = self._terraform[component.type] = self._resolver.is_terraform(component.type)
        return found

    def _enter(
        self, found: dict[Identity, Manifest], manifest: Manifest, replica: str = ""
    ) -> None:
        """Add an object. One made twice is an error, unless a trait replaces what its own component makes.

        Upstream applies both one after the other, and widely used pairs rely on it: an exposed port and a gateway
        make the same Service.
        """
        identity = manifest.identity
        first = found.setdefault(identity, manifest)
        if first is manifest:
            return
        one, two = first.origin, manifest.origin
        replaces = one.owner == two.owner and two.role not in _OWN_ROLES and one.role != two.role
        if replaces or first.text == manifest.text:
            found[identity] = manifest
        told = (identity.group, identity.kind, identity.name, one.owner, two.owner)
        if told in self._told:
            return
        self._told.add(told)
        severity = Severity.WARNING if found[identity] is manifest else Severity.ERROR
        text = f"{two.owner} makes {identity} again"
        if one.owner != two.owner:
            text = f"{one.owner} and {two.owner} both make {identity}"
        elif replaces:
            text = f"trait `{two.role}` of {two.owner} replaces {identity}, which it makes already"
        labels = (Label(two.span, "again here"), Label(one.span, "first here"))
        problem = Diagnostic("V706", text, labels, severity)
        if replica and one.owner == two.owner and one.role == two.role:
            text = f"the replicas of {two.owner} all make {identity}"
            hint = "use `context.replicaKey` in the names that its definition makes"
            problem = Diagnostic("V509", text, (Label(two.span),), severity, help=hint)
        self._shop.diagnostics.append(problem)

    def _applied(self, step: Step, values: Values) -> Manifest | None:
        """The object of an apply-object step. Upstream does not give it the Application's namespace (6.3)."""
        key = id(values)
        if key not in self._steps:
            app = self._plan.app
            origin = Origin(f"step `{step.name}`", "step", definition=step.type, place=step.origin)
            obj = applied_object(
                values.data, app.namespace or "default", app.name, self._shop.labels
            )
            if isinstance(obj, dict):
                without_namespace(obj)
            identity = identity_or_problem(_fields_of(obj)) if isinstance(obj, dict) else obj
            if isinstance(identity, Identity):
                self._steps[key] = Manifest(Plain(obj), identity, emit(obj), origin)
            else:
                self._steps[key] = None
                self._complain(identity, origin)
        return self._steps[key]

    def _with_hub(self, groups: Sequence[ClusterManifests]) -> Iterator[ClusterManifests]:
        """The groups, with what belongs to the control plane added to `local`."""
        if not self._hub:
            yield from groups
            return
        extra = dict(self._hub)
        local: dict[Identity, Manifest] = {}
        for group in groups:
            if LOCAL in group.clusters:
                local = {m.identity: m for m in group.manifests}
        for manifest in extra.values():
            self._enter(local, manifest)
        yield _group((LOCAL,), local.values())
        for group in groups:
            clusters = tuple(name for name in group.clusters if name != LOCAL)
            if clusters:
                yield ClusterManifests(clusters, group.manifests, group.required)

    # ----------------------------------------------------------------------------------------------- variants

    def _supplied_variant(
        self, component: Component, slot: Slot, version: str, cluster: str
    ) -> _Variant:
        """A variant of a component with the values that it takes from others in the same place."""
        if not _takes(component):
            return self._variant(component, slot.namespace, version, cluster)
        key = (id(component), slot.namespace, version, cluster)
        if key not in self._supplied:

            def objects(other: Component) -> list[tuple[str, Any]] | None:
                made = self._supplied_variant(other, slot, version, cluster)
                named = [
                    ("" if m.origin.role == WORKLOAD else m.origin.resource, m.object)
                    for m in (*made.here, *made.hub)
                ]
                return named or None

            filled = self._supply.supplied(component, slot, objects)
            self._supplied[key] = filled
            if filled is not None:
                self._checked[id(filled)] = self._check(filled, self._cast(filled))
        found = self._supplied[key]
        if found is None:
            return _Variant()
        return self._variant(found, slot.namespace, version, cluster)

    def _variant(
        self, component: Component, namespace: str, version: str, cluster: str
    ) -> _Variant:
        cast = self._cast(component)
        cluster = cluster if cast.reads_cluster else ""
        version = version if cast.reads_version else ""
        key = (id(component), namespace, version, cluster)
        found = self._variants.get(key)
        if found is None:
            found = self._variants[key] = self._render(component, cast, namespace, version, cluster)
        return found

    def _render(
        self, component: Component, cast: Cast, namespace: str, version: str, cluster: str
    ) -> _Variant:
        definition, traits = self._definitions(component, cast)
        if definition is None or not self._checked[id(component)]:
            return _Variant()
        try:
            if component.type == REF_OBJECTS:
                app_namespace = self._plan.app.namespace or "default"
                component = with_referred_objects(component, app_namespace, self._shop.objects)
            place = self._place_of(namespace, version, cluster)
            done = self._shop.specialiser.render(
                self._plan.app, place, component, definition, traits
            )
        except Rejected as error:
            self._shop.diagnostics += error.diagnostics
            return _Variant()
        return self._made(component, done, managed=cast.manages)

    def _definitions(self, component: Component, cast: Cast) -> tuple[Definition | None, Pairs]:
        """The definitions of a component and its traits; unknown ones have been reported before."""
        key = (id(component.traits), id(cast))
        pairs = self._pairs.get(key)
        if pairs is None:
            # Both are kept alive by what `_cast` keeps.
            known = cast.complete
            found: Any = zip(component.traits, cast.traits, strict=True) if known else ()
            pairs = self._pairs[key] = (cast.definition if known else None, tuple(found))
        return pairs

    def _cast(self, component: Component) -> Cast:
        """What the types of a component and its traits mean."""
        own = (component.type, id(component.traits))
        known = self._casts.get(own)
        if known is None:
            # The traits are kept alive, so that no others take their id.
            known = self._casts[own] = (component.traits, self._shared_cast(component))
        return known[1]

    def _shared_cast(self, component: Component) -> Cast:
        casts = self._shop.casts
        resolver = self._resolver
        types = [component.type, *[trait.type for trait in component.traits]]
        key: tuple[str | bool, ...] = (*resolver.scope, *types)
        found = casts.get(key)
        if found is None:
            definition = resolver.of(component)
            traits = tuple(resolver.of_trait(trait) for trait in component.traits)
            keys = [self._keys(d) for d in (definition, *traits) if d is not None]
            found = casts[key] = Cast(
                definition,
                traits,
                any(k is None or "cluster" in k for k in keys),
                any(k is None or "clusterVersion" in k for k in keys),
                any(trait is not None and trait.manage_workload for trait in traits),
            )
        return found

    def _keys(self, definition: Definition) -> frozenset[str] | None:
        if definition.template is None:
            return None if definition.jinja is not None else frozenset()
        try:
            return self._shop.templates.of(definition).context_keys
        except CueError:
            return frozenset()

    def _place_of(self, namespace: str, version: str, cluster: str) -> Place:
        key = (namespace, version, cluster)
        found = self._places.get(key)
        if found is None:
            app = self._plan.app
            version = version or self._shop.inventory.version_of(LOCAL)
            found = self._places[key] = Place(
                namespace, cluster, cluster_version(version), app.revision, app.revision_number
            )
        return found

    def _surroundings_of(self, namespace: str, version: str, cluster: str) -> Surroundings:
        key = (namespace, version, cluster)
        found = self._surroundings.get(key)
        if found is None:
            found = self._surroundings[key] = surroundings_of(
                self._plan.app,
                place=namespace,
                revision=self._plan.app.revision,
                revision_number=self._plan.app.revision_number,
                cluster=cluster,
                cluster_version=cluster_version(version or self._shop.inventory.version_of(LOCAL)),
            )
        return found

    # ------------------------------------------------------------------------------------------------ objects

    def _made(self, component: Component, done: Sequence[Filled], *, managed: bool) -> _Variant:
        place, traits = component.origin, component.traits
        here: list[Manifest] = []
        hub: list[Manifest] = []
        for item in done:
            memo = item.memo
            if memo is None or memo[0] is not place or memo[1] is not traits:
                manifest = None
                if not (managed and item is done[0] and self._is_managed(done)):
                    manifest = self._manifest(component, item)
                memo = item.memo = (place, traits, manifest, _stays(item.rendered))
            _, _, manifest, stays = memo
            if manifest is not None:
                (hub if stays else here).append(manifest)
        return _Variant(tuple(here), tuple(hub))

    def _is_managed(self, done: Sequence[Filled]) -> bool:
        """Whether a trait makes the workload itself, so that the component's own is left out."""
        return any(item.rendered.definition.manage_workload for item in done[1:])

    def _manifest(self, component: Component, item: Filled) -> Manifest | None:
        """The manifest of an object, which variants share as long as they share the object; None with a complaint."""
        rendered = item.rendered
        trait = rendered.trait
        place = component.origin
        if trait is not None:
            # What is rendered may stem from a trace of another component: places are this one's own.
            own = (one.origin for one in component.traits if one.type == trait.type)
            place = next(own, place)
        owner = f"component `{component.name}`"
        origin = Origin(owner, rendered.origin, item.resource, rendered.definition.name, place)
        identity = item.identity
        if not isinstance(identity, Identity):
            self._complain(identity, origin)
            return None
        marks = self._marks(component, rendered, identity)
        return Manifest(item, identity, item.text, origin, marks)

    def _marks(self, component: Component, rendered: RenderedObject, identity: Identity) -> Marks:
        rules = self._plan.app.rules
        if rules.empty:
            return NO_MARKS
        role = "WORKLOAD" if rendered.origin == WORKLOAD else "TRAIT"
        trait = rendered.origin if role == "TRAIT" else ""
        return rules.marks(
            RuleSubject(component.name, component.type, role, trait, identity.kind, identity.name)
        )

    def _complain(self, complaint: str, origin: Origin) -> None:
        message = f"{origin.owner}: {complaint}"
        self._shop.diagnostics.append(Diagnostic("V709", message, (Label(origin.span),)))

    # ----------------------------------------------------------------------------------------------- policies

    def _add_policy(self, policy: Policy) -> None:
        definition = self._resolver.of_policy(policy.type)
        if definition is None or not self._policy_is_sound(policy, definition):
            return
        where = self._surroundings_of("", "", LOCAL)
        try:
            components = self._artifacts(definition, where)
            objects = render_policy(where, policy, definition, components, self._shop.templates)
        except Rejected as error:
            self._shop.diagnostics += error.diagnostics
            return
        origin = Origin(
            f"policy `{policy.name}`", "policy", definition=policy.type, place=policy.origin
        )
        for obj in objects:
            without_namespace(obj)
            identity = identity_or_problem(_fields_of(obj))
            if isinstance(identity, Identity):
                self._enter(self._hub, Manifest(Plain(obj), identity, emit(obj), origin))
            else:
                self._complain(identity, origin)

    # --------------------------------------------------------------------------------------------- parameters

    def _components_in_use(self) -> Iterator[Component]:
        """Each component as some step deploys it; as written where nothing deploys any."""
        groups = [d.components for d in self._plan.app.deployments if not d.objects]
        groups = groups or [self._plan.app.components]
        yield from {id(c): c for components in groups for c in components}.values()

    def _check(self, component: Component, cast: Cast) -> bool:
        """Report what is wrong with the parameters of a component and its traits; whether all is well."""
        sound = True
        definition = cast.definition
        if definition is not None:
            subject = partial(
                component_subject, component.name, component.origin, component.properties
            )
            sound = self._parameters_fit(component, subject, definition, component.properties)
        # Variants of a component stand in one place.
        first = self._placed.setdefault((id(component.origin), component.name, id(cast)), component)
        traits = self._sound_traits.get(id(component.traits))
        if traits is not None and first is not component:
            return sound and traits[1]
        own_traits = True
        others = [d for d in cast.traits if d is not None]
        for trait, own in zip(component.traits, cast.traits, strict=True):
            if own is None:
                continue
            subject = partial(
                trait_subject, trait.type, component.name, trait.origin, trait.properties
            )
            own_traits &= self._parameters_fit(component, subject, own, trait.properties)
            if definition is not None and first is component:
                strictness = self._shop.strictness
                self._shop.diagnostics += strictness.misplaced(subject(), definition, own, others)
        # The traits are kept alive, so that no others take their id.
        self._sound_traits[id(component.traits)] = (component.traits, own_traits)
        return sound and own_traits

    def _parameters_fit(
        self,
        component: Component,
        subject: Callable[[], Subject],
        definition: Definition,
        properties: Values | None,
    ) -> bool:
        """Whether properties fit a definition; variants that share properties are checked once."""
        key = (id(definition), id(properties) if properties is not None else id(component))
        found = self._sound.get(key)
        if found is None:
            if self._is_certainly_sound(definition, properties):
                found = True
            else:

                def context(keys: Keys) -> Data:
                    where = self._surroundings_of("", "", "")
                    own = {"parameter": parameter_of(properties)}
                    return trait_context(where, component, own, keys)

                data = {} if properties is None or properties.data is None else properties.data
                found = self._report(subject(), definition, data, context)
            self._sound[key] = found
        return found

    def _is_certainly_sound(self, definition: Definition, properties: Values | None) -> bool:
        """Whether earlier checks say that there is nothing to report."""
        shop = self._shop
        data = {} if properties is None or properties.data is None else properties.data
        useless = shop.strictness.useless(definition)
        if useless and useless & data.keys():
            return False
        return shop.parameters.are_known_good(definition, *shop.specialiser.flat(properties))

    def _policy_is_sound(self, policy: Policy, definition: Definition) -> bool:
        """Whether a custom policy can be compiled and its parameters fit."""
        subject = Subject(f"policy `{policy.name}`", policy.origin, policy.properties)
        if definition.spec.get("scope") == "Application":
            return False  # it has rewritten the Application already, and makes no objects
        where = self._surroundings_of("", "", LOCAL)
        properties = parameter_of(policy.properties)
        context = partial(policy_context, where, policy.name, properties, {})
        return self._report(subject, definition, properties, context)

    def _artifacts(self, definition: Definition, where: Surroundings) -> list[RenderedComponent]:
        """The components as the first deploying step has them, for a policy that reads `context.artifacts`."""
        keys = self._keys(definition)
        if keys is not None and "artifacts" not in keys:
            return []
        rendered = []
        components = [d.components for d in self._plan.app.deployments if not d.objects] or [()]
        for component in components[0]:
            own, traits = self._definitions(component, self._cast(component))
            if own is not None and self._checked.get(id(component)):
                templates = self._shop.templates
                rendered.append(render_component(where, component, own, traits, templates))
        return rendered

    def _report(
        self,
        subject: Subject,
        definition: Definition,
        properties: dict[str, Any],
        context: Callable[[Keys], Data],
    ) -> bool:
        strictness = self._shop.strictness
        try:
            problems = self._shop.parameters.problems(definition, properties, context)
        except Rejected as error:
            self._shop.diagnostics += error.diagnostics
            return False
        found, sound = strictness.judged(subject, problems)
        self._shop.diagnostics += found
        self._shop.diagnostics += strictness.unused(subject, definition, properties)
        return sound


def _takes(component: Component) -> bool:
    """Whether a component needs values of others."""
    inputs = component.inputs
    return bool(inputs) and any(taken.parameter_key for taken in inputs)


def _group(clusters: tuple[str, ...], manifests: Iterable[Manifest]) -> ClusterManifests:
    """What these clusters get, apart from what a read-only policy only requires."""
    written: list[Manifest] = []
    required: list[Manifest] = []
    for manifest in manifests:
        (required if manifest.marks.read_only else written).append(manifest)
    return ClusterManifests(clusters, tuple(written), tuple(required))


def _stays(rendered: RenderedObject) -> bool:
    """Whether an object belongs to the control plane wherever its component goes."""
    return rendered.trait is not None and rendered.definition.control_plane_only


def finish_object(
    rendered: RenderedObject, namespace: Any, *, labels: Mapping[str, str] = _NO_LABELS
) -> None:
    """What a build does to every rendered object: the project's labels; its namespace, where its kind or trait decides."""
    if labels:
        rendered.object["metadata"]["labels"].update(labels)
    if _stays(rendered):
        rendered.object["metadata"]["namespace"] = namespace
    without_namespace(rendered.object)


def without_namespace(obj: dict[str, Any]) -> None:
    """Take the namespace off an object of a kind that has none."""
    version, kind = obj.get("apiVersion"), obj.get("kind")
    if (
        isinstance(version, str)
        and isinstance(kind, str)
        and is_cluster_scoped(version.rpartition("/")[0], kind)
    ):
        obj["metadata"].pop("namespace", None)


def _fields_of(obj: dict[str, Any]) -> Callable[..., Any]:
    def field(*path: str) -> Any:
        here: Any = obj
        for label in path:
            here = here.get(label) if isinstance(here, dict) else None
        return here

    return field


def identity_or_problem(field: Callable[..., Any]) -> Identity | str:
    """The identity of an object whose scalars `field` looks up; or why it cannot be shipped."""
    problem = object_problem(field)
    if problem:
        return problem
    return Identity(
        field("apiVersion").rpartition("/")[0],
        field("kind"),
        field("metadata", "namespace") or "",
        field("metadata", "name"),
    )


def object_problem(field: Callable[..., Any]) -> str:
    """Why a rendered object cannot be shipped, or "": it needs apiVersion, kind, and a usable name and namespace.

    `field` looks up a scalar of the object by path.
    """
    version, kind = field("apiVersion"), field("kind")
    if not isinstance(version, str) or not version:
        return "an object has no `apiVersion`"
    if not isinstance(kind, str) or not kind:
        return "an object has no `kind`"
    name = field("metadata", "name")
    if not isinstance(name, str) or name in (".", "..") or not _OBJECT_NAME.fullmatch(name):
        return f"a {kind} has the name {name!r}, which is not a valid one"
    namespace = field("metadata", "namespace")
    if namespace is not None and (not isinstance(namespace, str) or name_problem(namespace)):
        return f"the {kind} `{name}` has the namespace {namespace!r}, which is not valid"
    return ""


def cluster_version(text: str) -> dict[str, Any]:
    """`context.clusterVersion` for a version such as `1.31` or `v1.31.4+k3s1`."""
    match = re.match(r"v?(\d+)\.(\d+)(.*)", text)
    major, minor, rest = match.groups() if match else ("", "0", "")
    git = f"v{major}.{minor}{rest if rest.startswith('.') else '.0' + rest}"
    return {"major": major, "minor": int(minor), "gitVersion": git, "platform": "linux/amd64"}
