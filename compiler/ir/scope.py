"""Which kinds have no namespace. A static list, as there is no cluster to ask (kinds of Kubernetes 1.25 to 1.37
and of widely used extensions)."""

from __future__ import annotations

from typing import Final

from velac.compiler.ir.manifest import Identity
from velac.compiler.ir.values import Json

_KINDS: Final[dict[str, str]] = {
    "": "ComponentStatus Namespace Node PersistentVolume",
    "admissionregistration.k8s.io": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"
    " MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding"
    " ValidatingWebhookConfiguration",
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "authentication.k8s.io": "SelfSubjectReview TokenReview",
    "authorization.k8s.io": "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "internal.apiserver.k8s.io": "StorageVersion",
    "networking.k8s.io": "IPAddress IngressClass ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "policy": "PodSecurityPolicy",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding",
    "resource.k8s.io": "DeviceClass DeviceTaintRule ResourceSlice",
    "scheduling.k8s.io": "PriorityClass",
    "storage.k8s.io": "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass",
    "storagemigration.k8s.io": "StorageVersionMigration",
    "snapshot.storage.k8s.io": "VolumeSnapshotClass VolumeSnapshotContent",
    # extensions
    "argoproj.io": "ClusterAnalysisTemplate ClusterWorkflowTemplate",
    "cert-manager.io": "ClusterIssuer",
    "cilium.io": "CiliumClusterwideNetworkPolicy CiliumNode CiliumIdentity CiliumLoadBalancerIPPool",
    "cluster.open-cluster-management.io": "ManagedCluster ManagedClusterSet",
    "core.oam.dev": "ResourceTracker",
    "crd.projectcalico.org": "GlobalNetworkPolicy GlobalNetworkSet IPPool",
    "external-secrets.io": "ClusterExternalSecret ClusterPushSecret ClusterSecretStore",
    "gateway.networking.k8s.io": "GatewayClass",
    "karpenter.k8s.aws": "EC2NodeClass",
    "karpenter.sh": "NodeClaim NodePool",
    "keda.sh": "ClusterTriggerAuthentication",
    "kyverno.io": "ClusterCleanupPolicy ClusterPolicy GlobalContextEntry",
    "multicluster.x-k8s.io": "ClusterSet",
    "policies.kyverno.io": "ImageValidatingPolicy MutatingPolicy ValidatingPolicy",
    "trust.cert-manager.io": "Bundle",
}
CLUSTER_SCOPED: Final = frozenset(
    (group, kind) for group, kinds in _KINDS.items() for kind in kinds.split()
)


def is_cluster_scoped(group: str, kind: str) -> bool:
    """Whether objects of this kind have no namespace."""
    return (group, kind) in CLUSTER_SCOPED


def plural_of(kind: str) -> str:
    """The resource of a kind, by the rule that holds for all kinds of Kubernetes."""
    word = kind.lower()
    if word.endswith(("s", "x", "ch")):
        return word if word == "endpoints" else word + "es"
    return word[:-1] + "ies" if word.endswith("y") and word[-2:-1] not in "aeiou" else word + "s"


def identity_of(obj: Json) -> Identity:
    """The identity of an object whose apiVersion, kind and metadata are sound."""
    metadata = obj["metadata"]
    group = obj["apiVersion"].rpartition("/")[0]
    namespace = metadata.get("namespace") or ""
    return Identity(group, obj["kind"], namespace, metadata["name"])
