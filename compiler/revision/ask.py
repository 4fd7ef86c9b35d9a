"""Finding a revision by what a user types, and showing one as KubeVela's object."""

from __future__ import annotations

from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.project import Project
from velac.compiler.revision.model import AppHistory, AppRevision, Data
from velac.compiler.revision.store import RevisionStore, place_of

_FIELDS = {
    "component": "componentDefinitions",
    "trait": "traitDefinitions",
    "policy": "policyDefinitions",
    "workflow-step": "workflowStepDefinitions",
}


def known_store(project: Project) -> RevisionStore:
    """The store of the project. Raises Rejected (V822 where there is none, V821)."""
    place = place_of(project)
    if place is None:
        hint = "set `revisions.directory` or `revisions.branch` in velac.yaml, and build"
        raise Rejected(Diagnostic("V822", "the project keeps no revisions", help=hint))
    return RevisionStore(place)


def history_of(store: RevisionStore, name: str) -> AppHistory:
    """The history of `name` or `namespace/name`. Raises Rejected (V822)."""
    known = store.applications
    found = [h for label, h in known.items() if name in (label, h.name)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"`{h.label}`" for h in found)
        raise Rejected(Diagnostic("V822", f"several Applications are called `{name}`: {listed}"))
    names = [*known, *(h.name for h in known.values())]
    hint = did_you_mean(name, names, known="Applications")
    raise Rejected(Diagnostic("V822", f"no revision of `{name}` is recorded", help=hint))


def revision_of(history: AppHistory, text: str | None) -> AppRevision:
    """The revision `v3`, `3` or `NAME-v3`; the one in use for None. Raises Rejected (V822)."""
    if text is None:
        return history.revisions[history.latest]
    number = text.removeprefix(f"{history.name}-").removeprefix("v")
    found = history.revisions.get(int(number)) if number.isdecimal() and len(number) < 10 else None
    if found is None:
        listed = ", ".join(f"v{n}" for n in sorted(history.revisions))
        message = f"`{history.label}` has no revision `{text}`"
        raise Rejected(Diagnostic("V822", message, help=f"there is {listed}"))
    return found


def object_of(store: RevisionStore, history: AppHistory, revision: AppRevision) -> Data:
    """The ApplicationRevision; definitions are named, their bodies are DefinitionRevisions of the store."""
    content = revision.content
    metadata: Data = {"name": history.name, "namespace": history.namespace}
    for key, value in (("labels", revision.labels), ("annotations", revision.annotations)):
        if value:
            metadata[key] = dict(value)
    spec: Data = {
        "application": {
            "apiVersion": "core.oam.dev/v1beta1",
            "kind": "Application",
            "metadata": metadata,
            "spec": content.spec,
        }
    }
    for kind, definitions in content.definitions.items():
        spec[_FIELDS[kind]] = {
            name: {"metadata": {"name": _named(store, history, kind, name, digest)}}
            for name, digest in definitions.items()
        }
    if content.policies:
        spec["policies"] = {name: dict(data) for name, data in content.policies.items()}
    if content.workflow is not None:
        spec["workflow"] = content.workflow
    own: Data = {
        "name": f"{history.name}-v{revision.number}",
        "namespace": history.namespace,
        "labels": {
            "app.oam.dev/app-revision-hash": content.hash,
            "app.oam.dev/name": history.name,
        },
    }
    if revision.publish_version:
        own["annotations"] = {"app.oam.dev/publishVersion": revision.publish_version}
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "ApplicationRevision",
        "metadata": own,
        "spec": spec,
    }


def _named(store: RevisionStore, history: AppHistory, kind: str, name: str, digest: str) -> Any:
    plain = name.partition("@")[0]
    for place in (history.namespace, ""):
        known = store.definitions.get((kind, place, plain))
        found = known.of_digest(digest) if known is not None else None
        if found is not None:
            return f"{plain}-{found.version}"
    return f"{plain} ({digest[:12]}, not kept)"
