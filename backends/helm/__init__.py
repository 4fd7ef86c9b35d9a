"""Helm: a chart per Application, its parameters as values, a file of values per cluster."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from velac.backends.delivery import plan_losses
from velac.backends.lost import lost_gates, lost_order, lost_policies
from velac.compiler.ir.backend import BackendInput, BackendSpec, Files, Loss, Setting
from velac.compiler.ir.shape import STRING

_UPKEEP: Final = ("apply-once", "garbage-collect", "take-over", "resource-update")


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    from velac.backends.helm.emit import files

    return files(given)


def lossiness(given: BackendInput) -> Iterable[Loss]:
    """See `BackendSpec.lossiness`."""
    yield from plan_losses(given, "Helm")
    yield from lost_gates(given, "install the release of those clusters after the approval")
    yield from lost_order(given, "install the releases in this order")
    yield from lost_policies(given, *_UPKEEP)


BACKEND = BackendSpec(
    name="helm",
    title="Helm charts: one per Application, a file of values per cluster",
    layouts=("app",),
    emit=emit,
    settings=(Setting("version", STRING, "0.1.0", "the version of the charts"),),
    lossiness=lossiness,
)
