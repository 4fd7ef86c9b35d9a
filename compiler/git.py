"""What the compiler asks of git, as bytes; every failure is a diagnostic (V806)."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic, Rejected

_MAIN_BRANCHES: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")


def git(
    *args: str, given: bytes = b"", folder: str = ".", environment: Mapping[str, str] | None = None
) -> bytes:
    """The output of a git command. Raises Rejected (V806)."""
    found = git_or_none(*args, given=given, folder=folder, environment=environment)
    if isinstance(found, str):
        raise Rejected(Diagnostic("V806", f"git: {found}"))
    return found


def git_or_none(
    *args: str, given: bytes = b"", folder: str = ".", environment: Mapping[str, str] | None = None
) -> bytes | str:
    """The output of a git command, or the last line of its complaint. Raises Rejected where there is no git."""
    settings = None if environment is None else {**os.environ, **environment}
    try:
        done = subprocess.run(
            ("git", *args), input=given, capture_output=True, check=False, cwd=folder, env=settings
        )
    except FileNotFoundError:
        raise Rejected(Diagnostic("V806", "git is not installed")) from None
    if done.returncode == 0:
        return done.stdout
    reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return reason[-1] if reason else "failed"


def git_text(*args: str, environment: Mapping[str, str] | None = None) -> str:
    """The output of a git command as text without the line break at its end. Raises Rejected (V806)."""
    return git(*args, environment=environment).decode("utf-8", "surrogateescape").strip()


def commit_of(ref: str) -> str:
    """The id of a commit. Raises Rejected (V806) for what git does not know."""
    found = git_or_none("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if isinstance(found, str):
        raise Rejected(Diagnostic("V806", f"`{ref}` is no commit that git knows"))
    return found.decode().strip()


def file_at(ref: str, path: str) -> bytes | None:
    """The content of a file (relative to the working directory) in a commit; None where it has none. Raises Rejected (V806)."""
    commit = commit_of(ref)
    relative = os.path.relpath(path).replace(os.sep, "/")
    found = git_or_none("cat-file", "blob", f"{commit}:./{relative}")
    return None if isinstance(found, str) else found


def default_base() -> str:
    """The merge base of the working tree with the main branch. Raises Rejected (V806)."""
    for branch in _MAIN_BRANCHES:
        found = git_or_none("merge-base", "HEAD", branch)
        if isinstance(found, bytes):
            return found.decode().strip()
    return git_text("rev-parse", "HEAD")


@contextmanager
def checked_out(ref: str) -> Iterator[str]:
    """A temporary directory with the files of a commit; neither the index nor the working tree changes.

    Raises Rejected (V806).
    """
    commit = git_or_none(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
    )
    if isinstance(commit, str):
        raise Rejected(
            Diagnostic("V806", f"`{ref}` is neither a directory nor a commit that git knows")
        )
    top = git_text("rev-parse", "--show-toplevel")
    with tempfile.TemporaryDirectory(prefix="velac-") as scratch:
        # Not `git archive`, which leaves out what .gitattributes says is not for export.
        folder = os.path.join(scratch, "tree")
        index = {"GIT_INDEX_FILE": os.path.join(scratch, "index")}
        os.mkdir(folder)
        git("-C", top, "read-tree", commit.decode().strip(), environment=index)
        git("-C", top, "checkout-index", "--all", f"--prefix={folder}/", environment=index)
        yield folder
