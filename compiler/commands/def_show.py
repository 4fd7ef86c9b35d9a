"""`velac def show`."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import DEFINITIONS, TYPE, output, write, write_json
from velac.compiler.workbench.collect import find_one, needed_packages
from velac.compiler.workbench.show import show_data, show_markdown, show_text


@click.command(help="Show a definition, by name or file: parameters, defaults, constraints, usage.")
@click.argument("name", metavar="NAME|FILE")
@DEFINITIONS
@TYPE
@output("text", "markdown", "json")
def COMMAND(name: str, definitions: tuple[str, ...], type_: str | None, format_: str) -> int:
    """Print the definition."""
    found = find_one(name, type_, definitions)
    packages = needed_packages([found], definitions)
    if format_ == "json":
        write_json([show_data(found, packages)])
    elif format_ == "text":
        write(show_text(found, packages))
    else:
        write(show_markdown(found, packages=packages))
    return 0
