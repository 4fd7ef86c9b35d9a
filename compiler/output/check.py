"""`velac build --check`: what a build would change on disk, as a diff; nothing is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from velac.compiler.output.state import committed_paths

_TEXT_LIMIT = 4_000_000


def check_output(directory: str, files: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    """A unified diff for each file that a build would write or remove, in the order of paths.

    As in a build, files that no build wrote are left alone. Raises Rejected when the index of the directory is bad.
    """
    obsolete = committed_paths(directory)
    changed: list[tuple[str, bytes | None, bytes | None]] = []
    for path, content in files:
        obsolete.discard(path)
        old = _content(f"{directory}/{path}")
        if old != content:
            changed.append((path, old, content))
    for path in obsolete:
        old = _content(f"{directory}/{path}")
        if old is not None:
            changed.append((path, old, None))
    for path, before, after in sorted(changed, key=lambda change: change[0]):
        yield _diff(path, before, after)


def _content(path: str) -> bytes | None:
    if not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        return file.read()


def _diff(path: str, old: bytes | None, new: bytes | None) -> str:
    before, after = (
        "/dev/null" if old is None else f"a/{path}",
        "/dev/null" if new is None else f"b/{path}",
    )
    try:
        one, two = (old or b"").decode(), (new or b"").decode()
    except UnicodeDecodeError:
        return f"Binary files {before} and {after} differ\n"
    if max(len(one), len(two)) > _TEXT_LIMIT:
        return f"Files {before} and {after} differ\n"
    lines = unified_diff(
        one.splitlines(keepends=True), two.splitlines(keepends=True), before, after
    )
    text = "".join(f"{line}" if line.endswith("\n") else f"{line}\n" for line in lines)
    # An empty file has no lines to show.
    return text or f"--- {before}\n+++ {after}\n"
