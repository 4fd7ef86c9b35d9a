"""Clusters that other tools already describe: ClusterProfile, ManagedCluster, and the cluster Secrets of Argo CD and
KubeVela. Only names, labels and versions are read; credentials never leave the file.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from velac.compiler.ir.clusters import Cluster
from velac.compiler.ir.values import Values

_PROFILE: Final = ("multicluster.x-k8s.io", "ClusterProfile")
_MANAGED: Final = ("cluster.open-cluster-management.io", "ManagedCluster")
_ARGOCD_TYPE: Final = "argocd.argoproj.io/secret-type"
_ARGOCD_VERSION: Final = "argocd.argoproj.io/kubernetes-version"
_KUBEVELA_TYPE: Final = "cluster.core.oam.dev/cluster-credential-type"
_LISTS: Final = ("List", "SecretList", "ClusterProfileList", "ManagedClusterList")


def items_of(document: Values) -> list[Values]:
    """The objects of a Kubernetes list, or the document itself."""
    data = document.data
    if (
        isinstance(data, dict)
        and data.get("kind") in _LISTS
        and isinstance(data.get("items"), list)
    ):
        return [document.at("items", index) for index in range(len(data["items"]))]
    return [document]


def is_cluster_object(document: Values) -> bool:
    """Whether a document is one of the kinds read here, rather than velac's own list."""
    return _kind(document) is not None


def cluster_of(document: Values, version: str) -> Cluster | None:
    """The cluster that an object describes; `version` where it does not say its own. None without a name."""
    kind = _kind(document)
    data: Mapping[str, Any] = document.data
    metadata = _mapping(data.get("metadata"))
    labels = {k: v for k, v in _mapping(metadata.get("labels")).items() if isinstance(v, str)}
    name, place, own = metadata.get("name"), ("metadata", "name"), ""
    if kind in ("profile", "managed"):
        own = _text(_mapping(_mapping(data.get("status")).get("version")).get("kubernetes"))
    elif kind == "argocd":
        name = _secret_text(data, "name") or name
        own = labels.get(_ARGOCD_VERSION, "")
        labels.pop(_ARGOCD_TYPE, None)
    if not isinstance(name, str) or not name:
        return None
    return Cluster(name, labels, own or version, document.span(place))


def _kind(document: Values) -> str | None:
    data = document.data
    if not isinstance(data, dict):
        return None
    group = _text(data.get("apiVersion")).rpartition("/")[0]
    key = (group, data.get("kind"))
    if key == _PROFILE:
        return "profile"
    if key == _MANAGED:
        return "managed"
    if key == ("", "Secret"):
        labels = _mapping(_mapping(data.get("metadata")).get("labels"))
        if labels.get(_ARGOCD_TYPE) == "cluster":
            return "argocd"
        if _KUBEVELA_TYPE in labels:
            return "kubevela"
    return None


def _secret_text(data: Mapping[str, Any], key: str) -> str:
    plain = _mapping(data.get("stringData")).get(key)
    if isinstance(plain, str):
        return plain
    coded = _mapping(data.get("data")).get(key)
    if not isinstance(coded, str):
        return ""
    try:
        return base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
