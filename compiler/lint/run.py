"""Runs rules over what a build made: once per Application, once per distinct object, once per class of clusters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Severity
from velac.compiler.ir.app import AppIR
from velac.compiler.ir.clusters import Inventory
from velac.compiler.ir.manifest import Manifest, ManifestSet
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.values import Path, Values
from velac.compiler.lint.group_view import FleetIndex, GroupView
from velac.compiler.lint.object_view import Container, ObjectView, Pod
from velac.compiler.lint.places import Places
from velac.compiler.lint.result import Result, results_of
from velac.compiler.lint.rule import Finding, RuleSpec
from velac.compiler.lint.source_view import AppView, is_production
from velac.compiler.lower.resolve import Resolver
from velac.grammar.source import Span


@final
@dataclass(slots=True)
class Subjects:
    """What rules are run over."""

    apps: tuple[AppView, ...] = ()
    objects: tuple[ObjectView, ...] = ()
    groups: tuple[GroupView, ...] = ()
    clusters: Mapping[str, str] = field(default_factory=dict)
    """The Kubernetes version of every cluster."""
    pods: tuple[Pod, ...] = ()
    containers: tuple[Container, ...] = ()
    by_kind: dict[str, list[ObjectView]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Every rule walks the same pods and containers: they are found once."""
        found = [view.pod() for view in self.objects]
        self.pods = tuple(pod for pod in found if pod is not None)
        self.containers = tuple(box for pod in self.pods for box in pod.containers())
        for view in self.objects:
            self.by_kind.setdefault(view.kind, []).append(view)


def subjects_of(
    plans: Sequence[AppPlan], manifests: ManifestSet, resolver: Resolver, inventory: Inventory
) -> Subjects:
    """The views of all Applications, of every distinct object, and of every class of clusters."""
    apps = tuple(AppView(plan, resolver.for_app(plan.app), inventory) for plan in plans)
    properties = {plan.app.label: PropertiesOf(plan.app) for plan in plans}
    places = Places()
    views: dict[int, ObjectView] = {}
    reached: dict[int, list[tuple[str, ...]]] = {}
    members: list[tuple[tuple[str, ...], tuple[ObjectView, ...]]] = []
    versions = {name: cluster.version for name, cluster in inventory.clusters.items()}
    for app in manifests.apps:
        locate = _Locator(places, properties[app.label])
        for group in app.groups:
            for manifest in group.manifests:
                if id(manifest) not in views:
                    views[id(manifest)] = ObjectView(manifest, app.label, locate)
                reached.setdefault(id(manifest), []).append(group.clusters)
            members.append((group.clusters, tuple(views[id(m)] for m in group.manifests)))
    for key, view in views.items():
        groups_of = reached[key]
        # Most objects go to one class, whose tuple is shared and compared by identity.
        view.clusters = groups_of[0] if len(groups_of) == 1 else tuple(chain(*groups_of))
        view.versions = tuple(sorted({versions[name] for name in view.clusters}))
    index = FleetIndex(manifests, views)
    live = frozenset(n for n, c in inventory.clusters.items() if is_production(c.labels))
    groups = tuple(GroupView(clusters, seen, index, live) for clusters, seen in members)
    return Subjects(apps, tuple(views.values()), groups, versions)


@final
class PropertiesOf:
    """The properties that an object of an Application may have taken a value from, by the name of its component."""

    __slots__ = ("_by_owner",)

    def __init__(self, app: AppIR) -> None:
        self._by_owner: Final[dict[str, list[Values]]] = {}
        for group in (*(d.components for d in app.deployments), app.components):
            for component in group:
                known = self._by_owner.setdefault(f"component `{component.name}`", [])
                found = [component.properties, *(t.properties for t in component.traits)]
                known += [v for v in found if v is not None and all(v is not k for k in known)]
        for policy in app.policies:
            if policy.properties is not None:
                self._by_owner.setdefault(f"policy `{policy.name}`", []).append(policy.properties)

    def of(self, manifest: Manifest) -> list[Values]:
        """Those of the trait that made the object first."""
        listed = self._by_owner.get(manifest.origin.owner, [])
        own = manifest.origin.place.data
        first = own.get("properties") if isinstance(own, dict) else None
        return sorted(listed, key=lambda values: values.data is not first)


@final
class _Locator:
    """Finds the source of a field of an object; see `Places`."""

    __slots__ = ("_places", "_properties")

    def __init__(self, places: Places, properties: PropertiesOf) -> None:
        self._places = places
        self._properties = properties

    def __call__(self, manifest: Manifest, path: Path) -> Span:
        return self._places.find(manifest, path, self._properties.of(manifest))


def run_rules(
    rules: Iterable[RuleSpec], subjects: Subjects
) -> tuple[list[Result], list[Diagnostic]]:
    """What the rules find, and those that broke (V902)."""
    results: list[Result] = []
    problems: list[Diagnostic] = []
    for rule in rules:
        if rule.check is None:
            continue
        found: list[Finding] = []
        broken: Exception | None = None
        for subject in _subjects_for(rule, subjects):
            try:
                found += rule.check(subject)
            except Exception as error:
                # A rule that fails for one subject must not take the others along.
                broken = broken or error
        if broken is not None:
            what = f"{type(broken).__name__}: {broken}"
            text = f"the lint rule {rule.code} `{rule.slug}` failed: {what}"
            problems.append(Diagnostic("V902", text, severity=Severity.ERROR))
        results += results_of(rule.code, rule.severity, found)
    return results, problems


def _subjects_for(rule: RuleSpec, subjects: Subjects) -> Iterable[Any]:
    match rule.unit:
        case "application" | "plan":
            return subjects.apps
        case "class":
            return subjects.groups
        case "pod":
            return subjects.pods
        case "container":
            return subjects.containers
    if not rule.kinds:
        return subjects.objects
    return chain.from_iterable(subjects.by_kind.get(kind, ()) for kind in sorted(rule.kinds))
