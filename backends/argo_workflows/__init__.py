"""Argo Workflows: the workflow of an Application as a WorkflowTemplate that applies what `plain` writes."""

from __future__ import annotations

from collections.abc import Iterable

from velac.compiler.ir.backend import BackendInput, BackendSpec, Files, Loss, Setting
from velac.compiler.ir.shape import STRING


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    from velac.backends.argo_workflows.emit import files

    return files(given)


def lossiness(given: BackendInput) -> Iterable[Loss]:
    """See `BackendSpec.lossiness`."""
    from velac.backends.argo_workflows.losses import losses

    return losses(given)


BACKEND = BackendSpec(
    name="argo-workflows",
    title="Argo Workflows: a WorkflowTemplate per Application, for the manifests of `plain`",
    layouts=("app",),
    emit=emit,
    settings=(
        Setting("repoURL", STRING, None, "the git repository with the manifests", required=True),
        Setting("revision", STRING, "HEAD", "its revision"),
        Setting("path", STRING, "", "where the output of `plain` (layout app) is in it"),
        Setting(
            "image", STRING, None, "an image with sh and kubectl, best by digest", required=True
        ),
        Setting(
            "kubeconfig",
            STRING,
            "kubeconfig",
            "a Secret with the key `config`: a context per cluster",
        ),
        Setting("namespace", STRING, "argo", "namespace of the WorkflowTemplates"),
        Setting("serviceAccount", STRING, "", "service account of the workflow"),
    ),
    lossiness=lossiness,
)
