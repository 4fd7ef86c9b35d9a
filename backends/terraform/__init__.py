"""Terraform: cloud components as a root module in Terraform's JSON syntax."""

from __future__ import annotations

from collections.abc import Iterable

from velac.compiler.ir.backend import BackendInput, BackendSpec, Files, Loss


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    from velac.backends.terraform.emit import files

    return files(given)


def lossiness(given: BackendInput) -> Iterable[Loss]:
    """See `BackendSpec.lossiness`."""
    from velac.backends.terraform.losses import losses

    return losses(given)


BACKEND = BackendSpec(
    name="terraform",
    title="Terraform: cloud components as root modules (JSON syntax)",
    layouts=("app",),
    emit=emit,
    lossiness=lossiness,
)
