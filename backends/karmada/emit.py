"""The files of Karmada's control plane.

<namespace>/<app>/resources.yaml     each object once, as most clusters get it
<namespace>/<app>/propagation.yaml   which clusters get it: a policy per set of clusters and namespace
<namespace>/<app>/overrides.yaml     what clusters see differently: a policy per object
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from velac.backends.delivery import AppDelivery, app_deliveries, object_name
from velac.backends.karmada.template import Template, member_name, templates
from velac.backends.lost import gated_clusters
from velac.compiler.ir.backend import BackendInput, Files
from velac.compiler.ir.manifest import Manifest
from velac.compiler.ir.rules import NEVER
from velac.compiler.ir.scope import is_cluster_scoped
from velac.grammar.yaml_writer import emit_documents

_VERSION: Final = "policy.karmada.io/v1alpha1"
Json = dict[str, Any]


def files(given: BackendInput) -> Files:
    """All files, Application by Application."""
    for app in app_deliveries(given):
        found = templates(app, given)
        if not found:
            continue
        folder = f"{app.namespace}/{app.name}"
        texts = [template.common.text for template in found]
        yield f"{folder}/resources.yaml", "---\n".join(texts).encode()
        yield f"{folder}/propagation.yaml", emit_documents(_propagation(app, found, given)).encode()
        if overrides := list(_overrides(app, found)):
            yield f"{folder}/overrides.yaml", emit_documents(overrides).encode()


def _propagation(
    app: AppDelivery, found: Iterable[Template], given: BackendInput
) -> Iterator[Json]:
    gated = frozenset(member_name(cluster, given) for cluster in gated_clusters(app))
    if given.settings["gates"] == "ignore":
        gated = frozenset()
    sets: dict[tuple[str, str, bool, tuple[str, ...]], list[Template]] = {}
    for template in found:
        marks = template.common.marks
        conflict = "Overwrite" if marks.take_over else str(given.settings["conflictResolution"])
        keep = marks.collect == NEVER
        key = (_namespace(template.common), conflict, keep, template.clusters)
        sets.setdefault(key, []).append(template)
    for (namespace, conflict, keep, _), members in sets.items():
        clusters = members[0].clusters
        spec: Json = {
            "conflictResolution": conflict,
            "placement": {
                "clusterAffinity": {"clusterNames": list(clusters)},
                "replicaScheduling": {"replicaSchedulingType": "Duplicated"},
            },
            "resourceSelectors": [_selector(template.common) for template in members],
        }
        if keep:
            spec["preserveResourcesOnDeletion"] = True
        if waiting := sorted(gated.intersection(clusters)):
            spec["suspension"] = {"dispatchingOnClusters": {"clusterNames": waiting}}
        # Told apart by what it holds, so that a policy keeps its name when others come and go.
        first = members[0].common.identity
        name = object_name(app.namespace, app.name, first.kind.lower(), first.name)
        yield _policy("PropagationPolicy", name, namespace, spec)


def _overrides(app: AppDelivery, found: Iterable[Template]) -> Iterator[Json]:
    for template in found:
        rules: list[Json] = []
        for clusters, operations in template.overrides:
            plaintext = [
                {
                    "operator": one.operator,
                    "path": one.path,
                    **({} if one.operator == "remove" else {"value": one.value}),
                }
                for one in operations
            ]
            target = {"clusterNames": list(clusters)}
            rules.append({"overriders": {"plaintext": plaintext}, "targetCluster": target})
        if rules:
            common = template.common
            identity = common.identity
            name = object_name(app.namespace, app.name, identity.kind.lower(), identity.name)
            spec = {"overrideRules": rules, "resourceSelectors": [_selector(common)]}
            yield _policy("OverridePolicy", name, _namespace(common), spec)


def _policy(kind: str, name: str, namespace: str, spec: Json) -> Json:
    """A policy; that of objects without a namespace is a kind of its own."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {})}
    kind = kind if namespace else f"Cluster{kind}"
    return {"apiVersion": _VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _namespace(manifest: Manifest) -> str:
    identity = manifest.identity
    if identity.namespace or is_cluster_scoped(identity.group, identity.kind):
        return identity.namespace
    return "default"


def _selector(manifest: Manifest) -> Json:
    identity = manifest.identity
    place = {"namespace": identity.namespace} if identity.namespace else {}
    return {
        "apiVersion": manifest.object["apiVersion"],
        "kind": identity.kind,
        "name": identity.name,
        **place,
    }
