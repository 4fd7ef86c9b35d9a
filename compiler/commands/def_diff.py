"""`velac def diff`."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import TYPE, output, write, write_json
from velac.compiler.workbench.changes import find_uses, parameter_changes
from velac.compiler.workbench.collect import find_one, needed_packages


@click.command(
    help="Compare the parameters of two versions of a definition, each a file or a name."
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@TYPE
@output("text", "json")
def COMMAND(old: str, new: str, paths: tuple[str, ...], type_: str | None, format_: str) -> int:
    """Print the changes, and which Applications below the paths they touch; 1 when one is breaking."""
    found = (find_one(old, type_), find_one(new, type_))
    before, after = (item.definition for item in found)
    changes = parameter_changes(before, after, needed_packages(found, ()))
    uses = find_uses(paths, before, changes) if paths else []
    breaking = any(change.breaking for change in changes)
    if format_ == "json":
        data = [{**change.data(), "kind": "change"} for change in changes]
        write_json(data + [{**use.data(), "kind": "use"} for use in uses])
        return 1 if breaking else 0
    for change in changes:
        mark = "breaking  " if change.breaking else "compatible"
        write(f"{mark}  {change.path or '(whole)'}: {change.text}\n")
    for use in uses:
        hit = ", ".join(change.path for change in use.changes if change.breaking)
        what = f"touched by {hit}" if hit else "uses it, not touched"
        write(f"{use.place}: {use.application} {use.item}: {what}\n")
    if not changes:
        click.echo("the parameters are the same", err=True)
    return 1 if breaking else 0
