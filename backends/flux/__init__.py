"""Flux: Kustomizations per Application and cluster, sources, manifests, OCI artifacts."""

from __future__ import annotations

from velac.backends.flux.emit import emit
from velac.backends.flux.losses import lossiness
from velac.backends.flux.settings import SETTINGS
from velac.compiler.ir.backend import BackendSpec

BACKEND = BackendSpec(
    name="flux",
    title="Flux: Kustomizations, sources, manifests, OCI artifacts",
    layouts=("app", "object"),
    emit=emit,
    settings=SETTINGS,
    lossiness=lossiness,
)
