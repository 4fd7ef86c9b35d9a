"""Kustomize: a base per Application, an overlay per class of clusters."""

from __future__ import annotations

from velac.backends.kustomize.emit import emit
from velac.backends.kustomize.losses import lossiness
from velac.compiler.ir.backend import BackendSpec

BACKEND = BackendSpec(
    name="kustomize",
    title="Kustomize: a base per Application, an overlay per class of clusters",
    layouts=("overlay",),
    emit=emit,
    lossiness=lossiness,
)
