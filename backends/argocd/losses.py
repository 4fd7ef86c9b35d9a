"""What Argo CD cannot say of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from velac.backends.delivery import (
    AppDelivery,
    app_deliveries,
    object_losses,
    object_name,
    plan_losses,
)
from velac.compiler.ir.backend import BackendInput, Loss
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.manifest import Manifest


def lossiness(given: BackendInput) -> Iterator[Loss]:
    """See `BackendSpec.lossiness`."""
    yield from plan_losses(given, "Argo CD")
    one_set = given.settings["generator"] != "application"
    for app in app_deliveries(given):
        yield from _gates(app)
        if one_set:
            yield from _of_sets(given, app)
        elif len(app.waves) > 1:
            yield Loss(
                f"`{app.label}`: its waves wait for each other only where Argo CD judges the health of Applications",
                "accepted",
                app.span,
                help="set `resource.customizations.health.argoproj.io_Application` in `argocd-cm`",
            )
        yield from object_losses(app, lambda _, one: _of_object(one))


def _gates(app: AppDelivery) -> Iterator[Loss]:
    for gate in dict.fromkeys(d.gate for d in app.deliveries if d.gate):
        clusters = sum(d.gate == gate for d in app.deliveries)
        yield Loss(
            f"`{app.label}`: the gate `{gate}` becomes {clusters} Applications that are synced by hand",
            "accepted",
            app.span,
        )


def _of_sets(given: BackendInput, app: AppDelivery) -> Iterator[Loss]:
    if len(app.waves) > 1:
        yield Loss(
            f"`{app.label}`: its waves need progressive syncs of the ApplicationSet controller",
            "accepted",
            app.span,
            help="run it with `--enable-progressive-syncs`",
        )
    if given.settings["generator"] == "clusters" and any(
        d.cluster == LOCAL and "local" not in given.settings["clusters"] for d in app.deliveries
    ):
        yield Loss(
            f"`{app.label}`: the generator `clusters` finds the control plane only if it has a cluster Secret",
            "accepted",
            app.span,
        )
    stem = f"{app.namespace}.{app.name}"
    if given.settings["generator"] != "list" and object_name(app.namespace, app.name) != stem:
        yield Loss(
            f"`{app.label}`: its name is too long or not plain enough for this generator",
            "error",
            app.span,
            help="set `generator: list`",
        )


def _of_object(manifest: Manifest) -> Iterator[str]:
    marks = manifest.marks
    if marks.plain:
        return
    if marks.recreate_fields:
        yield "to be made anew when some fields change, which Argo CD cannot do"
    if marks.shared:
        yield "to be shared, but Argo CD warns when several Applications own an object"
