"""Argo CD: Applications or ApplicationSets, projects and a tree of manifests."""

from __future__ import annotations

from velac.backends.argocd.emit import emit
from velac.backends.argocd.losses import lossiness
from velac.backends.argocd.settings import SETTINGS
from velac.compiler.ir.backend import BackendSpec

BACKEND = BackendSpec(
    name="argocd",
    title="Argo CD: Applications or ApplicationSets, projects, manifests",
    layouts=("app", "object"),
    emit=emit,
    settings=SETTINGS,
    lossiness=lossiness,
)
