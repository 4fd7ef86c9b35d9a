"""Files into a directory that was not there: it appears whole, by one rename, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping

from velac.compiler.diagnostics.model import Diagnostic, Rejected


def check_target(directory: str) -> None:
    """Refuse a directory that holds something. Raises Rejected."""
    if os.path.isdir(directory) and not os.listdir(directory):
        return
    if os.path.lexists(directory):
        text = f"`{directory}` is not an empty directory"
        raise Rejected(Diagnostic("V836", text, help="name a new directory with -o"))


def write_tree(directory: str, files: Mapping[str, str]) -> None:
    """Write all files below a directory that is new or empty. Raises Rejected."""
    check_target(directory)
    target = os.path.abspath(directory)
    parent, name = os.path.split(target)
    fresh = ""
    try:
        os.makedirs(parent, exist_ok=True)
        fresh = tempfile.mkdtemp(prefix=f".{name}.velac-", dir=parent)
        os.chmod(fresh, 0o777 & ~_umask())
        for path in sorted(files):
            full = os.path.join(fresh, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "x", encoding="utf-8", newline="\n") as file:
                file.write(files[path])
        # Over an empty directory this is a replacement; over one that has been filled meanwhile it fails.
        os.rename(fresh, target)
    except OSError as error:
        text = f"cannot write `{directory}`: {error.strerror or error}"
        raise Rejected(Diagnostic("V803", text)) from None
    finally:
        if fresh and os.path.isdir(fresh):
            shutil.rmtree(fresh, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
