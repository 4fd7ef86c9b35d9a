"""Runs rules over what a build made: once per Application, once per distinct object, once per class of clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final, Protocol, final

from velac.compiler.diagnostics.model import Diagnostic, Severity
from velac.compiler.ir.clusters import Inventory
from velac.compiler.ir.manifest import AppManifests, Manifest, ManifestSet
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.values import Path
from velac.compiler.lint.group_view import FleetIndex, GroupView
from velac.compiler.lint.object_view import ObjectView
from velac.compiler.lint.places import Places
from velac.compiler.lint.result import Merger, Result
from velac.compiler.lint.rule import Finding, RuleSpec
from velac.compiler.lint.source_view import AppView, is_production
from velac.compiler.lower.resolve import Resolver
from velac.grammar.source import Span

Coded = tuple[str, Finding]
"""A finding with the code of the rule that it is one of."""


@final
@dataclass(frozen=True, slots=True)
class Batch:
    """What is looked at together, and forgotten before the next: one Application's objects, and its classes."""

    objects: tuple[ObjectView, ...]
    groups: tuple[GroupView, ...]
    locate: Locator | None = None

    def release(self) -> None:
        """Forget what has been made for looking at it."""
        for view in self.objects:
            view.release()
        if self.locate is not None:
            self.locate.release()


@final
@dataclass(slots=True)
class Subjects:
    """What rules are run over."""

    apps: tuple[AppView, ...] = ()
    batches: tuple[Batch, ...] = ()
    clusters: Mapping[str, str] = field(default_factory=dict)
    """The Kubernetes version of every cluster."""
    by_kind: Mapping[str, Sequence[ObjectView]] = field(default_factory=dict)

    @property
    def objects(self) -> Iterator[ObjectView]:
        """All distinct objects."""
        return chain.from_iterable(batch.objects for batch in self.batches)

    @property
    def number(self) -> int:
        """How many distinct objects there are."""
        return sum(len(batch.objects) for batch in self.batches)


class Check(Protocol):
    """A check beside the rules (schemas, policies). What it finds has a code."""

    def start(self, subjects: Subjects) -> Iterable[Coded]:
        """What is wrong with the check itself, or with Applications."""

    def look(self, view: ObjectView) -> Iterable[Coded]:
        """What is wrong with an object; called after `start` for each distinct one."""


def subjects_of(
    plans: Sequence[AppPlan], manifests: ManifestSet, resolver: Resolver, inventory: Inventory
) -> Subjects:
    """The views of all Applications, of every distinct object, and of every class of clusters."""
    apps = tuple(AppView(plan, resolver.for_app(plan.app), inventory) for plan in plans)
    by_label = {plan.app.label: plan for plan in plans}
    versions = {name: cluster.version for name, cluster in inventory.clusters.items()}
    live = frozenset(n for n, c in inventory.clusters.items() if is_production(c.labels))
    by_kind: dict[str, list[ObjectView]] = {}
    index = FleetIndex(by_kind)
    unions = _Unions(versions)
    batches = tuple(
        _batch(app, Locator(by_label[app.label]), unions, index, live) for app in manifests.apps
    )
    for batch in batches:
        for view in batch.objects:
            by_kind.setdefault(view.kind, []).append(view)
    return Subjects(apps, batches, versions, by_kind)


def _batch(
    app: AppManifests,
    locate: Locator,
    unions: _Unions,
    index: FleetIndex,
    live: frozenset[str],
) -> Batch:
    """The objects of an Application. What several classes get is one object, however it was put together."""
    views: dict[str, ObjectView] = {}
    reached: dict[str, dict[int, tuple[str, ...]]] = {}
    groups: list[GroupView] = []
    for group in app.groups:
        for manifest in group.manifests:
            key = manifest.text
            if key not in views:
                views[key] = ObjectView(manifest, app.label, locate)
            reached.setdefault(key, {})[id(group.clusters)] = group.clusters
        members = tuple(views[manifest.text] for manifest in group.manifests)
        groups.append(GroupView(group.clusters, members, index, live))
    for key, view in views.items():
        view.groups, view.clusters, view.versions = unions.of(reached[key])
    return Batch(tuple(views.values()), tuple(groups), locate)


@final
class _Unions:
    """Classes put together: most objects of an Application go to the same ones, and share what is known of them."""

    __slots__ = ("_found", "_versions")

    def __init__(self, versions: Mapping[str, str]) -> None:
        self._versions: Final = versions
        self._found: Final[dict[tuple[int, ...], _Union]] = {}

    def of(self, parts: dict[int, tuple[str, ...]]) -> _Union:
        """The classes; all their clusters; the versions of Kubernetes of those."""
        key = tuple(parts)
        found = self._found.get(key)
        if found is None:
            groups = tuple(parts.values())
            names = groups[0] if len(groups) == 1 else tuple(chain.from_iterable(groups))
            versions = tuple(sorted({self._versions[name] for name in names}))
            found = self._found[key] = (groups, names, versions)
        return found


_Union = tuple[tuple[tuple[str, ...], ...], tuple[str, ...], tuple[str, ...]]


@final
class Locator:
    """Finds the source of a field of an object of one Application; see `Places`."""

    __slots__ = ("_places", "_plan")

    def __init__(self, plan: AppPlan) -> None:
        self._plan: Final = plan
        self._places: Places | None = None

    def __call__(self, manifest: Manifest, path: Path, data: Any) -> Span:
        if self._places is None:
            self._places = Places(self._plan.app)
        return self._places.find(manifest, path, data)

    def release(self) -> None:
        """Forget the index of the Application's properties."""
        self._places = None


def run_rules(
    rules: Iterable[RuleSpec], subjects: Subjects, checks: Sequence[Check] = ()
) -> tuple[list[Result], list[Diagnostic]]:
    """What the rules find, and the checks where `rules` have their codes; and rules that broke (V902).

    Each object is looked at by everything that is about its kind before the next one is made.
    """
    run = _Run(rules)
    run.each("application", subjects.apps)
    run.each("plan", subjects.apps)
    for check in checks:
        run.take(check.start(subjects))
    for batch in subjects.batches:
        for view in batch.objects:
            run.object(view)
            for check in checks:
                run.take(check.look(view))
        for group in batch.groups:
            run.group(group)
        batch.release()
    return [*run.merger.results()], run.problems()


@final
class _Run:
    """The rules by what they are called with, and what they have found so far."""

    __slots__ = ("_broken", "_by_kind", "_rules", "_units", "merger")

    def __init__(self, rules: Iterable[RuleSpec]) -> None:
        self._rules: Final[dict[str, RuleSpec]] = {}
        self._units: Final[dict[str, list[RuleSpec]]] = {}
        for rule in rules:
            self._rules[rule.code] = rule
            if rule.check is not None:
                self._units.setdefault(rule.unit, []).append(rule)
        self._by_kind: Final[dict[tuple[str, str], list[RuleSpec]]] = {}
        self._broken: Final[dict[str, Exception]] = {}
        self.merger: Final = Merger()

    def each(self, unit: str, subjects: Iterable[Any]) -> None:
        """Call the rules of a unit with each of its subjects."""
        rules = self._units.get(unit, [])
        for subject in subjects if rules else ():
            self._call(rules, subject)

    def object(self, view: ObjectView) -> None:
        """Call the rules about an object, its pod, and the containers of that."""
        self._call(self._about("object", view.kind), view)
        pod = view.pod()
        if pod is not None:
            self._call(self._about("pod", view.kind), pod)
            rules = self._about("container", view.kind)
            for container in pod.containers():
                self._call(rules, container)

    def group(self, group: GroupView) -> None:
        """Call the rules about a class of clusters; those about kinds, where it has an object of one."""
        kinds = group.kinds.keys()
        rules = [
            r for r in self._units.get("class", ()) if not r.kinds or not r.kinds.isdisjoint(kinds)
        ]
        self._call(rules, group)

    def take(self, found: Iterable[Coded]) -> None:
        """Take what a check found, as far as its codes are chosen."""
        for code, finding in found:
            rule = self._rules.get(code)
            if rule is not None:
                self.merger.add(code, rule.severity, finding)

    def problems(self) -> list[Diagnostic]:
        """The rules that broke, each with what happened first."""
        out = []
        for code, error in sorted(self._broken.items()):
            what = f"the lint rule {code} `{self._rules[code].slug}` failed"
            text = f"{what}: {type(error).__name__}: {error}"
            out.append(Diagnostic("V902", text, severity=Severity.ERROR))
        return out

    def _about(self, unit: str, kind: str) -> list[RuleSpec]:
        rules = self._by_kind.get((unit, kind))
        if rules is None:
            about = [r for r in self._units.get(unit, ()) if not r.kinds or kind in r.kinds]
            rules = self._by_kind[unit, kind] = about
        return rules

    def _call(self, rules: Iterable[RuleSpec], subject: Any) -> None:
        add = self.merger.add
        for rule in rules:
            assert rule.check is not None
            try:
                for finding in rule.check(subject):
                    add(rule.code, rule.severity, finding)
            except Exception as error:
                # A rule that fails for one subject must not take the others along.
                self._broken.setdefault(rule.code, error)
