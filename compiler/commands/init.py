"""`velac init`: a commented project file."""

from __future__ import annotations

import os

import click

from velac.compiler.commands.report import put_text
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.project import FILE_NAME, json_schema, written_for


@click.command(help="Write a commented velac.yaml for the repository in DIR.")
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path())
@click.option("--schema", is_flag=True, help="Print the JSON Schema of velac.yaml instead.")
def COMMAND(folder: str, schema: bool) -> int:
    """Look at the repository and write the file; an existing one stays."""
    if schema:
        import json

        click.echo(json.dumps(json_schema(), indent=2))
        return 0
    path = os.path.join(folder, FILE_NAME)
    if not os.path.isdir(folder):
        raise Rejected(Diagnostic("V109", f"`{folder}` is not a directory"))
    if os.path.lexists(path):
        raise Rejected(
            Diagnostic("V803", f"`{path}` exists already", help="edit it, or remove it first")
        )
    put_text(path, written_for(folder))
    click.echo(f"wrote {path}", err=True)
    return 0
