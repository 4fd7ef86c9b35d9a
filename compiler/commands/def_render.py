"""`velac def render`: CUE definitions to objects, as `vela def render` prints them."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition_cue import definition_of_file
from velac.compiler.load.definition_yaml import syntax_diagnostics
from velac.compiler.load.files import Files
from velac.compiler.workbench.crd import definition_object, rendered
from velac.grammar.errors import CueSyntaxError
from velac.grammar.parser import parse


@click.command(help="Print single-file CUE definitions as Kubernetes objects.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@output("yaml", "json")
def COMMAND(paths: tuple[str, ...], format_: str) -> int:
    """Print every `.cue` definition below the paths."""
    files = Files()
    problems: list[Diagnostic] = []
    texts: list[str] = []
    objects = []
    for file in files.find(paths):
        source = files.read(file) if file.suffix == ".cue" else None
        if source is None:
            continue
        try:
            tree = parse(source)
            definition = definition_of_file(tree)
            if format_ == "json":
                obj = definition_object(definition, tree)
                objects.append({"name": definition.name, "source": file.name, "object": obj})
            else:
                texts.append(rendered(definition, tree, file.name))
        except CueSyntaxError as error:
            problems += syntax_diagnostics(error)
        except Rejected as error:
            problems += error.diagnostics
    problems += files.diagnostics
    if problems:
        raise Rejected(*problems)
    if format_ == "json":
        write_json(objects)
    write("".join(texts))
    return 0
