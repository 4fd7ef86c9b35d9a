"""`velac def list`."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import BUILTIN, TYPE, output, write, write_json
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.workbench.collect import builtin_definitions, collect
from velac.compiler.workbench.show import listed


@click.command(help="List definitions: those of files and directories, and the built-in ones.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@BUILTIN
@TYPE
@output("text", "json")
def COMMAND(paths: tuple[str, ...], builtin: bool, type_: str | None, format_: str) -> int:
    """Print one line per definition, built-in ones when no path is given."""
    diagnostics: list[Diagnostic] = []
    found = collect(paths, diagnostics)
    if diagnostics:
        raise Rejected(*diagnostics)
    if builtin or not paths:
        found += builtin_definitions()
    lines = [listed(item) for item in found if type_ in (None, item.definition.type)]
    lines.sort(key=lambda line: (line["type"], line["name"]))
    if format_ == "json":
        write_json(lines)
        return 0
    widths = [max((len(line[key]) for line in lines), default=0) for key in ("type", "name")]
    for line in lines:
        mark = " (deprecated)" if line["deprecated"] else ""
        head = f"{line['type']:<{widths[0]}}  {line['name']:<{widths[1]}}"
        write(f"{head}  {line['description']}{mark}".rstrip() + "\n")
    return 0
