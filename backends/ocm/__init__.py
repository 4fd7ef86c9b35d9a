"""Open Cluster Management: a ManifestWork per Application and cluster, or one per class with a Placement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from velac.compiler.ir.backend import BackendInput, BackendSpec, Files, Loss, Setting
from velac.compiler.ir.shape import BOOL, INT, LABELS, STRING, STRINGS, one_of

WORK: Final = "work"
REPLICASET: Final = "replicaset"


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    from velac.backends.ocm.emit import replica_sets, works

    return works(given) if given.layout == WORK else replica_sets(given)


def lossiness(given: BackendInput) -> Iterable[Loss]:
    """See `BackendSpec.lossiness`."""
    from velac.backends.ocm.losses import losses

    return losses(given)


BACKEND = BackendSpec(
    name="ocm",
    title="Open Cluster Management: ManifestWork per cluster, or ManifestWorkReplicaSet and Placement",
    layouts=(WORK, REPLICASET),
    emit=emit,
    settings=(
        Setting("local", STRING, "local-cluster", "the ManagedCluster that `local` is"),
        Setting(
            "updateStrategy",
            one_of("Update", "ServerSideApply", "CreateOnly"),
            "ServerSideApply",
            "how the agent applies objects that no policy speaks of",
        ),
        Setting("feedback", BOOL, True, "report the status of well-known workloads to the hub"),
        Setting(
            "plurals", LABELS, {}, "plurals of kinds (`Kind.group`) where a rule of thumb fails"
        ),
        Setting("maxBytes", INT, 400_000, "size at which objects go to a further ManifestWork"),
        Setting("namespace", STRING, "velac", "namespace in the hub (layout replicaset)"),
        Setting(
            "clusterLabel", STRING, "name", "label with the cluster's name (layout replicaset)"
        ),
        Setting("clusterSets", STRINGS, ["global"], "sets that Placements choose from"),
        Setting(
            "rollout",
            one_of("All", "Progressive", "ProgressivePerGroup"),
            "All",
            "how a change reaches the clusters of a class (layout replicaset)",
        ),
    ),
    lossiness=lossiness,
)
