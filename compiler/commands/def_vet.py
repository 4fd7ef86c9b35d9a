"""`velac def vet`."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import BUILTIN, output, write
from velac.compiler.commands.report import show
from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.diagnostics.render import render_json
from velac.compiler.load.definition import Definition
from velac.compiler.words import counted
from velac.compiler.workbench.collect import builtin_definitions, collect, collect_packages
from velac.compiler.workbench.vet import vet, vet_template


@click.command(help="Check definitions: every problem of every file in one run.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@BUILTIN
@output("text", "json")
def COMMAND(paths: tuple[str, ...], builtin: bool, format_: str) -> int:
    """Print the problems; 1 when there are any."""
    if not paths and not builtin:
        raise click.UsageError("name files or directories, or say --builtin")
    diagnostics: list[Diagnostic] = []
    broken: list[Definition] = []
    found = collect(paths, diagnostics, broken)
    packages = collect_packages(paths, diagnostics)
    for definition in broken:
        diagnostics += vet_template(definition, packages)
    if builtin:
        found += builtin_definitions()
    diagnostics += vet(found, packages)
    if format_ == "json":
        write(render_json(diagnostics))
    else:
        show(diagnostics)
        count = len(found) + len(broken)
        click.echo(f"{counted(count, 'definition')} checked", err=True)
    return 1 if diagnostics else 0
