"""What is read from a control plane: resources of the API, and where their files go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from velac.compiler.load.definition import KINDS, TYPES

CORE: Final = "core.oam.dev"
SYSTEM: Final = "vela-system"
"""The namespace of definitions that are for everybody, and of the Secrets of clusters."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of the API. `shared` ones are read in the system's namespace too."""

    group: str
    version: str
    plural: str
    kind: str
    shared: bool = False
    namespaced: bool = True
    optional: bool = False
    selector: str = ""

    @property
    def api_version(self) -> str:
        """`group/version`, as objects have it."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str) -> str:
        """The path of the list, in one namespace or ("") in all."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        inside = f"/namespaces/{namespace}" if namespace and self.namespaced else ""
        return f"{root}{inside}/{self.plural}"

    def __str__(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural


APPLICATIONS: Final = Resource(CORE, "v1beta1", "applications", "Application")
POLICIES: Final = Resource(CORE, "v1alpha1", "policies", "Policy")
WORKFLOWS: Final = Resource(CORE, "v1alpha1", "workflows", "Workflow")
REVISIONS: Final = Resource(
    CORE, "v1beta1", "definitionrevisions", "DefinitionRevision", shared=True
)
DEFINITIONS: Final = tuple(
    Resource(CORE, "v1beta1", f"{kind.lower()}s", kind, shared=True) for kind in KINDS.values()
)
CLUSTERS: Final = (
    Resource(
        "", "v1", "secrets", "Secret", optional=True,
        selector="cluster.core.oam.dev/cluster-credential-type",
    ),
    Resource(
        "cluster.open-cluster-management.io", "v1", "managedclusters", "ManagedCluster",
        namespaced=False, optional=True,
    ),
    Resource(
        "multicluster.x-k8s.io", "v1alpha1", "clusterprofiles", "ClusterProfile", optional=True
    ),
)  # fmt: skip
"""Objects that stand for clusters. Of Secrets only the metadata is asked for: credentials stay on the server."""

FOLDERS: Final = {kind: type_.replace("-", "") for kind, type_ in TYPES.items()}
"""The folder of each kind of definition."""
