"""`velac def render`: CUE definitions to objects, as `vela def render` prints them."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import BUILTIN, output, write, write_json
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.workbench.collect import builtin_definitions, parsed_files
from velac.compiler.workbench.crd import definition_object, rendered
from velac.grammar.parser import parse


@click.command(help="Print single-file CUE definitions as Kubernetes objects.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@BUILTIN
@output("yaml", "json")
def COMMAND(paths: tuple[str, ...], builtin: bool, format_: str) -> int:
    """Print every `.cue` definition below the paths, or the built-in ones."""
    if not paths and not builtin:
        raise click.UsageError("name files or directories, or say --builtin")
    problems: list[Diagnostic] = []
    texts: list[str] = []
    objects = []
    trees = [(file.name, tree) for file, tree in parsed_files(paths, problems)]
    if builtin:
        sources = (item.definition.span.file for item in builtin_definitions())
        trees += [(source.name, parse(source)) for source in sources]
    for name, tree in trees:
        try:
            definition = definition_of_file(tree)
            if format_ == "json":
                obj = definition_object(definition, tree)
                objects.append({"name": definition.name, "source": name, "object": obj})
            else:
                texts.append(rendered(definition, tree, name))
        except Rejected as error:
            problems += error.diagnostics
    if problems:
        raise Rejected(*problems)
    if format_ == "json":
        write_json(objects)
    write("".join(texts))
    return 0
