"""`velac config`: an entry of KubeVela's configuration store, from its template and static values."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.documents import read_documents
from velac.compiler.load.files import Files, InputFile
from velac.compiler.workbench.config import SYSTEM, Entry, config_objects, read_template
from velac.grammar.source import SourceFile
from velac.grammar.yaml_writer import emit


@click.command(help="Render an entry of the configuration store from its template, a CUE file.")
@click.argument("template", metavar="FILE", type=click.Path())
@click.option("--name", required=True, metavar="NAME", help="Name of the entry.")
@click.option("-n", "--namespace", default=SYSTEM, show_default=True, help="Its namespace.")
@click.option(
    "--properties", metavar="FILE", type=click.Path(), help="Its properties, YAML or JSON."
)
@click.option("--alias", default="", help="A name for people.")
@click.option("--description", default="", help="What it is for.")
@output("yaml", "json")
def COMMAND(
    template: str,
    name: str,
    namespace: str,
    properties: str | None,
    alias: str,
    description: str,
    format_: str,
) -> int:
    """Print the Secret, and what else the template makes."""
    found = read_template(_text(template))
    given = _properties(properties) if properties is not None else {}
    objects = config_objects(found, given, Entry(name, namespace, alias, description))
    if format_ == "json":
        write_json([{"name": o["metadata"].get("name"), "object": o} for o in objects])
    else:
        write("---\n".join(map(emit, objects)))
    return 0


def _text(path: str) -> SourceFile:
    files = Files()
    source = files.read(InputFile(path, path))
    if source is None:
        raise Rejected(*files.diagnostics)
    return source


def _properties(path: str) -> dict[str, object]:
    problems: list[Diagnostic] = []
    documents = list(read_documents(_text(path), problems))
    if problems:
        raise Rejected(*problems)
    data = documents[0].data if documents else {}
    if not isinstance(data, dict):
        raise Rejected(Diagnostic("V303", f"`{path}` has to hold properties, a mapping"))
    return data
