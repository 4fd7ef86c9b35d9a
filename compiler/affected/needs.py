"""What an Application needs of its repository: other units by key, and clusters by name or label.

Everything that planning and rendering look up is in here, rather more than less: a definition that only an unused
override names counts too. What is not in here cannot change the Application's objects.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from velac.compiler.affected.units import (
    CHARTS,
    GLOBALS,
    NAMED,
    OBJECTS,
    PACKAGES,
    POLICY,
    WORKFLOW,
    Key,
    Reading,
    definition_keys,
    history_key,
    module_key,
    named_key,
)
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.ir.app import AppIR, Policy, Step
from velac.compiler.ir.clusters import LOCAL, Inventory
from velac.compiler.ir.policies import (
    APPLIES,
    BUILTIN_POLICIES,
    DEPLOY,
    DEPLOY2ENV,
    ENV_BINDING,
    OVERRIDE,
    TOPOLOGY,
)
from velac.compiler.ir.values import Values
from velac.compiler.load.definition import COMPONENT, STEP, TRAIT, Definition
from velac.compiler.load.definition import POLICY as POLICY_TYPE
from velac.compiler.lower.app import lower_application, lower_policy, lower_workflow
from velac.compiler.render.refobjects import REF_OBJECTS
from velac.compiler.render.scoped import ScopedPolicies
from velac.compiler.revision.assign import PUBLISH_VERSION

Selector: TypeAlias = tuple[str, frozenset[Any]]
"""`names` and the names of clusters, or `labels` and the labels that a cluster has to have."""

_NAMES: Final = "names"
_LABELS: Final = "labels"
_HELM: Final = "vela/helm"
HERE: Final[Selector] = (_NAMES, frozenset({LOCAL}))
EVERYWHERE: Final[Selector] = (_LABELS, frozenset())


@dataclass(frozen=True, slots=True)
class Needs:
    """What one Application needs, itself included."""

    keys: frozenset[Key]
    places: frozenset[Selector] = frozenset()


class NeedsOf:
    """Finds the needs of the Applications of one state."""

    __slots__ = (
        "_charts", "_definitions", "_policies", "_reading", "_records", "_scoped", "_workflows",
    )  # fmt: skip

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._scoped = ScopedPolicies(reading.resolver, [])
        self._policies: dict[Key, Policy] = {}
        self._workflows: dict[Key, tuple[Step, ...]] = {}
        self._definitions: dict[tuple[str, str], list[Definition]] = {}
        self._charts = bool(reading.tree.options.project.charts)
        self._records = bool(reading.tree.options.project.revisions)
        for document in reading.bundle.policies:
            try:
                (namespace, name), policy = lower_policy(document, lenient=True)
            except Rejected:
                continue
            self._policies[named_key(POLICY, namespace, name)] = policy
        for document in reading.bundle.workflows:
            try:
                (namespace, name), flow = lower_workflow(document, lenient=True)
            except Rejected:
                continue
            self._workflows[named_key(WORKFLOW, namespace, name)] = flow.steps

    def of(self, key: Key) -> Needs:
        """The needs of one Application; none of one that this state does not have or that cannot be decoded."""
        document = self._reading.applications.get(key)
        try:
            written = lower_application(document, lenient=True) if document is not None else None
        except Rejected:
            written = None
        if written is None:
            return Needs(frozenset({key}))
        app = self._scoped.rewritten(written)
        keys = {key, PACKAGES, history_key(*key[1:]), *self._rewriters(written)}
        steps = self._steps(app, keys)
        policies = list(app.policies)
        own = {policy.name for policy in policies}
        for name in _deployed_policies(steps):
            if name not in own:
                found = named_key(POLICY, app.namespace, name)
                keys.add(found)
                if found in self._policies:
                    policies.append(self._policies[found])
        used = frozenset(used_types(app, policies))
        keys.update(_types(used, steps))
        if (COMPONENT, REF_OBJECTS) in used:
            keys.update(_referred(app, policies))
        if self._charts and any(self._renders_charts(*use) for use in used):
            keys |= {OBJECTS, CHARTS}
        if self._reading.tree.options.project.modules:
            keys.update(self._modules(used))
        places = set(self._places(app, policies, steps))
        if any(d.control_plane_only for use in used for d in self._all(*use)):
            places.add(HERE)
        if self._records and (written.annotations.data or {}).get(PUBLISH_VERSION):
            # What was published counts, wherever that goes.
            places.add(EVERYWHERE)
        return Needs(frozenset(keys), frozenset(places))

    def _rewriters(self, app: AppIR) -> Iterator[Key]:
        """What may rewrite the Application before anything else looks at it."""
        yield GLOBALS
        unit = self._reading.units.get(GLOBALS)
        for name in unit.content if unit is not None else ():
            yield from definition_keys(POLICY_TYPE, name)
        for policy in app.policies:
            yield from definition_keys(POLICY_TYPE, policy.type)

    def _steps(self, app: AppIR, keys: set[Key]) -> tuple[Step, ...]:
        if not app.workflow.ref:
            return app.workflow.steps
        key = named_key(WORKFLOW, app.namespace, app.workflow.ref)
        keys.add(key)
        return (*app.workflow.steps, *self._workflows.get(key, ()))

    # ------------------------------------------------------------------------------------------------ clusters

    def _places(
        self, app: AppIR, policies: list[Policy], steps: tuple[Step, ...]
    ) -> Iterator[Selector]:
        by_name = {policy.name: policy for policy in reversed(policies)}
        topologies = {name: p for name, p in by_name.items() if p.type == TOPOLOGY}
        environments = [s for p in policies if p.type == ENV_BINDING for s in _environments(p)]
        for step in _parts(steps):
            data = _data(step.properties)
            if step.type == DEPLOY:
                named = [topologies[n] for n in _texts(data, "policies") if n in topologies]
                yield from (_topology(policy) for policy in named)
                if not named:
                    yield HERE
            elif step.type == DEPLOY2ENV:
                yield from environments
            elif isinstance(data.get("cluster"), str) and data["cluster"]:
                yield _NAMES, frozenset({data["cluster"]})
            elif step.type in APPLIES:
                yield HERE
        if not steps and not app.workflow.ref:
            generated = [_topology(policy) for policy in topologies.values()]
            whole = any(p.type == OVERRIDE for p in policies) or any(
                c.type == REF_OBJECTS for c in app.components
            )
            yield from generated or ([HERE] if whole else environments) or [HERE]
        if any(p.type not in BUILTIN_POLICIES for p in policies):
            yield HERE  # objects of custom policies

    # --------------------------------------------------------------------------------------------- definitions

    def _all(self, kind: str, name: str) -> list[Definition]:
        """Every definition that a type may mean, in whatever namespace and version, as far as it can be read."""
        key = (kind, name.partition("@")[0])
        found = self._definitions.get(key)
        if found is None:
            found = self._definitions[key] = []
            for entry in self._reading.entries.get(key, ()):
                try:
                    found.append(self._reading.bundle.definitions.read(entry))
                except Rejected:
                    continue
        return found

    def _modules(self, used: Iterable[tuple[str, str]]) -> Iterator[Key]:
        """The Terraform modules of the repository that stand for those of component types."""
        for kind, name in used:
            for found in self._all(kind, name) if kind == COMPONENT else ():
                if found.module:
                    path = str((found.terraform or {}).get("path") or "").replace("\0", "")
                    yield module_key(self._reading.tree, os.path.join(found.module, path))

    def _renders_charts(self, kind: str, name: str) -> bool:
        """Whether the template of a type renders charts, whose values may come from objects of the repository."""
        templates = [d.template for d in self._all(kind, name) if d.template is not None]
        return any(spec.path == _HELM for template in templates for spec in template.imports)


def selected(selector: Selector, inventory: Inventory) -> frozenset[str]:
    """The names of the clusters that a selector means."""
    kind, wanted = selector
    if kind == _NAMES:
        return frozenset(name for name in wanted if name in inventory.clusters)
    return frozenset(inventory.select(dict(wanted)))


# ------------------------------------------------------------------------------------------------------- types


def used_types(app: AppIR, policies: Iterable[Policy]) -> Iterator[tuple[str, str]]:
    """Kind and name of all types that an Application or a change of its components names, with repetitions."""
    for component in app.components:
        yield COMPONENT, component.type
        for trait in component.traits:
            yield TRAIT, trait.type
    for policy in policies:
        if policy.type not in BUILTIN_POLICIES:
            yield POLICY_TYPE, policy.type
        for patch in _patches(policy):
            if isinstance(patch.get("type"), str):
                yield COMPONENT, patch["type"]
            for one in _dicts(patch.get("traits")):
                if isinstance(one.get("type"), str):
                    yield TRAIT, one["type"]


def _types(used: Iterable[tuple[str, str]], steps: tuple[Step, ...]) -> Iterator[Key]:
    for kind, name in used:
        yield from definition_keys(kind, name)
        if kind == TRAIT and "-" in name:
            # When a trait is dispatched is asked of the part before the last hyphen, too.
            yield from definition_keys(kind, name.rpartition("-")[0])
    for step in {step.type for part in steps for step in (part, *part.sub_steps)}:
        yield from definition_keys(STEP, step)


def _referred(app: AppIR, policies: list[Policy]) -> Iterator[Key]:
    """The objects that components refer to instead of describing them."""
    changes = [patch for policy in policies for patch in _patches(policy)]
    properties = [_mapping(patch.get("properties")) for patch in changes]
    renames = any(patch.get("type") == REF_OBJECTS for patch in changes)
    if renames or any("objects" in p or "urls" in p for p in properties):
        yield OBJECTS
    for component in app.components:
        data = _data(component.properties)
        references = list(_dicts(data.get("objects")))
        if data.get("urls") or any(item.get("labelSelector") for item in references):
            yield OBJECTS
        for item in references:
            yield NAMED, str(item.get("name") or component.name)


def _patches(policy: Policy) -> Iterator[Mapping[str, Any]]:
    """The changes of components that a policy holds."""
    data = _data(policy.properties)
    if policy.type == OVERRIDE:
        yield from _dicts(data.get("components"))
    elif policy.type == ENV_BINDING:
        for env in _dicts(data.get("envs")):
            yield from _dicts(_mapping(env.get("patch")).get("components"))


# ------------------------------------------------------------------------------------------- policies and steps


def _parts(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from step.sub_steps


def _deployed_policies(steps: Iterable[Step]) -> Iterator[str]:
    for step in _parts(steps):
        yield from _texts(_data(step.properties), "policies")


def _topology(policy: Policy) -> Selector:
    data = _data(policy.properties)
    labels = data.get("clusterLabelSelector")
    if data.get("clusters") is not None:
        return _NAMES, frozenset(_texts(data, "clusters"))
    return HERE if labels is None else _labelled(labels)


def _environments(policy: Policy) -> Iterator[Selector]:
    for env in _dicts(_data(policy.properties).get("envs")):
        chosen = _mapping(_mapping(env.get("placement")).get("clusterSelector"))
        if chosen.get("labels") and not chosen.get("name"):
            yield _labelled(chosen["labels"])
        else:
            yield _NAMES, frozenset({str(chosen.get("name") or LOCAL)})


def _labelled(labels: Any) -> Selector:
    pairs = _mapping(labels).items()
    return _LABELS, frozenset((k, v) for k, v in pairs if isinstance(v, str))


def _data(values: Values | None) -> Mapping[str, Any]:
    return _mapping(values.data if values is not None else None)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (item for item in value if isinstance(item, dict)) if isinstance(value, list) else ()


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    found = data.get(key)
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []
