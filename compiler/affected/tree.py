"""One state of a repository: a directory, and what a build of it is asked to read there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from velac.compiler.ir.clusters import NEWEST_KUBERNETES
from velac.compiler.options import Options
from velac.compiler.project import FILE_NAME, Project, load_project


@dataclass(frozen=True, slots=True)
class Tree:
    """A state of a repository. Paths in `options` lie below `root`, and files are called by what is below it."""

    root: str
    options: Options

    def name_of(self, path: str) -> str:
        """What a file is called in all states of the repository."""
        return os.path.relpath(path, self.root or ".").replace(os.sep, "/")


def tree_at(
    root: str,
    paths: Sequence[str] = (),
    definitions: Sequence[str] = (),
    clusters: str | None = None,
    *,
    where: str = ".",
) -> Tree:
    """A state of a repository that lies in a directory.

    The arguments are those of a build that runs in `where`, a directory below `root`; for the rest the project file
    found there or above, inside `root`, counts. A path that this state does not have is left out. Raises Rejected
    when the project file is not sound.
    """
    here = os.path.normpath(os.path.join(root, where))
    project = _project_of(root, here)

    def there(names: Sequence[str]) -> tuple[str, ...]:
        joined = (os.path.normpath(os.path.join(here, name)) for name in names)
        return tuple(path for path in joined if os.path.exists(path))

    chosen = there(paths) if paths else _existing(project.applications)
    if not (paths or project.file):
        chosen = (here,)
    inventory = project.inventory_for(chosen)
    if clusters:
        inventory = os.path.normpath(os.path.join(here, clusters))
    return Tree(
        root,
        Options(
            chosen,
            there(definitions) if definitions else _existing(project.definitions),
            inventory if inventory and os.path.exists(inventory) else None,
            project.wanted,
            kubernetes_version=project.kubernetes_version or NEWEST_KUBERNETES,
            labels=tuple(project.labels.items()),
            project=project,
        ),
    )


def _existing(paths: Sequence[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if os.path.exists(path))


def _project_of(root: str, here: str) -> Project:
    """The nearest project file from a directory upwards, not above the root."""
    top = os.path.abspath(root)
    folder = os.path.abspath(here)
    while True:
        path = os.path.join(folder, FILE_NAME)
        if os.path.isfile(path):
            return load_project(os.path.join(root, os.path.relpath(path, top)))
        above = os.path.dirname(folder)
        if folder == top or above == folder:
            return Project()
        folder = above
