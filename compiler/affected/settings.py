"""What in a project file reaches every Application: settings, and the files that settings name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from velac.compiler.affected.tree import Tree

PLACES: Final = ("applications", "definitions", "inventory", "kubernetesVersion")
"""Settings that reach Applications through the files and clusters that are read, which are compared anyway."""

_OF_PARTS: Final = frozenset({*PLACES, "lint"})
_OWN_UNITS: Final = frozenset({"revisions", "charts", "terraform"})
"""Settings that name files which are looked at one by one, with whoever needs them."""


def settings_of(tree: Tree) -> dict[str, str]:
    """A text for each setting that reaches all Applications; two states with equal texts build alike.

    A setting that nobody has thought of here counts: more is built than has to be, never less.
    """
    project = tree.options.project
    data = project.values.data if isinstance(project.values.data, dict) else {}
    found = {key: repr(value) for key, value in data.items() if key not in _OF_PARTS}
    output = data.get("output")
    if isinstance(output, dict):
        # Where the files lie says nothing about what is in them.
        rest = {k: v for k, v in output.items() if k != "directory"}
        found["output"] = repr(rest)
        if not rest:
            del found["output"]
    for key in list(found):
        named = data[key] if key not in _OWN_UNITS else ()
        for path in _paths(named, project.root, project.directory):
            found[f"{key}: {tree.name_of(path)}"] = _digest(path)
    options = tree.options
    found["options"] = repr((options.backends, options.layout, options.labels))
    return found


def _paths(value: Any, root: str, output: str) -> Iterator[str]:
    """The files and directories that a setting names."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _paths(item, root, output)
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, root, output)
    elif isinstance(value, str) and value and "\0" not in value:
        path = os.path.normpath(os.path.join(root, value))
        whole = os.path.abspath(path) == os.path.abspath(root)
        if not whole and path != output and os.path.exists(path):
            yield path


def _digest(path: str) -> str:
    """A digest of a file, or of all files below a directory."""
    found = sha256()
    if os.path.isfile(path):
        _add(path, found)
    for folder, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            full = os.path.join(folder, name)
            found.update(os.path.relpath(full, path).encode("utf-8", "surrogateescape") + b"\0")
            _add(full, found)
    return found.hexdigest()


def _add(path: str, digest: Any) -> None:
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError:
        digest.update(b"\0unreadable")
    digest.update(b"\0")
