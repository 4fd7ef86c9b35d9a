"""Plain manifests: YAML files by cluster, namespace and Application, for `kubectl apply` and everything alike."""

from __future__ import annotations

from velac.backends.plain.emit import manifest_files
from velac.backends.plain.paths import FIELDS, templated_files
from velac.compiler.ir.backend import BackendInput, BackendSpec, Files


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    if "{" in given.layout:
        return templated_files(given.manifests, given.layout)
    return manifest_files(given.manifests, given.layout)


BACKEND = BackendSpec(
    name="plain",
    title="YAML manifests, a directory per cluster",
    layouts=("app", "object", "cluster"),
    path_fields=FIELDS,
    emit=emit,
)
