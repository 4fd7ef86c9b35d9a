"""The two sides of a diff: a directory, a git ref, or the working tree, compiled."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.driver import CompileResult, Session
from velac.compiler.ir.clusters import NEWEST_KUBERNETES
from velac.compiler.options import Options
from velac.compiler.project import FILE_NAME, Project, find_project, load_project
from velac.compiler.secrets import ALLOW, EXTERNAL

_MAIN_BRANCHES: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


def git(*args: str, index: str = "") -> str:
    """The output of a git command. Raises Rejected when it fails."""
    environment = {**os.environ, "GIT_INDEX_FILE": index} if index else None
    try:
        done = subprocess.run(("git", *args), capture_output=True, check=False, env=environment)
    except FileNotFoundError:
        raise Rejected(
            Diagnostic("V806", "git is not installed", help="name two directories")
        ) from None
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Rejected(Diagnostic("V806", f"git: {reason[-1] if reason else 'failed'}"))
    return done.stdout.decode("utf-8", "surrogateescape").strip()


def default_base() -> str:
    """The merge base of the working tree with the main branch."""
    for branch in _MAIN_BRANCHES:
        try:
            return git("merge-base", "HEAD", branch)
        except Rejected:
            continue
    return git("rev-parse", "HEAD")


def is_ref(text: str) -> bool:
    """Whether git knows `text` as a commit."""
    try:
        git("rev-parse", "--verify", "--quiet", f"{text}^{{commit}}")
    except Rejected:
        return False
    return True


@contextmanager
def checked_out(ref: str) -> Iterator[str]:
    """A temporary directory with the files of a commit; neither the index nor the working tree changes."""
    if ref.startswith("-") or not is_ref(ref):
        raise Rejected(
            Diagnostic("V806", f"`{ref}` is neither a directory nor a commit that git knows")
        )
    top = git("rev-parse", "--show-toplevel")
    with tempfile.TemporaryDirectory(prefix="velac-") as scratch:
        # Not `git archive`, which leaves out what .gitattributes says is not for export.
        index, folder = os.path.join(scratch, "index"), os.path.join(scratch, "tree")
        os.mkdir(folder)
        git("-C", top, "read-tree", f"{ref}^{{commit}}", index=index)
        git("-C", top, "checkout-index", "--all", f"--prefix={folder}/", index=index)
        yield folder


def inside(project: Project) -> str:
    """The directory of a project below the top of its repository: "" at the top."""
    top = os.path.realpath(git("rev-parse", "--show-toplevel"))
    found = os.path.relpath(os.path.realpath(project.root), top)
    return "" if found == "." or found.startswith("..") else found


def compile_below(
    root: str, paths: Sequence[str], definitions: Sequence[str] = (), clusters: str | None = None
) -> CompileResult:
    """Compile what is below a directory: the given paths in it, else what its project file says, else all of it.

    A directory that is not there holds nothing. Secrets do not stop it: a diff never shows their values.
    """
    options = options_below(root, paths, definitions, clusters)
    return Session(options).run() if options is not None else nothing()


def options_below(
    root: str, paths: Sequence[str], definitions: Sequence[str] = (), clusters: str | None = None
) -> Options | None:
    """How a side is compiled; None when nothing is there."""
    file = os.path.join(root, FILE_NAME)
    own = os.path.isfile(file)
    project = revealed(load_project(file) if own else find_project(root))
    given = [os.path.join(root, path) for path in paths]
    found = tuple(path for path in given if os.path.exists(path))
    if not os.path.isdir(root) or (paths and not found):
        return None
    inventory = os.path.join(root, clusters) if clusters else project.inventory
    if not (own or clusters) and os.path.isfile(os.path.join(root, "clusters.yaml")):
        inventory = None
    return Options(
        found or (project.applications if own else (root,)),
        tuple(os.path.join(root, path) for path in definitions) or project.definitions,
        inventory,
        kubernetes_version=project.kubernetes_version or NEWEST_KUBERNETES,
        labels=tuple(project.labels.items()),
        project=project,
    )


def nothing() -> CompileResult:
    """What an absent side compiles to."""
    from velac.compiler.ir.manifest import ManifestSet
    from velac.compiler.ir.plan import Plan

    return CompileResult(Plan((), ()), ManifestSet((), ()), [])


def revealed(project: Project) -> Project:
    """The project, with Secrets let through that a build would refuse to write."""
    if project.secrets.get("mode") == EXTERNAL:
        return project
    return replace(project, secrets={**project.secrets, "mode": ALLOW})
