"""What a root module cannot say of a plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from velac.backends.delivery import plan_losses
from velac.backends.lost import lost_gates, lost_order
from velac.backends.terraform.emit import is_configuration
from velac.compiler.ir.backend import BackendInput, Loss

_FIELDS: Final = {
    "providerRef": "configure the provider beside the root module",
    "backend": "write a `backend` block beside the root module",
    "writeConnectionSecretToRef": "read `terraform output`; nobody writes the Secret",
    "customRegion": "set the region of the provider",
    "deleteResource": "use `lifecycle` or the state",
    "inlineCredentials": "configure the provider beside the root module",
}


def losses(given: BackendInput) -> Iterator[Loss]:
    """All of it: gates, order, fields of a Configuration, and the objects that other backends write."""
    yield from plan_losses(given, "Terraform")
    yield from lost_gates(given, "apply the root modules of those clusters after the approval")
    yield from lost_order(given)
    for app in given.manifests.apps:
        objects = {m.identity: m for group in app.groups for m in group.manifests}.values()
        others = sum(not is_configuration(manifest) for manifest in objects)
        if others:
            text = f"{others} objects of `{app.label}` are no cloud components and are not written"
            yield Loss(
                text, "accepted", app.span, "write them with another backend beside this one"
            )
        for manifest in filter(is_configuration, objects):
            spec = manifest.object.get("spec") or {}
            for name, instead in _FIELDS.items():
                if name in spec:
                    text = f"`{name}` of {manifest.identity} has no counterpart"
                    yield Loss(text, place=manifest.origin.span, help=instead)
            if not (spec.get("hcl") or spec.get("remote")):
                text = f"{manifest.identity} has neither HCL nor a remote module"
                yield Loss(text, "error", manifest.origin.span)
