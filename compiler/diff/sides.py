"""The two sides of a diff: a directory, a git ref, or the working tree, compiled."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from velac.compiler.affected.compare import affected_between
from velac.compiler.affected.tree import Tree
from velac.compiler.affected.units import read_units
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.diagnostics.render import arranged
from velac.compiler.driver import Session
from velac.compiler.git import git_text
from velac.compiler.ir.clusters import INVENTORY_FILE, NEWEST_KUBERNETES
from velac.compiler.ir.manifest import ManifestSet
from velac.compiler.ir.plan import Plan
from velac.compiler.ir.values import Values
from velac.compiler.load.bundle import Bundle, Known
from velac.compiler.missing import require
from velac.compiler.options import Options
from velac.compiler.project import FILE_NAME, Project, find_project, load_project
from velac.compiler.result import CompileResult, Statistics
from velac.compiler.secret_settings import ALLOW, EXTERNAL


def inside(project: Project) -> str:
    """The directory of a project below the top of its repository: "" at the top."""
    top = os.path.realpath(git_text("rev-parse", "--show-toplevel"))
    found = os.path.relpath(os.path.realpath(project.root), top)
    return "" if found == "." or found.startswith("..") else found


def compile_sides(
    roots: tuple[str, str],
    paths: Sequence[str],
    definitions: Sequence[str] = (),
    clusters: str | None = None,
) -> tuple[CompileResult, CompileResult]:
    """Compile what is below two directories, as far as their difference can touch it.

    Of each: the given paths, else what its project file says, else all of it. A directory that is not there holds
    nothing. Secrets do not stop it: a diff never shows their values. Raises Rejected (V109) for what neither side has.
    """
    require((*paths, *definitions, *((clusters,) if clusters else ())), roots)
    base, head = (options_below(root, paths, definitions, clusters) for root in roots)
    touched = touched_by(roots, base, head)
    return (
        compile_part(base, touched.labels, touched.base),
        compile_part(head, touched.labels, touched.head),
    )


@dataclass(frozen=True, slots=True)
class Touched:
    """The Applications (`namespace/name`) that may differ, None for all; and both sides as read to find out."""

    labels: frozenset[str] | None = None
    base: Bundle | None = None
    head: Bundle | None = None


def touched_by(roots: tuple[str, str], base: Options | None, head: Options | None) -> Touched:
    """What the difference of two sides can touch."""
    if base is None or head is None:
        return Touched()
    # What writes the files says nothing about the objects.
    head = replace(head, backends=base.backends, layout=base.layout)
    known: Known = {}
    try:
        after = read_units(Tree(roots[1], head), known, roots)
        before = read_units(Tree(roots[0], base), known, roots)
        labels = affected_between(before, after).labels
    except Rejected:
        return Touched()  # compiling says what is wrong
    return Touched(labels, before.bundle, after.bundle)


def compile_part(
    options: Options | None, labels: frozenset[str] | None = None, bundle: Bundle | None = None
) -> CompileResult:
    """Compile the Applications of these labels, or all of them; no backend is asked. `bundle` is what was read."""
    if options is None:
        return nothing()
    session = Session(options)
    try:
        session.load(bundle)
        if labels is not None:
            kept = [d for d in session.bundle.applications if _label(d) in labels]
            if not kept:
                return nothing(tuple(session.bundle.inventory.clusters))
            session.bundle.applications[:] = kept
        plans = session.plan()
        return session.completed(plans, *session.render(plans))
    except Rejected as error:
        session.diagnostics.extend(error.diagnostics)
        return session.result_of((), arranged(session.diagnostics), Statistics())


def _label(document: Values) -> str:
    metadata = document.data.get("metadata") if isinstance(document.data, dict) else None
    metadata = metadata if isinstance(metadata, dict) else {}
    return f"{metadata.get('namespace') or 'default'}/{metadata.get('name')}"


def options_below(
    root: str, paths: Sequence[str], definitions: Sequence[str] = (), clusters: str | None = None
) -> Options | None:
    """How a side is compiled; None when nothing is there."""
    file = os.path.join(root, FILE_NAME)
    own = os.path.isfile(file)
    project = revealed(load_project(file) if own else find_project(root))
    found = _there(root, paths)
    if not os.path.isdir(root) or (paths and not found):
        return None
    chosen = found or (project.applications if own else (root,))
    listed = os.path.join(root, clusters) if clusters else ""
    there = listed if os.path.lexists(listed) else ""
    inventory = there or project.inventory_for(chosen)
    if not (own or clusters) and os.path.isfile(os.path.join(root, INVENTORY_FILE)):
        inventory = None
    return Options(
        chosen,
        _there(root, definitions) if definitions else project.definitions,
        inventory,
        kubernetes_version=project.kubernetes_version or NEWEST_KUBERNETES,
        labels=tuple(project.labels.items()),
        project=project,
    )


def _there(root: str, names: Iterable[str]) -> tuple[str, ...]:
    """What a side has of what is named for both."""
    paths = (os.path.join(root, name) for name in names)
    return tuple(path for path in paths if os.path.exists(path))


def nothing(clusters: tuple[str, ...] = ()) -> CompileResult:
    """What a side compiles to that is not there, or that nothing is asked of."""
    return CompileResult(Plan((), clusters), ManifestSet((), clusters), [])


def revealed(project: Project) -> Project:
    """The project, with Secrets let through that a build would refuse to write."""
    if project.secrets.get("mode") == EXTERNAL:
        return project
    return replace(project, secrets={**project.secrets, "mode": ALLOW})
