"""The revision store: the histories of all Applications and definitions, read once, changed in one go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.definition import Definition
from velac.compiler.project import Project
from velac.compiler.revision.bodies import body_digest, body_of, definition_of_body, own_version
from velac.compiler.revision.model import (
    AppHistory,
    DefinitionHistory,
    DefinitionRevision,
    damaged,
    decoded_definitions,
    decoded_history,
    encoded_definitions,
    encoded_history,
)
from velac.compiler.revision.place import BranchPlace, DirectoryPlace, Place, safe_name
from velac.grammar.source import NO_SPAN

LIMIT: Final = 10
DEFINITION_LIMIT: Final = 20
_APPLICATIONS: Final = "applications"
_DEFINITIONS: Final = "definitions"
DefinitionKey = tuple[str, str, str]
"""Type, namespace ("" for shared ones) and name."""


def place_of(project: Project) -> Place | None:
    """Where the project keeps revisions; None where it keeps none. Raises Rejected (V304)."""
    settings = project.revisions
    for key in ("limit", "definitionLimit"):
        if (settings.get(key) or 0) < 0:
            label = Label(project.values.span(("revisions", key)))
            raise Rejected(Diagnostic("V304", f"`{key}` cannot be negative", (label,)))
    directory, branch = settings.get("directory"), settings.get("branch")
    if directory and branch:
        label = Label(project.values.span(("revisions", "branch")))
        text = "revisions are kept in a `directory` or on a `branch`, not both"
        raise Rejected(Diagnostic("V304", text, (label,)))
    if directory:
        return DirectoryPlace(project.below(directory))
    return BranchPlace(branch, project.root) if branch else None


@final
class RevisionStore:
    """What was recorded. Nothing is written before `commit`."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.applications: dict[str, AppHistory] = {}
        self.definitions: dict[DefinitionKey, DefinitionHistory] = {}
        self._bodies: dict[tuple[DefinitionKey, str], Definition] = {}
        self._digests: dict[int, tuple[Definition, str]] = {}
        self._files = place.read()
        for path, raw in self._files.items():
            self._enter(path, raw)

    def _enter(self, path: str, raw: bytes) -> None:
        where = f"{self.place.name}/{path}"
        if path.startswith(f"{_APPLICATIONS}/"):
            history = decoded_history(raw, where)
            if path != _application_path(history):
                raise damaged(where, f"is the history of another Application, `{history.label}`")
            self.applications[history.label] = history
        elif path.startswith(f"{_DEFINITIONS}/"):
            found = decoded_definitions(raw, where)
            if path != _definition_path(found):
                raise damaged(where, f"is the history of another definition, `{found.name}`")
            if any(body_digest(r.body) != r.digest for r in found.revisions):
                raise damaged(where, "holds a definition that was edited")
            self.definitions[found.type, found.namespace, found.name] = found
        else:
            raise damaged(where, "is nothing that was recorded")

    # ------------------------------------------------------------------------------------------- definitions

    def digest_of(self, definition: Definition) -> str:
        """The digest of a definition's content, computed once."""
        found = self._digests.get(id(definition))
        if found is None:
            found = self._digests[id(definition)] = (definition, body_digest(body_of(definition)))
        return found[1]

    def kept(self, type_: str, namespace: str, name: str, digest: str) -> Definition | None:
        """The definition of that content, from the store; `name` may have a version."""
        plain = name.partition("@")[0]
        for place in dict.fromkeys((namespace, "")):
            key = (type_, place, plain)
            history = self.definitions.get(key)
            revision = history.of_digest(digest) if history is not None else None
            if revision is not None:
                return self.restored(key, revision)
        return None

    def version_of(self, key: DefinitionKey, live: Definition) -> str:
        """The version that the live definition has, or gets with the next build."""
        own = own_version(live)
        if own:
            return own
        history = self.definitions.get(key, DefinitionHistory(*key))
        counted = [r for r in history.revisions if _is_counted(r)]
        if counted and counted[-1].digest == self.digest_of(live):
            return counted[-1].version
        return f"v{history.highest + 1}"

    def restored(self, key: DefinitionKey, revision: DefinitionRevision) -> Definition:
        """A definition of the store. Raises Rejected (V821) when it cannot be read."""
        found = self._bodies.get((key, revision.version))
        if found is None:
            type_, _, name = key
            place = f"{self.place.name}/{_definition_path(self.definitions[key])}"
            found = definition_of_body(type_, name, revision.version, revision.body, place)
            self._bodies[key, revision.version] = found
        return found

    def check_named(self, key: DefinitionKey, definition: Definition) -> None:
        """Raise Rejected (V824) for a named revision with other content than was recorded."""
        own = own_version(definition)
        history = self.definitions.get(key)
        revision = history.of_version(own) if own and history is not None else None
        if revision is not None and revision.digest != self.digest_of(definition):
            labels = () if definition.span is NO_SPAN else (Label(definition.span),)
            text = f"revision `{definition.name}-{own}` is recorded with other content"
            raise Rejected(Diagnostic("V824", text, labels, help="raise the version"))

    # -------------------------------------------------------------------------------------------------- writing

    def commit(
        self,
        applications: Mapping[str, AppHistory],
        definitions: Mapping[DefinitionKey, Definition],
        limit: int,
        *,
        gone: Collection[str] = (),
    ) -> None:
        """Write what is new: definitions first, so that no revision is ever without its definitions."""
        changed: dict[str, bytes | None] = {}
        used = {d for h in self.applications.values() for d in _digests_of(h)}
        used |= {d for h in applications.values() for d in _digests_of(h)}
        for key, definition in definitions.items():
            history = self.definitions.get(key, DefinitionHistory(*key))
            recorded = self._recorded(history, definition, used, limit)
            if recorded is not history:
                changed[_definition_path(recorded)] = encoded_definitions(recorded)
        for label, new in applications.items():
            if new is not self.applications.get(label):
                changed[_application_path(new)] = encoded_history(new)
        for label in gone:
            changed[_application_path(self.applications[label])] = None
        if changed:
            self.place.change(changed)

    def _recorded(
        self, history: DefinitionHistory, definition: Definition, used: Collection[str], limit: int
    ) -> DefinitionHistory:
        key = (history.type, history.namespace, history.name)
        version = self.version_of(key, definition)
        if history.of_version(version) is not None:
            return history
        digest = self.digest_of(definition)
        new = DefinitionRevision(version, digest, body_of(definition))
        kept = [*history.revisions, new]
        surplus = len(kept) - limit - 1
        for old in history.revisions:
            if surplus > 0 and old.digest not in used and _is_counted(old):
                kept.remove(old)
                surplus -= 1
        highest = history.highest if own_version(definition) else history.highest + 1
        return DefinitionHistory(*key, tuple(kept), highest)


def _application_path(history: AppHistory) -> str:
    return safe_name(_APPLICATIONS, history.namespace, f"{history.name}.json")


def _definition_path(history: DefinitionHistory) -> str:
    inside = (history.namespace,) if history.namespace else ()
    return safe_name(_DEFINITIONS, history.type, *inside, f"{history.name}.json")


def _digests_of(history: AppHistory) -> set[str]:
    return {
        digest
        for revision in history.revisions.values()
        for own in revision.content.definitions.values()
        for digest in own.values()
    }


def _is_counted(revision: DefinitionRevision) -> bool:
    """Whether a revision got the next number, instead of a name from its definition."""
    return not own_version_in(revision.body)


def own_version_in(body: Mapping[str, object]) -> bool:
    """Whether a definition's data names its revision."""
    spec, annotations = body.get("spec"), body.get("annotations")
    named = isinstance(annotations, dict) and annotations.get("definitionrevision.oam.dev/name")
    return bool(named) or (isinstance(spec, dict) and bool(spec.get("version")))
