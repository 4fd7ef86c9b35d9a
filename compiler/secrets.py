"""Secrets on their way into a tree that is committed: refused, let through, or replaced by ExternalSecrets.

The step stands between rendering and all backends, so that none of them has to think of it. A Secret counts when it
holds a value; one that is only a name (filled in by something in the cluster) does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from velac.compiler.diagnostics.model import Diagnostic, Label
from velac.compiler.ir.manifest import (
    AppManifests,
    ClusterManifests,
    Identity,
    Manifest,
    ManifestSet,
    Plain,
)
from velac.compiler.ir.plan import AppPlan
from velac.compiler.ir.summary import name_of
from velac.compiler.secret_settings import ALLOW, REFUSE
from velac.grammar.source import SourceFile, Span
from velac.grammar.yaml_writer import emit

_GROUP: Final = "external-secrets.io"
_KEY: Final = "{namespace}/{name}"


def guard_secrets(
    manifests: ManifestSet, settings: Mapping[str, Any], plans: Iterable[AppPlan] = ()
) -> tuple[ManifestSet, list[Diagnostic]]:
    """The manifests as they may be written, and what is wrong with them (V811, once per Secret; V812).

    Manifests without Secrets come back as the same object. `plans` are those of their Applications, where values are
    looked for.
    """
    mode = settings.get("mode") or REFUSE
    if mode == ALLOW:
        return manifests, []
    found = list(_found(manifests, tuple(settings.get("allow") or ())))
    if not found:
        return manifests, []
    if mode == REFUSE:
        return manifests, _refusals(found, plans)
    if not settings.get("store"):
        text = "`secrets.mode: external` needs the name of a store in `secrets.store`"
        return manifests, [Diagnostic("V812", text)]
    made: dict[int, Manifest] = {id(s): _external(s, settings) for _, s in found}
    apps = tuple(_replaced(app, made) for app in manifests.apps)
    return ManifestSet(apps, manifests.clusters), []


def _found(manifests: ManifestSet, allowed: tuple[str, ...]) -> Iterable[tuple[str, Manifest]]:
    for app in manifests.apps:
        for group in app.groups:
            for manifest in group.manifests:
                identity = manifest.identity
                if identity.kind != "Secret" or identity.group or not _keys(manifest):
                    continue
                path = f"{identity.namespace}/{identity.name}"
                if not any(fnmatchcase(path, pattern) for pattern in allowed):
                    yield app.label, manifest


def _keys(secret: Manifest) -> list[str]:
    """The keys that have a value."""
    return sorted(key for _, key, _ in _values(secret))


def _values(secret: Manifest) -> Iterator[tuple[str, str, Any]]:
    """The field, the key and the value of each key that has one; `stringData` wins, as in the API server."""
    obj = secret.object
    # What is no mapping is told by lint (VL301), and by the API server.
    found = {f: v for f in ("data", "stringData") if isinstance(v := obj.get(f), dict)}
    text = found.get("stringData") or {}
    for field, values in found.items():
        for key, value in values.items():
            if value not in (None, "") and not (field == "data" and text.get(key)):
                yield field, key, value


def _refusals(found: Iterable[tuple[str, Manifest]], plans: Iterable[AppPlan]) -> list[Diagnostic]:
    """A diagnostic for each Secret, at the properties that its values come from, which are blanked out there."""
    from velac.compiler.lint.places import Places

    secrets: dict[tuple[str, Identity], Manifest] = {}
    for label, secret in found:
        secrets.setdefault((label, secret.identity), secret)
    apps = {name_of(plan.app): plan.app for plan in plans}
    places: dict[str, Places] = {}
    spans: list[dict[Span, None]] = []
    hidden: dict[SourceFile, list[tuple[int, int]]] = {}
    for (label, _), secret in secrets.items():
        namespace, _, name = label.partition("/")
        app = apps.get((namespace, name))
        own: dict[Span, None] = {}
        for field, key, value in sorted(_values(secret), key=lambda item: item[1]):
            span = secret.origin.span
            if app is not None:
                known = places.setdefault(label, Places(app))
                span = known.find(secret, (field, key), secret.object)
            own[span] = None
            hidden.setdefault(span.file, []).extend(_shown(span, value))
        spans.append(own)
    blanked = {file: _blanked(file, ranges) for file, ranges in hidden.items()}
    return [
        _refusal(label, secret, [Span(blanked[s.file], s.start, s.end) for s in own])
        for ((label, _), secret), own in zip(secrets.items(), spans, strict=True)
    ]


def _shown(span: Span, value: Any) -> Iterator[tuple[int, int]]:
    """Where a message that points at a place would show a value, or what a template has made it of."""
    text = span.file.text
    if str(value) in text[span.start : span.end]:
        yield span.start, span.end
        return
    end = text.find("\n", span.end)
    yield text.rfind("\n", 0, span.start) + 1, span.start
    yield span.end, end if end >= 0 else len(text)


def _blanked(file: SourceFile, ranges: list[tuple[int, int]]) -> SourceFile:
    """The file with stars for what is in these ranges; every line and column stays where it is."""
    parts, position = [], 0
    for start, end in sorted(ranges):
        start = max(start, position)
        if start < end:
            parts += [file.text[position:start], re.sub(r"\S", "*", file.text[start:end])]
            position = end
    return SourceFile(file.name, "".join(parts) + file.text[position:]) if parts else file


def _refusal(label: str, secret: Manifest, spans: list[Span]) -> Diagnostic:
    keys = ", ".join(f"`{key}`" for key in _keys(secret))
    text = f"{secret.identity} of `{label}` would be written with its values in the open ({keys})"
    help_text = (
        "let the cluster make it; or see `secrets` in the project file: `mode: external`, `allow`"
    )
    return Diagnostic("V811", text, tuple(map(Label, spans)), help=help_text)


def _external(secret: Manifest, settings: Mapping[str, Any]) -> Manifest:
    """An ExternalSecret that makes the same Secret of values in a store; nothing of the values is left."""
    obj = secret.object
    metadata = obj["metadata"]
    namespace, name = secret.identity.namespace, secret.identity.name
    key = (settings.get("key") or _KEY).replace("{namespace}", namespace).replace("{name}", name)
    template: dict[str, Any] = {"type": obj.get("type") or "Opaque"}
    kept = {k: dict(metadata[k]) for k in ("annotations", "labels") if metadata.get(k)}
    if kept:
        template["metadata"] = kept
    target: dict[str, Any] = {"name": name, "creationPolicy": "Owner", "template": template}
    if obj.get("immutable"):
        target["immutable"] = True
    store = {
        "kind": settings.get("storeKind") or "ClusterSecretStore",
        "name": settings["store"],
    }
    made = {
        "apiVersion": f"{_GROUP}/v1",
        "kind": "ExternalSecret",
        "metadata": {k: metadata[k] for k in ("name", "namespace", "labels") if metadata.get(k)},
        "spec": {
            "refreshInterval": settings.get("refreshInterval") or "1h",
            "secretStoreRef": store,
            "target": target,
            "data": [
                {"secretKey": k, "remoteRef": {"key": key, "property": k}} for k in _keys(secret)
            ],
        },
    }
    identity = Identity(_GROUP, "ExternalSecret", namespace, name)
    return Manifest(Plain(made), identity, emit(made), secret.origin, secret.marks)


def _replaced(app: AppManifests, made: Mapping[int, Manifest]) -> AppManifests:
    groups = []
    for group in app.groups:
        own = {manifest.identity for manifest in group.manifests}
        objects = [
            made.get(id(manifest), manifest)
            for manifest in group.manifests
            # Whoever writes the ExternalSecret beside the Secret keeps his own.
            if id(manifest) not in made or made[id(manifest)].identity not in own
        ]
        groups.append(ClusterManifests(group.clusters, tuple(objects), group.required))
    return AppManifests(app.namespace, app.name, tuple(groups), app.span)
