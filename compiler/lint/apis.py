"""When Kubernetes introduced, deprecated and removed API versions (minor versions of Kubernetes 1)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_MINOR: Final = re.compile(r"v?\d+\.(\d+)")
NEVER: Final = 1000


class Change(NamedTuple):
    """The end of an API version: deprecated since, removed in, and what to use instead."""

    deprecated: int
    removed: int
    instead: str

    @property
    def help(self) -> str:
        """What to do."""
        return f"use `{self.instead}`" if self.instead else "there is no replacement"


def _rows(
    api: str, kinds: str, deprecated: int, removed: int, instead: str
) -> dict[tuple[str, str], Change]:
    return {(api, kind): Change(deprecated, removed, instead) for kind in kinds.split()}


_ENDED: Final[dict[tuple[str, str], Change]] = {
    **_rows("extensions/v1beta1", "DaemonSet Deployment ReplicaSet", 8, 16, "apps/v1"),
    **_rows("extensions/v1beta1", "NetworkPolicy", 9, 16, "networking.k8s.io/v1"),
    **_rows("extensions/v1beta1", "Ingress", 14, 22, "networking.k8s.io/v1"),
    **_rows("extensions/v1beta1", "PodSecurityPolicy", 11, 16, ""),
    **_rows("apps/v1beta1", "Deployment StatefulSet ReplicaSet", 8, 16, "apps/v1"),
    **_rows("apps/v1beta2", "DaemonSet Deployment StatefulSet ReplicaSet", 9, 16, "apps/v1"),
    **_rows("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
            16, 22, "admissionregistration.k8s.io/v1"),
    **_rows("admissionregistration.k8s.io/v1alpha1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
            28, 34, "admissionregistration.k8s.io/v1"),
    **_rows("admissionregistration.k8s.io/v1beta1", "ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding",
            31, 34, "admissionregistration.k8s.io/v1"),
    **_rows("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", 16, 22, "apiextensions.k8s.io/v1"),
    **_rows("apiregistration.k8s.io/v1beta1", "APIService", 19, 22, "apiregistration.k8s.io/v1"),
    **_rows("authentication.k8s.io/v1beta1", "TokenReview", 19, 22, "authentication.k8s.io/v1"),
    **_rows("autoscaling/v2beta1", "HorizontalPodAutoscaler", 23, 25, "autoscaling/v2"),
    **_rows("autoscaling/v2beta2", "HorizontalPodAutoscaler", 23, 26, "autoscaling/v2"),
    **_rows("batch/v1beta1", "CronJob", 21, 25, "batch/v1"),
    **_rows("batch/v2alpha1", "CronJob", 8, 21, "batch/v1"),
    **_rows("certificates.k8s.io/v1beta1", "CertificateSigningRequest", 19, 22, "certificates.k8s.io/v1"),
    **_rows("coordination.k8s.io/v1beta1", "Lease", 19, 22, "coordination.k8s.io/v1"),
    **_rows("discovery.k8s.io/v1beta1", "EndpointSlice", 21, 25, "discovery.k8s.io/v1"),
    **_rows("events.k8s.io/v1beta1", "Event", 19, 25, "events.k8s.io/v1"),
    **_rows("flowcontrol.apiserver.k8s.io/v1beta1", "FlowSchema PriorityLevelConfiguration", 23, 26,
            "flowcontrol.apiserver.k8s.io/v1"),
    **_rows("flowcontrol.apiserver.k8s.io/v1beta2", "FlowSchema PriorityLevelConfiguration", 26, 29,
            "flowcontrol.apiserver.k8s.io/v1"),
    **_rows("flowcontrol.apiserver.k8s.io/v1beta3", "FlowSchema PriorityLevelConfiguration", 29, 32,
            "flowcontrol.apiserver.k8s.io/v1"),
    **_rows("networking.k8s.io/v1beta1", "Ingress IngressClass", 19, 22, "networking.k8s.io/v1"),
    **_rows("node.k8s.io/v1beta1", "RuntimeClass", 22, 25, "node.k8s.io/v1"),
    **_rows("policy/v1beta1", "PodDisruptionBudget", 21, 25, "policy/v1"),
    **_rows("policy/v1beta1", "PodSecurityPolicy", 21, 25, ""),
    **_rows("rbac.authorization.k8s.io/v1beta1", "ClusterRole ClusterRoleBinding Role RoleBinding", 17, 22,
            "rbac.authorization.k8s.io/v1"),
    **_rows("scheduling.k8s.io/v1beta1", "PriorityClass", 14, 22, "scheduling.k8s.io/v1"),
    **_rows("storage.k8s.io/v1beta1", "CSIDriver CSINode StorageClass VolumeAttachment", 19, 22, "storage.k8s.io/v1"),
    **_rows("storage.k8s.io/v1beta1", "CSIStorageCapacity", 24, 27, "storage.k8s.io/v1"),
    **_rows("v1", "ComponentStatus", 19, NEVER, ""),
    **_rows("v1", "Endpoints", 33, NEVER, "discovery.k8s.io/v1 EndpointSlice"),
}  # fmt: skip

_BEGAN: Final[dict[tuple[str, str], int]] = {
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): 30,
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): 30,
    ("autoscaling/v2", "HorizontalPodAutoscaler"): 23,
    ("batch/v1", "CronJob"): 21,
    ("discovery.k8s.io/v1", "EndpointSlice"): 21,
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): 29,
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): 29,
    ("networking.k8s.io/v1", "Ingress"): 19,
    ("networking.k8s.io/v1", "IPAddress"): 33,
    ("networking.k8s.io/v1", "ServiceCIDR"): 33,
    ("policy/v1", "PodDisruptionBudget"): 21,
    ("resource.k8s.io/v1", "DeviceClass"): 34,
    ("resource.k8s.io/v1", "ResourceClaim"): 34,
    ("resource.k8s.io/v1", "ResourceClaimTemplate"): 34,
    ("storage.k8s.io/v1", "VolumeAttributesClass"): 34,
}


def change_of(api_version: str, kind: str) -> Change | None:
    """How an API version of a kind ends, if it does."""
    return _ENDED.get((api_version, kind))


def first_minor(api_version: str, kind: str) -> int | None:
    """The Kubernetes 1.x that first served an API version of a kind, where that is recent enough to matter."""
    return _BEGAN.get((api_version, kind))


def minor(version: str) -> int:
    """The minor number of a Kubernetes version such as `v1.31.4+k3s1`; 0 when there is none."""
    match = _MINOR.match(version)
    return int(match[1]) if match else 0
