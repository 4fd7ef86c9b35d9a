"""Plain manifests: YAML files by cluster, namespace and Application, for `kubectl apply` and everything alike."""

from __future__ import annotations

from velac.backends.plain.emit import emit
from velac.compiler.ir.backend import BackendSpec

BACKEND = BackendSpec(
    name="plain",
    title="YAML manifests, a directory per cluster",
    layouts=("app", "object", "cluster"),
    emit=emit,
)
