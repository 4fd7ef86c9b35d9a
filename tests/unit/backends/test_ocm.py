"""Open Cluster Management: schemas, the same objects as plain, sizes, strategies, plurals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.backends.crd_schemas import problems

from velac.backends.ocm.resources import resource_of
from velac.compiler.driver import compile
from velac.compiler.ir.manifest import Identity
from velac.compiler.result import CompileResult

APPS = Path(__file__).resolve().parents[2] / "golden" / "backends" / "app"


def build(path: Path | str, layout: str = "work", **settings: object) -> CompileResult:
    return compile(str(path), backend="ocm", layout=layout, settings={"ocm": settings})


def documents(result: CompileResult) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, content in result.files():
        for document in yaml.safe_load_all(content):
            yield path, document


def test_works_meet_the_schema_and_hold_the_objects_of_plain(root: Path) -> None:
    for repository in (APPS, root / "examples" / "fleet"):
        plain: dict[str, list[Any]] = {}
        for path, content in compile(str(repository)).files():
            cluster = path.partition("/")[0].replace("local", "local-cluster")
            plain.setdefault(cluster, []).extend(yaml.safe_load_all(content))
        found: dict[str, list[Any]] = {}
        for _, work in documents(build(repository)):
            assert problems(work) == []
            space = work["metadata"]["namespace"]
            found.setdefault(space, []).extend(work["spec"]["workload"]["manifests"])
        assert found == plain


def test_replica_sets_reach_each_cluster_once(root: Path) -> None:
    names: dict[str, list[str]] = {}
    sets = []
    for _, document in documents(build(root / "examples" / "fleet", "replicaset")):
        if document["kind"] == "ManagedClusterSetBinding":
            assert document["spec"] == {"clusterSet": "global"}
            continue
        assert problems(document) == []
        name = document["metadata"]["name"]
        if document["kind"] == "Placement":
            (predicate,) = document["spec"]["predicates"]
            selector = predicate["requiredClusterSelector"]["labelSelector"]
            names[name] = selector["matchExpressions"][0]["values"]
        else:
            sets.append(document["spec"]["placementRefs"][0]["name"])
    assert sorted(sets) == sorted(names)
    for app in {name.rpartition(".")[0] for name in names}:
        clusters = [c for name in names if name.rpartition(".")[0] == app for c in names[name]]
        assert len(clusters) == len(set(clusters))


def test_large_applications_are_split(tmp_path: Path) -> None:
    whole = [d for _, d in documents(build(APPS))]
    parts = [d for _, d in documents(build(APPS, maxBytes=1))]
    assert len(parts) > len(whole)
    assert len({(d["metadata"]["namespace"], d["metadata"]["name"]) for d in parts}) == len(parts)
    first = [d for d in parts if d["metadata"]["namespace"] == "east"]
    assert [d["metadata"]["name"] for d in first][:3] == ["shop.lamp", "shop.lamp.2", "shop.lamp.3"]
    assert all(len(d["spec"]["workload"]["manifests"]) == 1 for d in parts)
    rules = [d["spec"].get("deleteOption") for d in first]
    assert sum(rule is not None for rule in rules) == 1


def test_policies_become_strategies() -> None:
    (work,) = (
        d for p, d in documents(build(APPS, updateStrategy="Update")) if p.startswith("east/")
    )
    configs = {c["resourceIdentifier"]["resource"]: c for c in work["spec"]["manifestConfigs"]}
    assert configs["deployments"]["updateStrategy"]["serverSideApply"]["ignoreFields"] == [
        {"condition": "OnSpokePresent", "jsonPaths": [".spec.replicas"]}
    ]
    assert configs["deployments"]["feedbackRules"] == [{"type": "WellKnownStatus"}]
    assert work["spec"]["deleteOption"]["selectivelyOrphans"]["orphaningRules"] == [
        {"name": "shade", "namespace": "shop", "resource": "configmaps"}
    ]


def test_losses_are_told() -> None:
    told = [d.message for d in build(APPS).diagnostics if d.code == "V810"]
    assert any("waits for approval at the step `roll-out`" in text for text in told)
    assert any("2 waves of `shop/lamp`" in text for text in told)


def test_names_that_cannot_be_namespaces(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text((APPS / "app.yaml").read_text())
    clusters = (APPS / "clusters.yaml").read_text().replace("south", "South.1")
    (tmp_path / "clusters.yaml").write_text(clusters)
    text = (tmp_path / "app.yaml").read_text().replace("south", "South.1")
    (tmp_path / "app.yaml").write_text(text)
    result = build(tmp_path)
    assert not result.ok
    assert any("`South.1` cannot be a ManagedCluster" in d.message for d in result.diagnostics)


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        ("NetworkPolicy", "networkpolicies"),
        ("Gateway", "gateways"),
        ("Ingress", "ingresses"),
        ("Endpoints", "endpoints"),
        ("StorageClass", "storageclasses"),
        ("ConfigMap", "configmaps"),
        ("Person", "people"),
    ],
)
def test_plurals(kind: str, plural: str) -> None:
    assert resource_of(Identity("", kind, "", "x"), {("", "Person"): "people"}) == plural
