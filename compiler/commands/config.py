"""`velac config`: an entry of KubeVela's configuration store, from its template and static values."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.documents import read_documents
from velac.compiler.load.files import Files, InputFile
from velac.compiler.workbench.config import SYSTEM, Entry, config_entry, read_template
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
@click.option(
    "--nacos", "only_nacos", is_flag=True, help="Print what is written to Nacos instead of objects."
)
@output("yaml", "json")
def COMMAND(
    template: str,
    name: str,
    namespace: str,
    properties: str | None,
    alias: str,
    description: str,
    only_nacos: bool,
    format_: str,
) -> int:
    """Print the Secret, and what else the template makes; or what it writes to Nacos."""
    found = read_template(_text(template))
    given = _properties(properties) if properties is not None else {}
    objects, nacos = config_entry(found, given, Entry(name, namespace, alias, description))
    if only_nacos and nacos is None:
        raise Rejected(Diagnostic("V312", f"`{template}` writes nothing to Nacos"))
    if format_ == "json":
        listed = [{"name": o["metadata"].get("name"), "object": o} for o in objects]
        written = (
            [] if nacos is None else [{"name": nacos.metadata["dataId"], "nacos": nacos.data()}]
        )
        write_json(written if only_nacos else [*listed, *written])
    elif only_nacos and nacos is not None:
        write(nacos.content)
    else:
        write("---\n".join(map(emit, objects)))
    if nacos is not None and not only_nacos:
        where = f"the Nacos server of the entry `{nacos.endpoint}`"
        what = f"`{nacos.metadata['dataId']}` ({nacos.format})"
        click.echo(f"the controller also writes {what} to {where}; --nacos prints it", err=True)
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
