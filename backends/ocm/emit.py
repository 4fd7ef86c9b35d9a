"""ManifestWorks. All but the name of the cluster is the same for a class, so its text is made once.

work         <cluster>/<namespace>/<app>/manifestwork.yaml
replicaset   <namespace>/<app>/manifestworkreplicaset.yaml, <namespace>/<app>/placement.yaml
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from velac.backends.embed import as_item, bounded
from velac.backends.ocm.resources import plurals_of, resource_of
from velac.compiler.ir.backend import BackendInput, Files
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.manifest import AppManifests, ClusterManifests, Identity, Manifest
from velac.compiler.ir.rules import NEVER, NO_MARKS
from velac.grammar.yaml_writer import emit, emit_documents

_REPORTING: Final = frozenset(
    {("apps", "Deployment"), ("apps", "DaemonSet"), ("batch", "Job"), ("", "Pod")}
)
_AWAY: Final = ("unreachable", "unavailable")
_TAINT: Final = "cluster.open-cluster-management.io"


def works(given: BackendInput) -> Files:
    """A ManifestWork (or more, where it would get too large) per Application and cluster."""
    writer = _Writer(given)
    for app in given.manifests.apps:
        tail = f"/{app.namespace}/{app.name}/manifestwork.yaml"
        for group in app.groups:
            bodies = [writer.spec(part) for part in writer.parts(group)]
            names = part_names(app, len(bodies))
            for cluster in group.clusters if bodies else ():
                space = hub_name(cluster, given)
                texts = [_work(n, space, body) for n, body in zip(names, bodies, strict=True)]
                yield cluster + tail, "---\n".join(texts).encode()


def replica_sets(given: BackendInput) -> Files:
    """A ManifestWorkReplicaSet and a Placement per Application and class of clusters."""
    writer = _Writer(given)
    space = given.settings["namespace"]
    for app in given.manifests.apps:
        folder = f"{app.namespace}/{app.name}"
        sets, placements = [], []
        for group in _merged(app.groups):
            parts = writer.parts(group)
            # Named after a cluster: a number would move when a class comes or goes, and objects with it.
            place = bounded(f"{app.namespace}.{app.name}.{group.clusters[0]}", 253)
            placements.append(_placement(place, group.clusters, given))
            for at, part in enumerate(parts):
                name = place if at == 0 else bounded(f"{place}.{at + 1}", 253)
                sets.append(_replica_set(name, place, writer.spec(part, 4), given))
        if sets:
            yield f"{folder}/manifestworkreplicaset.yaml", "---\n".join(sets).encode()
            yield f"{folder}/placement.yaml", emit_documents(placements).encode()
    yield "clustersets.yaml", emit_documents(_bindings(space, given)).encode()


def hub_name(cluster: str, given: BackendInput) -> str:
    """The ManagedCluster of a cluster, which is also its namespace in the hub."""
    return str(given.settings["local"]) if cluster == LOCAL else cluster


def part_names(app: AppManifests, count: int) -> list[str]:
    """The names of the ManifestWorks of one Application in one cluster."""
    name = bounded(f"{app.namespace}.{app.name}", 253)
    return [name if part == 0 else bounded(f"{name}.{part + 1}", 253) for part in range(count)]


def _merged(groups: Iterable[ClusterManifests]) -> list[ClusterManifests]:
    """Classes whose objects came out alike are one."""
    found: dict[tuple[str, ...], ClusterManifests] = {}
    for group in groups:
        key = tuple(manifest.text for manifest in group.manifests)
        if key:
            known = found.get(key)
            clusters = (known.clusters if known else ()) + group.clusters
            found[key] = ClusterManifests(clusters, group.manifests)
    return list(found.values())


def _work(name: str, namespace: str, spec: str) -> str:
    head = emit({"apiVersion": "work.open-cluster-management.io/v1", "kind": "ManifestWork"})
    return head + emit({"metadata": {"name": name, "namespace": namespace}}) + spec


def _replica_set(name: str, place: str, template: str, given: BackendInput) -> str:
    head = {
        "apiVersion": "work.open-cluster-management.io/v1alpha1",
        "kind": "ManifestWorkReplicaSet",
        "metadata": {"name": name, "namespace": given.settings["namespace"]},
    }
    rollout = {"type": given.settings["rollout"]}
    refs = emit({"placementRefs": [{"name": place, "rolloutStrategy": rollout}]})
    foreground = "  cascadeDeletionPolicy: Foreground\n"
    return f"{emit(head)}spec:\n{foreground}  manifestWorkTemplate:\n{template}{_indented(refs, 2)}"


def _placement(name: str, clusters: Sequence[str], given: BackendInput) -> dict[str, Any]:
    names = sorted(hub_name(cluster, given) for cluster in clusters)
    label = {"key": given.settings["clusterLabel"], "operator": "In", "values": names}
    return {
        "apiVersion": "cluster.open-cluster-management.io/v1beta1",
        "kind": "Placement",
        "metadata": {"name": name, "namespace": given.settings["namespace"]},
        "spec": {
            "clusterSets": list(given.settings["clusterSets"]),
            "predicates": [
                {"requiredClusterSelector": {"labelSelector": {"matchExpressions": [label]}}}
            ],
            # A cluster that cannot be reached for a while must not lose its objects.
            "tolerations": [{"key": f"{_TAINT}/{why}", "operator": "Exists"} for why in _AWAY],
        },
    }


def _bindings(namespace: str, given: BackendInput) -> Iterator[dict[str, Any]]:
    for name in given.settings["clusterSets"]:
        yield {
            "apiVersion": "cluster.open-cluster-management.io/v1beta2",
            "kind": "ManagedClusterSetBinding",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"clusterSet": name},
        }


class _Writer:
    """The specs of ManifestWorks."""

    __slots__ = ("_limit", "_plurals", "_settings")

    def __init__(self, given: BackendInput) -> None:
        self._settings: Mapping[str, Any] = given.settings
        self._limit: int = given.settings["maxBytes"]
        self._plurals = plurals_of(given.manifests, given.settings["plurals"])

    def parts(self, group: ClusterManifests) -> list[tuple[Manifest, ...]]:
        """The objects of a class in lists that a ManifestWork can hold, in their order."""
        parts: list[tuple[Manifest, ...]] = []
        part: list[Manifest] = []
        size = 0
        for manifest in group.manifests:
            more = len(manifest.text.encode())
            if part and size + more > self._limit:
                parts.append(tuple(part))
                part, size = [], 0
            part.append(manifest)
            size += more
        if part:
            parts.append(tuple(part))
        return parts

    def spec(self, manifests: Sequence[Manifest], indent: int = 0) -> str:
        """`spec` of a ManifestWork, its fields in order; below the key `spec` where `indent` is 0."""
        settings: dict[str, Any] = {}
        if orphans := [self._resource(m.identity) for m in manifests if m.marks.collect == NEVER]:
            rules = {"orphaningRules": orphans}
            settings["deleteOption"] = {
                "propagationPolicy": "SelectivelyOrphan",
                "selectivelyOrphans": rules,
            }
        if configs := list(self._configs(manifests)):
            settings["manifestConfigs"] = configs
        items = "".join(as_item(manifest.text, 2) for manifest in manifests)
        text = (emit(settings) if settings else "") + f"workload:\n  manifests:\n{items}"
        return _indented(text, indent) if indent else "spec:\n" + _indented(text, 2)

    def _configs(self, manifests: Iterable[Manifest]) -> Iterator[dict[str, Any]]:
        for manifest in manifests:
            config: dict[str, Any] = {}
            if (strategy := self._strategy(manifest)) is not None:
                config["updateStrategy"] = strategy
            if self._settings["feedback"] and manifest.identity[:2] in _REPORTING:
                config["feedbackRules"] = [{"type": "WellKnownStatus"}]
            if config:
                yield {"resourceIdentifier": self._resource(manifest.identity), **config}

    def _strategy(self, manifest: Manifest) -> dict[str, Any] | None:
        """How the agent updates an object; None where that is its default."""
        marks = manifest.marks
        usual = self._settings["updateStrategy"]
        if marks is NO_MARKS:
            return None if usual == "Update" else {"type": usual}
        if "*" in marks.drift_paths:
            return {"type": "CreateOnly"}
        apply: dict[str, Any] = {}
        if marks.take_over:
            apply["force"] = True
        if marks.drift_paths:
            paths = [path if path.startswith(".") else f".{path}" for path in marks.drift_paths]
            apply["ignoreFields"] = [{"condition": "OnSpokePresent", "jsonPaths": paths}]
        if apply:
            return {"type": "ServerSideApply", "serverSideApply": apply}
        return None if usual == "Update" else {"type": usual}

    def _resource(self, identity: Identity) -> dict[str, str]:
        named = {"name": identity.name, "resource": resource_of(identity, self._plurals)}
        if identity.group:
            named["group"] = identity.group
        if identity.namespace:
            named["namespace"] = identity.namespace
        return named


def _indented(text: str, indent: int) -> str:
    pad = " " * indent
    # As `as_item`, which writes two characters more in front of the first line.
    return pad + as_item(text, indent - 2)[indent:] if indent >= 2 else text
