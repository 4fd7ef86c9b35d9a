"""The kinds that Kubernetes itself has had since 1.16. A static list, as there is no cluster to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_KINDS: Final[dict[str, str]] = {
    "": "Binding ComponentStatus ConfigMap Endpoints Event LimitRange Namespace Node"
    " PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController"
    " ResourceQuota Secret Service ServiceAccount Status",
    "admissionregistration.k8s.io": "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding"
    " MutatingWebhookConfiguration ValidatingAdmissionPolicy"
    " ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
    "apiextensions.k8s.io": "CustomResourceDefinition",
    "apiregistration.k8s.io": "APIService",
    "apps": "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet",
    "authentication.k8s.io": "SelfSubjectReview TokenRequest TokenReview",
    "authorization.k8s.io": "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview"
    " SubjectAccessReview",
    "autoscaling": "HorizontalPodAutoscaler Scale",
    "batch": "CronJob Job",
    "certificates.k8s.io": "CertificateSigningRequest ClusterTrustBundle PodCertificateRequest",
    "coordination.k8s.io": "Lease LeaseCandidate",
    "discovery.k8s.io": "EndpointSlice",
    "events.k8s.io": "Event",
    "flowcontrol.apiserver.k8s.io": "FlowSchema PriorityLevelConfiguration",
    "internal.apiserver.k8s.io": "StorageVersion",
    "lifecycle.k8s.io": "Eviction EvictionRequest",
    "networking.k8s.io": "ClusterCIDR IPAddress Ingress IngressClass NetworkPolicy ServiceCIDR",
    "node.k8s.io": "RuntimeClass",
    "policy": "Eviction PodDisruptionBudget",
    "rbac.authorization.k8s.io": "ClusterRole ClusterRoleBinding Role RoleBinding",
    "resource.k8s.io": "DeviceClass DeviceTaintRule PodScheduling PodSchedulingContext ResourceClaim"
    " ResourceClaimParameters ResourceClaimTemplate ResourceClass"
    " ResourceClassParameters ResourcePoolStatusRequest ResourceSlice Status",
    "scheduling.k8s.io": "CompositePodGroup PodGroup PriorityClass Workload",
    "storage.k8s.io": "CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment"
    " VolumeAttributesClass",
    "storagemigration.k8s.io": "StorageVersionMigration",
    "extensions": "DaemonSet Deployment Ingress NetworkPolicy PodSecurityPolicy ReplicaSet",
}
_GONE: Final = {"policy": " PodSecurityPolicy"}
KINDS: Final[Mapping[str, frozenset[str]]] = {
    group: frozenset((kinds + _GONE.get(group, "")).split()) for group, kinds in _KINDS.items()
}
"""The kinds by API group."""

_EXTENSIONS: Final[dict[str, str]] = {
    "argoproj.io": "AnalysisRun AnalysisTemplate AppProject Application ApplicationSet ClusterAnalysisTemplate"
    " ClusterWorkflowTemplate CronWorkflow EventBus EventSource Experiment Rollout Sensor Workflow"
    " WorkflowArtifactGCTask WorkflowEventBinding WorkflowTaskResult WorkflowTaskSet WorkflowTemplate",
    "core.oam.dev": "Application ApplicationRevision ComponentDefinition DefinitionRevision Policy"
    " PolicyDefinition ResourceTracker TraitDefinition Workflow WorkflowRun WorkflowStepDefinition"
    " WorkloadDefinition",
    "cue.oam.dev": "Package",
    "eventing.keda.sh": "CloudEventSource ClusterCloudEventSource",
    "gateway.networking.k8s.io": "BackendTLSPolicy GRPCRoute Gateway GatewayClass HTTPRoute ReferenceGrant"
    " ReferencePolicy TCPRoute TLSRoute UDPRoute",
    "helm.toolkit.fluxcd.io": "HelmRelease",
    "image.toolkit.fluxcd.io": "ImagePolicy ImageRepository ImageUpdateAutomation",
    "keda.sh": "ClusterTriggerAuthentication ScaledJob ScaledObject TriggerAuthentication",
    "kustomize.toolkit.fluxcd.io": "Kustomization",
    "notification.toolkit.fluxcd.io": "Alert Provider Receiver",
    "rollouts.kruise.io": "BatchRelease Rollout RolloutHistory TrafficRouting",
    "source.toolkit.fluxcd.io": "Bucket ExternalArtifact GitRepository HelmChart HelmRepository OCIRepository",
    "standard.oam.dev": "Autoscaler MetricsTrait PodSpecWorkload Rollout Route RolloutTrait",
    "terraform.core.oam.dev": "Configuration Provider",
}
EXTENSIONS: Final[Mapping[str, frozenset[str]]] = {
    group: frozenset(kinds.split()) for group, kinds in _EXTENSIONS.items()
}
"""The kinds of the extensions that KubeVela's own addons install: definitions that come with velac make some of them."""
