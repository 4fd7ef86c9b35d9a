"""What Flux cannot say of a plan."""

from __future__ import annotations

from collections.abc import Iterator

from velac.backends.delivery import (
    AppDelivery,
    app_deliveries,
    object_losses,
    plan_losses,
)
from velac.backends.flux.objects import is_closed, kept_whole
from velac.backends.lost import lost_stages
from velac.compiler.ir.backend import BackendInput, Loss
from velac.compiler.ir.manifest import Manifest


def lossiness(given: BackendInput) -> Iterator[Loss]:
    """See `BackendSpec.lossiness`."""
    yield from plan_losses(given, "Flux")
    for app in app_deliveries(given):
        yield from _gates(given, app)
        if len(app.app.waves) > 1:
            yield Loss(
                f"`{app.label}`: components that wait for each other are applied at once in a cluster",
                "accepted",
                app.span,
            )
        yield from _of_objects(app)
    yield from lost_stages(given)


def _gates(given: BackendInput, app: AppDelivery) -> Iterator[Loss]:
    closed = [d for d in app.deliveries if is_closed(given.settings, app, d)]
    for gate in dict.fromkeys(delivery.gate for delivery in closed):
        yield Loss(
            f"`{app.label}`: Flux has no button for the gate `{gate}`; its Kustomizations are suspended",
            "warning",
            app.span,
            help=f"approve it by adding `{app.label}/{gate}` to `backends.flux.approved`",
        )


def _of_objects(app: AppDelivery) -> Iterator[Loss]:
    whole = {id(group) for group in app.groups if kept_whole(app, group.manifests)}
    yield from object_losses(app, lambda group, one: _of_object(one, id(group) in whole))


def _of_object(manifest: Manifest, whole: bool) -> Iterator[str]:
    marks = manifest.marks
    if marks.plain:
        return
    if marks.collect == "onAppDelete" and not whole:
        yield "to go with the Application, but Flux leaves it for good"
    if "*" in marks.drift_paths:
        yield "to be left alone after it was applied, but Flux repairs it"
    if marks.shared:
        yield "to be shared, but Flux knows one owner of an object"
