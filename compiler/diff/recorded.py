"""A recorded revision as a side of a diff: `APPLICATION@v3` is compiled as it was published, for the clusters of today."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.render import arranged
from velac.compiler.diff.sides import compile_part, options_below
from velac.compiler.driver import Session
from velac.compiler.load.documents import read_documents
from velac.compiler.missing import require
from velac.compiler.options import Options
from velac.compiler.project import Project
from velac.compiler.result import CompileResult, Statistics
from velac.compiler.revision.ask import history_of, known_store, object_of, revision_of
from velac.compiler.revision.model import AppHistory, AppRevision
from velac.grammar.source import SourceFile
from velac.grammar.yaml_writer import emit

_WRITTEN: Final = re.compile(r"(?P<name>[a-z0-9][-a-z0-9./]*)@v?(?P<number>[0-9]{1,9})")


@final
@dataclass(frozen=True, slots=True)
class Recorded:
    """One revision of an Application."""

    history: AppHistory
    revision: AppRevision
    source: SourceFile
    """The Application as it was, as a file that places can point to."""

    @property
    def label(self) -> str:
        """The Application."""
        return self.history.label


def looks_recorded(text: str, project: Project) -> bool:
    """Whether a side of a diff names a revision: in a project without any, `a@1` can only be a git ref."""
    return bool(project.revisions) and _WRITTEN.fullmatch(text) is not None


def recorded(text: str, project: Project) -> Recorded:
    """The revision that `APPLICATION@v3` names. Raises Rejected (V822, V821)."""
    match = _WRITTEN.fullmatch(text)
    assert match is not None, text
    store = known_store(project)
    history = history_of(store, match["name"])
    revision = revision_of(history, match["number"])
    data = object_of(store, history, revision)["spec"]["application"]
    name = f"{history.label}@v{revision.number}"
    return Recorded(history, revision, SourceFile(name, emit(data)))


def compile_recorded(
    sides: tuple[Recorded | str, Recorded | str],
    root: str,
    paths: Sequence[str],
    definitions: Sequence[str],
    clusters: str | None,
) -> tuple[CompileResult, CompileResult]:
    """Compile one Application on two sides, of which one at least is a revision; the others are directories.

    A revision has its own definitions; the inventory and the rest of the project are those below `root`.
    """
    labels = list(dict.fromkeys(side.label for side in sides if isinstance(side, Recorded)))
    if len(labels) > 1:
        text = f"these are revisions of two Applications: `{labels[0]}` and `{labels[1]}`"
        raise Rejected(Diagnostic("V822", text, help="compare revisions of one Application"))

    folders = [side for side in sides if isinstance(side, str)]
    require((*paths, *definitions, *((clusters,) if clusters else ())), [root, *folders])

    def compiled(side: Recorded | str) -> CompileResult:
        if isinstance(side, str):
            options = options_below(side, paths, definitions, clusters)
            return compile_part(options, frozenset(labels))
        options = options_below(root, paths, definitions, clusters)
        if options is None:
            options = options_below(root, (), definitions, clusters)
        assert options is not None, "a project that keeps revisions is there"
        return _compile(side, options)

    return compiled(sides[0]), compiled(sides[1])


def _compile(side: Recorded, options: Options) -> CompileResult:
    session = Session(options)
    try:
        session.load()
        documents = list(read_documents(side.source, session.diagnostics))
        session.bundle.applications[:] = documents
        assert session.revisions is not None, "the side was found among them"
        session.revisions.as_of(side.label, side.revision)
        plans = session.plan()
        return session.completed(plans, *session.render(plans))
    except Rejected as error:
        session.diagnostics.extend(error.diagnostics)
        return session.result_of((), arranged(session.diagnostics), Statistics())
