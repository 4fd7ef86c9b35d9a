"""The cluster inventory: velac's plain list, `clusters: [{name: prod-eu-1, labels: {…}, kubernetesVersion: "1.31"}]`,
and the kinds in which other tools describe clusters, one object or a list of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.ir.clusters import NEWEST_KUBERNETES, Cluster, Inventory
from velac.compiler.ir.shape import (
    LABELS,
    STRING,
    STRINGS,
    ListOf,
    Object,
    Scalar,
    cluster_problem,
    report_shape,
    version_problem,
)
from velac.compiler.ir.values import Values
from velac.compiler.load.inventory_kinds import cluster_of, is_cluster_object, items_of

_CLUSTER: Final = Object(
    {
        "name": Scalar("string", cluster_problem, "V305"),
        "labels": LABELS,
        "kubernetesVersion": Scalar("string", version_problem),
        "capabilities": STRINGS,
    },
    frozenset({"name"}),
    "a cluster",
)
_FILE: Final = Object(
    {"clusters": ListOf(_CLUSTER), "apiVersion": STRING, "kind": STRING},
    frozenset({"clusters"}),
    "a cluster inventory",
)


def read_inventory(
    documents: list[Values], diagnostics: list[Diagnostic], *, version: str = NEWEST_KUBERNETES
) -> Inventory:
    """The clusters of an inventory file; problems are added to `diagnostics`, and what is sound is kept.

    `version` is the Kubernetes version of clusters that do not say theirs.
    """
    clusters: dict[str, Cluster] = {}
    folded: dict[str, Cluster] = {}
    for document in documents:
        for cluster in _clusters_of(document, version, diagnostics):
            first = clusters.setdefault(cluster.name, cluster)
            twin = folded.setdefault(cluster.name.lower(), cluster)
            if first is not cluster:
                text = f"two clusters are called `{cluster.name}`"
                diagnostics.append(_twice("V313", text, cluster, first))
            elif twin is not cluster:
                text = f"clusters `{twin.name}` and `{cluster.name}` differ only in case"
                diagnostics.append(_twice("V506", text, cluster, twin))
    return Inventory(clusters.values(), version=version)


def _clusters_of(
    document: Values, version: str, diagnostics: list[Diagnostic]
) -> Iterator[Cluster]:
    objects = items_of(document)
    if any(map(is_cluster_object, objects)):
        for item in objects:
            cluster = cluster_of(item, version) if is_cluster_object(item) else None
            if cluster is None:
                continue
            complaint = cluster_problem(cluster.name)
            if complaint:
                text = f"the cluster name {complaint}"
                diagnostics.append(Diagnostic("V305", text, (Label(cluster.span),)))
            else:
                yield cluster
        return
    problems: list[Diagnostic] = []
    usable = report_shape(document, _FILE, problems)
    diagnostics += [_as_inventory_problem(problem) for problem in problems]
    if usable:
        yield from _clusters(document, version)


def _clusters(document: Values, version: str) -> Iterator[Cluster]:
    for index, item in enumerate(document.data.get("clusters") or ()):
        if not item or not item.get("name"):
            continue
        yield Cluster(
            item["name"],
            item.get("labels") or {},
            item.get("kubernetesVersion") or version,
            (document, ("clusters", index, "name")),
            tuple(item.get("capabilities") or ()),
        )


def _as_inventory_problem(problem: Diagnostic) -> Diagnostic:
    """Shape errors keep their codes, except that of a file that is no inventory at all."""
    if problem.code == "V303" and problem.message.startswith("this "):
        hint = "write `clusters:` and below it a list of objects with a `name`"
        return Diagnostic("V505", problem.message, problem.labels, help=hint)
    return problem


def _twice(code: str, message: str, cluster: Cluster, first: Cluster) -> Diagnostic:
    return Diagnostic(
        code, message, (Label(cluster.span, "again here"), Label(first.span, "first here"))
    )
