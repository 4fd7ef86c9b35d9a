"""Inventories that other tools keep: each kind gives names, labels and versions, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.ir.clusters import Inventory
from velac.compiler.load.bundle import load_inventory

PROFILE = """
apiVersion: multicluster.x-k8s.io/v1alpha1
kind: ClusterProfile
metadata: {name: prod-eu-1, namespace: fleet, labels: {region: eu}}
spec: {displayName: prod-eu-1, clusterManager: {name: some-manager}}
status: {version: {kubernetes: 1.32.1}}
"""
MANAGED = """
apiVersion: cluster.open-cluster-management.io/v1
kind: ManagedCluster
metadata: {name: prod-us-1, labels: {region: us}}
spec: {hubAcceptsClient: true}
status: {version: {kubernetes: v1.31.4}}
"""
ARGOCD = """
apiVersion: v1
kind: Secret
metadata:
  name: cluster-7c1f
  labels:
    argocd.argoproj.io/secret-type: cluster
    argocd.argoproj.io/kubernetes-version: "1.30"
    region: ap
data: {name: cHJvZC1hcC0x, server: aHR0cHM6Ly9leGFtcGxl, config: e30=}
"""
KUBEVELA = """
apiVersion: v1
kind: Secret
metadata:
  name: dev-eu-1
  namespace: vela-system
  labels: {cluster.core.oam.dev/cluster-credential-type: X509Certificate, stage: dev}
data: {endpoint: aHR0cHM6Ly9leGFtcGxl, tls.key: c2VjcmV0}
"""


def read(folder: Path, text: str) -> tuple[Inventory, list[Diagnostic]]:
    (folder / "clusters.yaml").write_text(text)
    return load_inventory([str(folder)], None)


@pytest.mark.parametrize(
    ("text", "name", "version", "label"),
    [
        (PROFILE, "prod-eu-1", "1.32.1", ("region", "eu")),
        (MANAGED, "prod-us-1", "v1.31.4", ("region", "us")),
        (ARGOCD, "prod-ap-1", "1.30", ("region", "ap")),
        (KUBEVELA, "dev-eu-1", "1.37", ("stage", "dev")),
    ],
    ids=["ClusterProfile", "ManagedCluster", "Argo CD", "KubeVela"],
)
def test_each_kind(
    tmp_path: Path, text: str, name: str, version: str, label: tuple[str, str]
) -> None:
    inventory, problems = read(tmp_path, text)
    assert problems == []
    cluster = inventory.clusters[name]
    assert cluster.version == version
    assert label in cluster.labels.items()


def test_kinds_mix_and_keep_their_order(tmp_path: Path) -> None:
    plain = "clusters:\n- {name: lab, capabilities: [cert-manager.io]}\n"
    inventory, problems = read(tmp_path, "---\n".join((MANAGED, plain, PROFILE)))
    assert problems == []
    assert list(inventory.clusters) == ["local", "prod-us-1", "lab", "prod-eu-1"]
    assert inventory.clusters["lab"].capabilities == ("cert-manager.io",)


def test_credentials_are_not_kept(tmp_path: Path) -> None:
    inventory, _ = read(tmp_path, KUBEVELA)
    assert "c2VjcmV0" not in repr(inventory.clusters["dev-eu-1"])


def test_an_object_with_a_path_for_a_name_is_refused(tmp_path: Path) -> None:
    _, problems = read(tmp_path, MANAGED.replace("prod-us-1", "../prod"))
    assert [problem.code for problem in problems] == ["V305"]


def test_two_clusters_of_one_name(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "---\n".join((PROFILE, PROFILE)))
    assert [problem.code for problem in problems] == ["V313"]
