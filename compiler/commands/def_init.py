"""`velac def init`: the first file of a definition, and its first test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.commands.report import put_text
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition import COMPONENT, POLICY, STEP, TRAIT
from velac.compiler.load.documents import read_documents
from velac.compiler.load.files import Files, InputFile
from velac.compiler.workbench.start import first_text, test_text


@click.command(help="Start a definition: print it, or with -o write it and its first test.")
@click.argument("name")
@click.option(
    "-t",
    "--type",
    "type_",
    type=click.Choice([COMPONENT, TRAIT, POLICY, STEP]),
    default=COMPONENT,
    show_default=True,
    help="What it defines.",
)
@click.option("--desc", default="", help="What it is for, in one line.")
@click.option(
    "--template-yaml",
    metavar="FILE",
    type=click.Path(),
    help="Objects to start from: the first is `output` (not of a trait), the rest `outputs`.",
)
@click.option("-o", "--out-dir", metavar="DIR", type=click.Path(), help="Where the files go.")
@output("cue", "json")
def COMMAND(
    name: str,
    type_: str,
    desc: str,
    template_yaml: str | None,
    out_dir: str | None,
    format_: str,
) -> int:
    """Print or write the files."""
    objects = _objects(template_yaml) if template_yaml else []
    text = first_text(name, type_, desc, objects)
    if out_dir is None:
        if format_ == "json":
            write_json([{"name": name, "text": text}])
        else:
            write(text)
        return 0
    if not name.replace("-", "").replace(".", "").isalnum():
        raise Rejected(Diagnostic("V305", f"`{name}` cannot be the name of a definition"))
    path = Path(out_dir) / f"{name}.cue"
    if path.exists():
        raise Rejected(Diagnostic("V312", f"`{path}` exists already"))
    files = [(path, text)]
    if not objects:
        files.append((path.with_suffix(".test.yaml"), test_text(name, type_)))
    for place, content in files:
        put_text(str(place), content, parents=True)
    if format_ == "json":
        write_json([{"name": str(place)} for place, _ in files])
    click.echo(f"`{path}` written", err=True)
    return 0


def _objects(name: str) -> list[dict[str, Any]]:
    files = Files()
    problems: list[Diagnostic] = []
    source = files.read(InputFile(name, name))
    found = [] if source is None else [d.data for d in read_documents(source, problems)]
    problems += files.diagnostics
    if problems:
        raise Rejected(*problems)
    return [obj for obj in found if isinstance(obj, dict)]
