"""What the compiler asks of git, as bytes; every failure is a diagnostic (V806)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping

from velac.compiler.diagnostics.model import Diagnostic, Rejected


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
