"""`velac def render`: CUE definitions to objects, as `vela def render` prints them."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.workbench.collect import parsed_files
from velac.compiler.workbench.crd import definition_object, rendered


@click.command(help="Print single-file CUE definitions as Kubernetes objects.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@output("yaml", "json")
def COMMAND(paths: tuple[str, ...], format_: str) -> int:
    """Print every `.cue` definition below the paths."""
    problems: list[Diagnostic] = []
    texts: list[str] = []
    objects = []
    for file, tree in parsed_files(paths, problems):
        try:
            definition = definition_of_file(tree)
            if format_ == "json":
                obj = definition_object(definition, tree)
                objects.append({"name": definition.name, "source": file.name, "object": obj})
            else:
                texts.append(rendered(definition, tree, file.name))
        except Rejected as error:
            problems += error.diagnostics
    if problems:
        raise Rejected(*problems)
    if format_ == "json":
        write_json(objects)
    write("".join(texts))
    return 0
