"""Kinds of rendered objects that nobody has heard of: Kubernetes lacks them, and so do the definitions of its extensions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Label, Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.kinds import EXTENSIONS, KINDS
from velac.compiler.ir.manifest import AppManifests, Manifest

CRD = "CustomResourceDefinition"


def unknown_kinds(
    apps: Iterable[AppManifests],
    objects: Iterable[Mapping[str, Any]],
    severity: Severity | None,
) -> Iterator[Diagnostic]:
    """One diagnostic for each Application and kind that its API group does not have.

    Groups of extensions are known as far as there are CustomResourceDefinitions among `objects`, the other objects of
    the repository, and as far as definitions that come with velac make their kinds. An Application is judged by itself,
    so that parts of a fleet are judged as the whole is: it may make kinds whose definitions it brings.
    """
    if severity is None:
        return
    known: dict[str, set[str]] = {
        group: set(kinds) for group, kinds in (*KINDS.items(), *EXTENSIONS.items())
    }
    for group_name, kind in map(_of_crd, objects):
        if group_name:
            known.setdefault(group_name, set()).add(kind)
    for app in apps:
        first: dict[tuple[str, str], Manifest] = {}
        own: set[tuple[str, str]] = set()
        for group in app.groups:
            for manifest in group.manifests:
                identity = manifest.identity
                first.setdefault((identity.group, identity.kind), manifest)
                if identity.kind == CRD:
                    own.add(_of_crd(manifest.object))
        for (group_name, kind), manifest in first.items():
            if kind not in known.get(group_name, ()) and (group_name, kind) not in own:
                yield _unknown(group_name, kind, known, manifest, severity)


def _of_crd(obj: Mapping[str, Any]) -> tuple[str, str]:
    spec = obj.get("spec")
    names = spec.get("names") if isinstance(spec, Mapping) else None
    if obj.get("kind") != CRD or not isinstance(names, Mapping) or not isinstance(spec, Mapping):
        return "", ""
    return str(spec.get("group") or ""), str(names.get("kind") or "")


def _unknown(
    group: str, kind: str, known: Mapping[str, set[str]], manifest: Manifest, severity: Severity
) -> Diagnostic:
    origin = manifest.origin
    others = sorted(name or "v1" for name, kinds in known.items() if kind in kinds)
    hint = did_you_mean(kind, known.get(group, ()))
    if others:
        listed = ", ".join(f"`{name}`" for name in others)
        hint = f"the group of {kind} is {listed}"
    where = f"the API group `{group}`" if group else "the core API group"
    text = f"{origin.owner} makes a {kind}, which {where} does not have"
    if group not in known:
        text = f"{origin.owner} makes a {kind} of {where}, which nothing here defines"
        near = did_you_mean(group, known)
        hint = hint or near or "put its CustomResourceDefinition below PATH; or see `unknownKind`"
    return Diagnostic("V719", text, (Label(origin.span),), severity, help=hint)
