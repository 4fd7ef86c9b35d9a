"""The `context` that templates read (semantics 3.6), and what is fixed about the Application they are rendered for.

A template gets only the keys it reads (`Template.context_keys`): building a key costs, and a context key that nobody
reads must not make two renderings differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from typing import Any, Final, final

from velac.compiler.cue.leaf import Leaf
from velac.compiler.ir.app import AppIR, Component
from velac.compiler.render.contract import Contract, contract_of
from velac.compiler.render.numbers import input_data
from velac.grammar.record import record

Data = dict[str, Any]
Keys = frozenset[str] | None
"""Which keys of the context a template reads; None means that it may read any."""

WORKLOAD_TEMPLATE: Final = "template-context-workload-"
"""An accident of upstream's: traits see the component's whole template under this key and the component's name."""

UNKNOWN_CLUSTER: Final[Data] = {"gitVersion": "", "major": "", "minor": 0, "platform": ""}
_WORKFLOW_NAME: Final = "app.oam.dev/workflowName"
_PUBLISH_VERSION: Final = "app.oam.dev/publishVersion"
_COMPONENT_KEYS: Final = (
    "name",
    "type",
    "externalRevision",
    "properties",
    "dependsOn",
    "inputs",
    "outputs",
    "traits",
    "scopes",
)


@final
@record
class Surroundings:
    """Where a rendering happens: of which Application, for which placement. Shared by all its components."""

    contract: Contract
    base: Mapping[str, Any]
    raw_components: tuple[Mapping[str, Any], ...] = ()
    cache: dict[str, Any] = field(default_factory=dict, compare=False)

    def components(self) -> list[Data]:
        """`context.components`: the components as written, before overrides."""
        found: list[Data] | None = self.cache.get("components")
        if found is None:
            found = self.cache["components"] = [_written(raw) for raw in self.raw_components]
        return found


def surroundings_of(
    app: AppIR,
    *,
    place: str | Leaf = "",
    revision: str = "",
    revision_number: int = 0,
    cluster: str | Leaf = "",
    cluster_version: Mapping[str, Any] = UNKNOWN_CLUSTER,
    custom: Mapping[str, Any] | None = None,
) -> Surroundings:
    """Everything about an Application and a placement that its templates may ask for.

    `place` is the namespace that a placement forces, `revision_number` 0 where no revision is known, as in a dry-run;
    `custom` is what Application-scoped policies hand on.
    """
    labels: Data = app.labels.data or {}
    annotations: Data = app.annotations.data or {}
    namespace = app.namespace or "default"
    base: Data = {
        "appAnnotations": _sorted(annotations),
        "appLabels": _sorted(labels),
        "appName": app.name,
        "appRevision": revision,
        "appRevisionNum": revision_number,
        "cluster": cluster,
        "clusterVersion": dict(cluster_version),
        "namespace": place or namespace,
        "publishVersion": annotations.get(_PUBLISH_VERSION, ""),
        "revision": "",
        "workflowName": annotations.get(_WORKFLOW_NAME, ""),
    }
    custom = app.custom if custom is None else custom
    if custom is not None:
        base["custom"] = dict(custom)
    contract = contract_of(app.name, namespace, place, revision, labels, annotations)
    return Surroundings(contract, base, _raw_components(app.raw))


def with_custom(surroundings: Surroundings, custom: Mapping[str, Any]) -> Surroundings:
    """The same surroundings with `context.custom`."""
    return replace(surroundings, base={**surroundings.base, "custom": dict(custom)})


def component_context(
    surroundings: Surroundings, component: Component, parameter: Data, keys: Keys
) -> Data:
    """What a component's template sees."""
    own = {"name": component.name, "parameter": parameter, "replicaKey": component.replica_key}
    return _picked(surroundings, own, keys)


def trait_context(
    surroundings: Surroundings, component: Component, own: Mapping[str, Any], keys: Keys
) -> Data:
    """What a trait's template sees; `own` has `parameter`, `output`, `outputs` and the component's template."""
    more = {
        "name": component.name,
        "replicaKey": component.replica_key,
        "componentType": component.type,
        **own,
    }
    return _picked(surroundings, more, keys)


def policy_context(
    surroundings: Surroundings, name: str, parameter: Data, artifacts: Data, keys: Keys
) -> Data:
    """What a custom policy's template sees; `artifacts` are the rendered objects of all components."""
    own = {"name": name, "parameter": parameter, "replicaKey": "", "artifacts": artifacts}
    return _picked(surroundings, own, keys)


def wants(keys: Keys, key: str) -> bool:
    """Whether a template with these keys may read `key`."""
    return keys is None or key in keys


def _picked(surroundings: Surroundings, own: Mapping[str, Any], keys: Keys) -> Data:
    """The context in upstream's order, which is that of the keys."""
    merged = {**surroundings.base, **own}
    chosen: Iterable[str] = (*merged, "components") if keys is None else keys
    return {
        key: surroundings.components() if key == "components" else merged[key]
        for key in sorted(chosen)
        if key == "components" or key in merged
    }


def _written(raw: Mapping[str, Any]) -> Data:
    return {key: input_data(raw[key]) for key in _COMPONENT_KEYS if raw.get(key)}


def _raw_components(raw: Any) -> tuple[Mapping[str, Any], ...]:
    spec = raw.get("spec") if isinstance(raw, dict) else None
    components = spec.get("components") if isinstance(spec, dict) else None
    if not isinstance(components, list):
        return ()
    return tuple(item for item in components if isinstance(item, dict))


def _sorted(texts: Mapping[str, Any]) -> Data:
    return {key: texts[key] for key in sorted(texts)}
