"""Which revision each Application of a build is, and which definitions that freezes (semantics 8.1).

A build asks in two steps: `published` before anything is lowered further, since an unchanged publishVersion brings
back what was published; `assigned` after the passes, when all that counts is known. `record` writes what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected, Severity
from velac.compiler.ir.app import AppIR, Policy, Step, Workflow
from velac.compiler.ir.context import Context
from velac.compiler.ir.policies import BUILTIN_POLICIES, ENGINE_STEPS
from velac.compiler.ir.values import Values
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT, Definition
from velac.compiler.load.resolution import AUTO_UPDATE, SYSTEM, Entry, Level
from velac.compiler.lower.app import lower_application
from velac.compiler.lower.resolve import Resolver
from velac.compiler.project import Project
from velac.compiler.revision.model import AppHistory, AppRevision, Content, damaged
from velac.compiler.revision.store import (
    DEFINITION_LIMIT,
    LIMIT,
    DefinitionKey,
    RevisionStore,
    place_of,
)

PUBLISH_VERSION: Final = "app.oam.dev/publishVersion"
Pins = Mapping[tuple[str, str], Definition]


@final
class Revisions:
    """The revisions of one build."""

    def __init__(
        self,
        store: RevisionStore,
        resolver: Resolver,
        settings: Mapping[str, Any],
        diagnostics: list[Diagnostic],
    ) -> None:
        self.store = store
        self._resolver = resolver
        self._index = resolver.index
        self._diagnostics = diagnostics
        self._limit = _setting(settings, "limit", LIMIT)
        self._definition_limit = _setting(settings, "definitionLimit", DEFINITION_LIMIT)
        self._published: dict[str, AppRevision] = {}
        self._asked: dict[str, AppRevision] = {}
        self._histories: dict[str, AppHistory] = {}
        self._used: dict[DefinitionKey, Definition] = {}
        self._number()

    def _number(self) -> None:
        """Say of definitions which revisions they have: those of the store, and what each one is now."""
        store, index = self.store, self._index
        for entry in list(index.entries()):
            key = (entry.type, _namespace(entry), entry.name)
            if entry.revision or (entry.level >= Level.ADDON and key not in store.definitions):
                continue
            try:
                definition = index.read(entry)
                store.check_named(key, definition)
            except Rejected as error:
                if entry.level < Level.ADDON and error.diagnostics[0].code == "V824":
                    self._diagnostics += error.diagnostics
                continue  # others are reported where the definition is used
            if not entry.version:
                index.number(entry, store.version_of(key, definition), definition)
            if entry.level < Level.ADDON:
                self._used[key] = definition
        for key, history in store.definitions.items():
            type_, namespace, name = key
            for revision in history.revisions:
                read = partial(store.restored, key, revision)
                called = f"{name}-{revision.version}"
                entry = Entry(
                    type_, called, Level.RECORDED, read, revision=True, namespace=namespace,
                    version=revision.version,
                )  # fmt: skip
                index.add(entry)

    # ------------------------------------------------------------------------------------------------ published

    def as_of(self, label: str, revision: AppRevision) -> None:
        """Take an Application, whose document says what a revision says, for that revision; nothing is recorded."""
        self._asked[label] = revision

    def published(self, app: AppIR) -> AppIR:
        """The Application as last published, where its publishVersion is still the same."""
        asked = self._asked.get(app.label)
        if asked is not None:
            self._published[app.label] = asked
            return app
        annotations = app.annotations.data or {}
        version = annotations.get(PUBLISH_VERSION)
        if not isinstance(version, str) or not version:
            return app
        place = app.annotations.span((PUBLISH_VERSION,))
        if annotations.get(AUTO_UPDATE) == "true":
            text = f"`{app.label}` has both `{PUBLISH_VERSION}` and `{AUTO_UPDATE}`"
            self._diagnostics.append(Diagnostic("V826", text, (Label(place),)))
            return app
        history = self.store.applications.get(app.label)
        current = history.current if history is not None else None
        if current is None or current.publish_version != version:
            return app
        self._published[app.label] = current
        if Content(_spec(app)).own == Content(current.content.spec).own:
            return app
        text = f"edits of `{app.label}` wait for another publishVersion than `{version}`"
        self._diagnostics.append(Diagnostic("V825", text, (Label(place),), Severity.WARNING))
        document = Values({**app.raw, "spec": current.content.spec}, app.origin.sources)
        return lower_application(document, lenient=True)

    def surroundings(self, app: AppIR, context: Context) -> Context:
        """The context with what was published besides the Application: standalone policies and workflow."""
        published = self._published.get(app.label)
        return context if published is None else _as_published(app, published.content, context)

    # ------------------------------------------------------------------------------------------------- assigned

    def assigned(self, app: AppIR, written: AppIR, context: Context) -> AppIR:
        """The Application with its revision and pinned definitions; `written` is what policies have not rewritten."""
        history = self.store.applications.get(app.label)
        history = history or AppHistory(app.namespace or "default", app.name)
        published = self._published.get(app.label)
        if published is not None:
            pins = dict(self._pins(app, published, (COMPONENT, TRAIT, POLICY, STEP)))
            self._histories[app.label] = history
            return self._with(app, published, pins)
        annotations = app.annotations.data or {}
        version = annotations.get(PUBLISH_VERSION)
        version = version if isinstance(version, str) else ""
        auto = annotations.get(AUTO_UPDATE) == "true"
        used = dict(self._definitions_of(app))
        content = Content(
            _spec(written), _external(app), _workflow(app, context), self._digests(used)
        )
        revision = self._known(history, content, version, auto=auto)
        pins = {}
        if revision is not None and revision.number == history.latest and not auto:
            # Unchanged: components keep the definitions of the revision, traits and steps follow.
            pins = dict(self._pins(app, revision, (COMPONENT,)))
        if revision is None:
            labels, own = app.labels.data or {}, annotations
            revision = AppRevision(history.highest + 1, content, version, labels, own)
        limit = app.rules.revision_limit
        self._histories[app.label] = history
        if revision is not history.current:
            limit = self._limit if limit is None else limit
            self._histories[app.label] = history.with_latest(revision, max(limit, 0))
        for (kind, name), definition in used.items():
            if "@" not in name:
                namespace = self._resolver.for_app(app).namespace_of(kind, name)
                self._used.setdefault((kind, namespace, name), definition)
        return self._with(app, revision, pins)

    def _known(
        self, history: AppHistory, content: Content, version: str, *, auto: bool
    ) -> AppRevision | None:
        """The revision that this content is already: the latest, else an earlier one whose definitions agree too."""
        current = history.current
        if current is not None and current.publish_version == version:
            same = current.content.own == content.own
            if same and (not auto or current.content.hash == content.hash):
                return current
        for number in sorted(history.revisions):
            earlier = history.revisions[number]
            if earlier.publish_version == version and earlier.content.hash == content.hash:
                return earlier
        return None

    def _with(self, app: AppIR, revision: AppRevision, pins: Pins) -> AppIR:
        name = f"{app.name}-v{revision.number}"
        return replace(app, revision=name, revision_number=revision.number, pinned=pins)

    def _pins(
        self, app: AppIR, revision: AppRevision, kinds: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, str], Definition]]:
        """The definitions of a revision that differ from those of the build. Raises Rejected (V821)."""
        resolver = self._resolver.for_app(app)
        for kind in kinds:
            for name, digest in revision.content.definitions.get(kind, {}).items():
                live = resolver.find(kind, name)
                if live is not None and self.store.digest_of(live) == digest:
                    continue
                kept = self.store.kept(kind, app.namespace or "default", name, digest)
                if kept is None:
                    why = (
                        f"lacks the {kind} definition `{name}` of revision `v{revision.number}` of "
                        f"`{app.label}`: a part of it is missing, or from another branch"
                    )
                    raise damaged(self.store.place.name, why)
                yield (kind, name), kept

    # ---------------------------------------------------------------------------------------------- definitions

    def _definitions_of(self, app: AppIR) -> Iterator[tuple[tuple[str, str], Definition]]:
        resolver = self._resolver.for_app(app)
        for kind, name in _types_of(app):
            found = resolver.find(kind, name)
            if found is not None:
                yield (kind, name), found

    def _digests(self, used: Pins) -> dict[str, dict[str, str]]:
        digests: dict[str, dict[str, str]] = {}
        for (kind, name), definition in sorted(used.items()):
            digests.setdefault(kind, {})[name] = self.store.digest_of(definition)
        return digests

    # -------------------------------------------------------------------------------------------------- record

    @property
    def highest(self) -> dict[str, int]:
        """The last number that each Application was given."""
        return {label: history.highest for label, history in self.store.applications.items()}

    def record(self, *, whole: bool) -> None:
        """Write the revisions of this build; a build of all Applications forgets those that are gone."""
        gone = self.store.applications.keys() - self._histories.keys() if whole else ()
        limit = self._definition_limit
        self.store.commit(self._histories, self._used, limit, gone=sorted(gone))


def _spec(app: AppIR) -> Any:
    """The spec as written; one that lacks is reported elsewhere."""
    return (app.raw or {}).get("spec") or {}


def _namespace(entry: Entry) -> str:
    return "" if entry.namespace == SYSTEM else entry.namespace


def _types_of(app: AppIR) -> Iterator[tuple[str, str]]:
    """The kinds and types that an Application uses, each once."""
    found: dict[tuple[str, str], None] = {}
    for group in (app.components, *(deployment.components for deployment in app.deployments)):
        for component in group:
            found[COMPONENT, component.type] = None
            found |= dict.fromkeys((TRAIT, trait.type) for trait in component.traits)
    for policy in (*app.policies, *app.external_policies):
        if policy.type not in BUILTIN_POLICIES:
            found[POLICY, policy.type] = None
    for step in _steps(app.workflow.steps):
        if step.type not in ENGINE_STEPS and not step.generated:
            found[STEP, step.type] = None
    yield from found


def _steps(steps: tuple[Step, ...]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from step.sub_steps


def _external(app: AppIR) -> dict[str, Any]:
    return {
        policy.name: {"type": policy.type, "properties": _data(policy.properties)}
        for policy in app.external_policies
    }


def _workflow(app: AppIR, context: Context) -> Any:
    """The standalone workflow that the Application refers to."""
    ref = app.workflow.ref
    found = context.workflows.get((app.namespace or "default", ref)) if ref else None
    if found is None:
        return None
    data = found.origin.data
    return {"name": ref, "mode": data.get("mode"), "steps": data.get("steps")}


def _as_published(app: AppIR, content: Content, context: Context) -> Context:
    """The context with the standalone policies and the workflow that were published."""
    if not content.policies and content.workflow is None:
        return context
    namespace = app.namespace or "default"
    policies = dict(context.policies)
    for name, data in content.policies.items():
        values = None if data["properties"] is None else Values(data["properties"])
        policies[namespace, name] = Policy(name, data["type"], values, True, Values(dict(data)))
    workflows = dict(context.workflows)
    if content.workflow is not None:
        workflows[namespace, content.workflow["name"]] = _lowered(content.workflow, namespace)
    return replace(context, policies=policies, workflows=workflows, memo={})


def _lowered(data: Mapping[str, Any], namespace: str) -> Workflow:
    from velac.compiler.lower.app import lower_workflow

    kind = {"apiVersion": "core.oam.dev/v1alpha1", "kind": "Workflow"}
    parts = {key: data[key] for key in ("mode", "steps") if data.get(key) is not None}
    metadata = {"name": data["name"], "namespace": namespace}
    return lower_workflow(Values({**kind, "metadata": metadata, **parts}), lenient=True)[1]


def _data(values: Values | None) -> Any:
    return values.data if values is not None else None


def _setting(settings: Mapping[str, Any], key: str, default: int) -> int:
    value = settings.get(key)
    return value if isinstance(value, int) and value >= 0 else default


def open_revisions(
    project: Project, resolver: Resolver, diagnostics: list[Diagnostic]
) -> Revisions | None:
    """The revisions of a build; None where the project keeps none. Raises Rejected (V821)."""
    place = place_of(project)
    if place is None:
        return None
    return Revisions(RevisionStore(place), resolver, project.revisions, diagnostics)
