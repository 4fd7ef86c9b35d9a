"""`velac build --watch`: build, and build again whenever something that a build reads has changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from velac.compiler.diagnostics.model import Rejected
from velac.compiler.diagnostics.render import render_text

if TYPE_CHECKING:
    from velac.compiler.options import Options

_SUFFIXES: Final = (".yaml", ".yml", ".json", ".cue")
_DEBOUNCE: Final = 200
"""Milliseconds in which changes count as one; an editor that saves makes several."""
_STEP: Final = 100
"""Milliseconds after which the watcher answers that nothing has happened."""


def repeat(build: Callable[[], int], changes: Iterable[Any]) -> int:
    """Build once, and once per change; mistakes are shown, and the next change is waited for."""
    code = _once(build)
    for change in changes:
        if change:
            code = _once(build)
    return code


def _once(build: Callable[[], int]) -> int:
    try:
        return build()
    except Rejected as error:
        click.echo(render_text(error.diagnostics), err=True, nl=False)
    except click.ClickException as error:
        error.show()
    return 1


def changes_of(options: Options, out_dir: str) -> Iterator[Any]:
    """Sets of changes of what a build of these options reads; empty ones say that nothing happened for a while.

    Watching has begun when this returns. Without the extra it is a mistake of usage.
    """
    try:
        from watchfiles import watch
    except ImportError:
        raise click.UsageError("--watch needs `watchfiles`: install `velac[watch]`") from None
    folders, wanted = watched(options, out_dir)
    found: Iterator[Any] = watch(
        *folders,
        watch_filter=lambda _, path: wanted(path),
        debounce=_DEBOUNCE,
        rust_timeout=_STEP,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    )
    # A change during the first build is not lost: the first answer comes when the watcher stands.
    next(found)
    return found


def watched(options: Options, out_dir: str) -> tuple[list[str], Callable[[str], bool]]:
    """The directories to watch, and which paths below them count."""
    project = options.project
    single = {options.clusters or "", project.file, project.image_digests}
    trees: list[str] = []
    for path in (*options.paths, *options.definitions):
        if os.path.isdir(path):
            trees.append(os.path.realpath(path))
        else:
            single.add(path)
    files = {os.path.realpath(path) for path in single if path}
    out = os.path.realpath(out_dir) + os.sep

    def wanted(path: str) -> bool:
        path = os.path.realpath(path)
        if path in files:
            return True
        if (path + os.sep).startswith(out) or not path.endswith(_SUFFIXES):
            return False
        return any(_below(path, tree) for tree in trees)

    folders = {*trees, *map(os.path.dirname, files)}
    return sorted(folder for folder in folders if os.path.isdir(folder)), wanted


def _below(path: str, tree: str) -> bool:
    """Whether a path is in a tree, and not hidden there."""
    inside = os.path.relpath(path, tree).split(os.sep)
    return not any(part.startswith(".") for part in inside)
