"""`velac def schema`: JSON Schema of parameters and of whole Applications."""

from __future__ import annotations

import json
import os

import click

from velac.compiler.commands.def_options import DEFINITIONS, TYPE, output, write
from velac.compiler.commands.report import put_text
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.workbench.application_schema import MODELINE, application_schema, openapi
from velac.compiler.workbench.collect import (
    builtin_definitions,
    collect,
    find_one,
    needed_packages,
)
from velac.compiler.workbench.schema import DRAFT, clean, parameter_schema


@click.command(
    help="Print the JSON Schema of a definition's parameter, or with --all one for Application files."
)
@click.argument("name", required=False, metavar="[NAME|FILE]")
@click.option("--all", "all_", is_flag=True, help="One schema for Applications, with every type.")
@click.option(
    "--format",
    "dialect",
    type=click.Choice(["json-schema", "openapi"]),
    default="json-schema",
    show_default=True,
    help="The dialect: draft 2020-12, or OpenAPI 3.0.",
)
@click.option("-o", "--out", metavar="FILE", type=click.Path(), help="Write to a file.")
@DEFINITIONS
@TYPE
@output("json")
def COMMAND(
    name: str | None,
    all_: bool,
    dialect: str,
    out: str | None,
    definitions: tuple[str, ...],
    type_: str | None,
    format_: str,
) -> int:
    """Print or write the schema, which is JSON."""
    if all_ == (name is not None):
        raise click.UsageError("name a definition, or say --all")
    if all_:
        diagnostics: list[Diagnostic] = []
        found = collect(definitions, diagnostics)
        if diagnostics:
            raise Rejected(*diagnostics)
        packages = needed_packages(found, definitions)
        found += builtin_definitions()
        schema = application_schema(found, packages)
        if dialect == "openapi":
            schemas = {
                f"{f.definition.type}.{f.definition.name}": clean(
                    parameter_schema(f.definition, packages)
                )
                for f in found
            }
            schema = openapi("definitions", "1.0.0", schemas)
    else:
        assert name is not None
        one = find_one(name, type_, definitions)
        own = clean(parameter_schema(one.definition, needed_packages([one], definitions)))
        schema = {"$schema": DRAFT, "title": one.definition.name, **own}
        if dialect == "openapi":
            schema = openapi(one.definition.name, "1.0.0", {one.definition.name: own})
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        write(text)
    else:
        put_text(out, text)
    if all_ and dialect == "json-schema":
        place = os.path.normpath(out).replace(os.sep, "/") if out else "<file with this schema>"
        click.echo(f"put this line on top of Application files:\n{MODELINE}{place}", err=True)
    return 0
