"""What Karmada's policies cannot say."""

from __future__ import annotations

from collections.abc import Iterator

from velac.backends.delivery import app_deliveries, plan_losses
from velac.backends.karmada.template import templates
from velac.backends.lost import lost_gates, lost_order, lost_policies
from velac.compiler.ir.backend import BackendInput, Loss
from velac.compiler.ir.clusters import LOCAL
from velac.compiler.ir.manifest import Identity


def losses(given: BackendInput) -> Iterator[Loss]:
    """All of it: order and gates, policies, objects of `local`, versions, objects that two Applications make."""
    yield from plan_losses(given, "Karmada")
    if given.settings["gates"] == "ignore":
        yield from lost_gates(given, "`gates: suspend` suspends the clusters behind a gate")
    yield from lost_order(given)
    yield from lost_policies(
        given,
        "apply-once",
        "garbage-collect onAppDelete",
        "garbage-collect propagation",
        "resource-update",
    )
    owners: dict[Identity, str] = {}
    for app in app_deliveries(given):
        if not given.settings["local"] and any(d.cluster == LOCAL for d in app.deliveries):
            text = f"`{app.label}`: objects of `local` are left out"
            yield Loss(text, place=app.span, help="name the member cluster with `local`")
        for template in templates(app, given):
            common = template.common
            if (owner := owners.setdefault(common.identity, app.label)) != app.label:
                text = f"{common.identity} belongs to `{owner}` and `{app.label}`, in different clusters; Karmada has one"
                yield Loss(text, "error", common.origin.span)
            version = common.object["apiVersion"]
            if any(other.object["apiVersion"] != version for other, _ in template.others):
                text = f"{common.identity} of `{app.label}` has several API versions; an override of `/apiVersion` is a makeshift"
                yield Loss(text, "warning", common.origin.span, "give its clusters one version")
