"""`velac def docs`."""

from __future__ import annotations

from pathlib import Path

import click

from velac.compiler.commands.def_options import BUILTIN, TYPE, chosen, output, write, write_json
from velac.compiler.commands.report import put_text
from velac.compiler.words import counted
from velac.compiler.workbench.catalogue import html_page, markdown_pages
from velac.compiler.workbench.collect import needed_packages


@click.command(help="Write a catalogue of definitions: Markdown pages, or one HTML page.")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@BUILTIN
@TYPE
@click.option(
    "--format",
    "dialect",
    type=click.Choice(["markdown", "html"]),
    default="markdown",
    show_default=True,
    help="What to write.",
)
@click.option(
    "-o", "--out-dir", metavar="DIR", type=click.Path(), help="Where pages go; printed without it."
)
@output("text", "json")
def COMMAND(
    paths: tuple[str, ...],
    builtin: bool,
    type_: str | None,
    dialect: str,
    out_dir: str | None,
    format_: str,
) -> int:
    """Print or write the pages."""
    found = [f for f in chosen(paths, builtin) if type_ in (None, f.definition.type)]
    packages = needed_packages(found, paths)
    if dialect == "html":
        pages = [("index.html", html_page(found, packages))]
    else:
        pages = sorted(markdown_pages(found, packages))
    if out_dir is None:
        if format_ == "json":
            write_json([{"name": name, "text": text} for name, text in pages])
        else:
            write("\n".join(text for _, text in pages))
        return 0
    root = Path(out_dir)
    for name, text in pages:
        path = root / name
        put_text(str(path), text, parents=True)
    if format_ == "json":
        write_json([{"name": name} for name, _ in pages])
    click.echo(f"{counted(len(pages), 'page')} written", err=True)
    return 0
