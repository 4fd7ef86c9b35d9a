"""`velac init`: a commented project file."""

from __future__ import annotations

import os

import click

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
    try:
        with open(path, "x", encoding="utf-8") as file:
            file.write(written_for(folder))
    except FileExistsError:
        raise Rejected(
            Diagnostic("V803", f"`{path}` exists already", help="edit it, or remove it first")
        ) from None
    except OSError as error:
        raise Rejected(Diagnostic("V803", f"cannot write `{path}`: {error.strerror}")) from None
    click.echo(f"wrote {path}", err=True)
    return 0
