"""Karmada: every object once, where it goes as PropagationPolicy, how clusters differ as OverridePolicy."""

from __future__ import annotations

from collections.abc import Iterable

from velac.compiler.ir.backend import BackendInput, BackendSpec, Files, Loss, Setting
from velac.compiler.ir.shape import STRING, one_of


def emit(given: BackendInput) -> Files:
    """See `BackendSpec.emit`."""
    from velac.backends.karmada.emit import files

    return files(given)


def lossiness(given: BackendInput) -> Iterable[Loss]:
    """See `BackendSpec.lossiness`."""
    from velac.backends.karmada.losses import losses

    return losses(given)


BACKEND = BackendSpec(
    name="karmada",
    title="Karmada: objects once, PropagationPolicy and OverridePolicy for their clusters",
    layouts=("app",),
    emit=emit,
    settings=(
        Setting(
            "local",
            STRING,
            "",
            "the member cluster that `local` is; without it, its objects are left out",
        ),
        Setting(
            "gates",
            one_of("suspend", "ignore"),
            "suspend",
            "whether clusters behind a manual gate begin suspended (`spec.suspension`), or get everything at once",
        ),
        Setting(
            "conflictResolution",
            one_of("Abort", "Overwrite"),
            "Abort",
            "what happens to an object that a member cluster has already; `take-over` always overwrites",
        ),
    ),
    lossiness=lossiness,
)
