"""`velac affected`: the Applications and clusters that a change of files can touch."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from velac.compiler.commands.inputs import with_inputs
from velac.compiler.commands.report import show
from velac.compiler.diagnostics.model import Diagnostic, Rejected

if TYPE_CHECKING:
    from velac.compiler.affected.compare import Affected
    from velac.compiler.affected.tree import Tree


@click.command(
    help="List the Applications and clusters that the changes since a git REF can touch, without building."
)
@with_inputs
@click.option(
    "--since",
    metavar="REF",
    help="A commit that the working tree is compared with [default: where it left the main branch].",
)
@click.option(
    "--files",
    multiple=True,
    metavar="FILE",
    help="Only changes in this file, or without --since all that it says now; `-` reads names (repeatable).",
)
@click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", help="The form of the list."
)
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    since: str | None,
    files: tuple[str, ...],
    output: str,
) -> int:
    """Read both states and compare them."""
    from velac.compiler.affected.show import to_data, to_text

    found = _found(paths, definitions, clusters, since, _names(files))
    if output == "json":
        import json

        click.echo(json.dumps(to_data(found), indent=2, ensure_ascii=False))
    else:
        for line in to_text(found):
            click.echo(line)
    return show(found.diagnostics)


def _names(files: tuple[str, ...]) -> tuple[str, ...]:
    """The files that are named, those on stdin included."""
    found: list[str] = []
    for file in files:
        found += sys.stdin.read().splitlines() if file == "-" else [file]
    return tuple(name for name in found if name)


def _found(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    since: str | None,
    files: tuple[str, ...],
) -> Affected:
    from velac.compiler.affected.compare import affected, affected_by_all, affected_by_files
    from velac.compiler.affected.tree import tree_at
    from velac.compiler.git import checked_out, default_base, git_text

    def tree(root: str, where: str) -> Tree:
        return tree_at(root, paths, definitions, clusters, where=where)

    if files and since is None:
        _need([*paths, *definitions], ".")
        head = _chosen(tree(".", "."), paths)
        _need(files, ".", help="what a file said that is gone is known with `--since REF`")
        return affected_by_files(head, [head.name_of(name) for name in files])
    # Written relative to here, as all messages are.
    top = os.path.relpath(git_text("rev-parse", "--show-toplevel"), os.path.realpath("."))
    where = os.path.relpath(".", top)
    head = _chosen(tree(top, where), paths)
    with checked_out(since or default_base()) as folder:
        _need([*paths, *definitions], ".", os.path.join(folder, where))
        try:
            base = tree(folder, where)
        except Rejected:
            # A state that could not be built: whatever is built now is new.
            return affected_by_all(head, "the project file of the commit cannot be read")
        return affected(base, head, [head.name_of(name) for name in files] if files else None)


def _chosen(tree: Tree, paths: tuple[str, ...]) -> Tree:
    if not paths and not tree.options.project.file:
        raise click.UsageError("name a PATH, or run `velac init` to write a velac.yaml")
    return tree


def _need(paths: Iterable[str], *places: str, help: str = "") -> None:
    """Refuse paths that are in none of the places. Raises Rejected."""
    missing = [
        path for path in paths if not any(os.path.exists(os.path.join(p, path)) for p in places)
    ]
    if missing:
        raise Rejected(
            *(Diagnostic("V109", f"`{path}` does not exist", help=help) for path in missing)
        )
