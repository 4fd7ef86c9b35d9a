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
    """The output of a git command, or its complaint in a line. Raises Rejected where there is no git."""
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
    # What follows is about git's own options.
    return next((line for line in reason if line.startswith("fatal: ")), (reason or ["failed"])[-1])


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
    found = git_or_none("rev-parse", "--verify", "--quiet", "HEAD")
    if isinstance(found, bytes):
        return found.decode().strip()
    git("rev-parse", "--git-dir")  # says that this is no repository
    raise Rejected(Diagnostic("V806", "there is no commit yet"))


def _near(ref: str) -> str:
    """The branch, tag or directory that was meant, perhaps."""
    from velac.compiler.diagnostics.suggest import did_you_mean

    found = git_or_none("for-each-ref", "--count=1000", "--format=%(refname:short)")
    refs = found.decode("utf-8", "replace").split() if isinstance(found, bytes) else []
    folders = [entry.name for entry in os.scandir(".") if entry.is_dir()]
    return did_you_mean(ref.rstrip("/"), [*refs, *folders])


@contextmanager
def checked_out(ref: str) -> Iterator[str]:
    """A temporary directory with the files of a commit; neither the index nor the working tree changes.

    Raises Rejected (V806).
    """
    commit = git_or_none(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
    )
    if isinstance(commit, str):
        text = f"`{ref}` is neither a directory nor a commit that git knows"
        if os.path.isfile(ref):
            text = f"`{ref}` is a file, and no commit that git knows"
        raise Rejected(Diagnostic("V806", text, help=_near(ref)))
    top = git_text("rev-parse", "--show-toplevel")
    with tempfile.TemporaryDirectory(prefix="velac-") as scratch:
        # Not `git archive`, which leaves out what .gitattributes says is not for export.
        folder = os.path.join(scratch, "tree")
        index = {"GIT_INDEX_FILE": os.path.join(scratch, "index")}
        os.mkdir(folder)
        git("-C", top, "read-tree", commit.decode().strip(), environment=index)
        git("-C", top, "checkout-index", "--all", f"--prefix={folder}/", environment=index)
        yield folder
