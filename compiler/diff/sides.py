"""The two sides of a diff: a directory, a git ref, or the working tree, compiled."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.driver import CompileResult, Session
from velac.compiler.ir.clusters import NEWEST_KUBERNETES
from velac.compiler.options import Options
from velac.compiler.project import find_project, load_project

_MAIN_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


def git(*args: str) -> str:
    """The output of a git command. Raises Rejected when it fails."""
    return _git(*args).decode().strip()


def _git(*args: str) -> bytes:
    try:
        done = subprocess.run(("git", *args), capture_output=True, check=False)
    except FileNotFoundError:
        raise Rejected(
            Diagnostic("V806", "git is not installed", help="name two directories")
        ) from None
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Rejected(Diagnostic("V806", f"git: {reason[-1] if reason else 'failed'}"))
    return done.stdout


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
    """A temporary directory with the files of a commit."""
    if ref.startswith("-") or not is_ref(ref):
        raise Rejected(
            Diagnostic("V806", f"`{ref}` is neither a directory nor a commit that git knows")
        )
    archive = _git("archive", "--format=tar", ref)
    with tempfile.TemporaryDirectory(prefix="velac-") as folder:
        with tarfile.open(fileobj=BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        yield folder


def compile_below(
    root: str, paths: Sequence[str], definitions: Sequence[str] = (), clusters: str | None = None
) -> CompileResult:
    """Compile what is below a directory: the given paths in it, else what its project file says, else all of it."""
    file = os.path.join(root, "velac.yaml")
    project = load_project(file) if os.path.isfile(file) else find_project(root)
    inside = [os.path.join(root, path) for path in paths]
    return Session(
        Options(
            tuple(path for path in inside if os.path.exists(path))
            or project.applications
            or (root,),
            tuple(os.path.join(root, path) for path in definitions) or project.definitions,
            os.path.join(root, clusters) if clusters else project.inventory,
            kubernetes_version=project.kubernetes_version or NEWEST_KUBERNETES,
            labels=tuple(project.labels.items()),
            project=project,
        )
    ).run()
