"""`velac cue`: the CUE engine on the command line."""

from __future__ import annotations

import sys

import click

from velac.compiler.commands.json_text import json_text
from velac.compiler.commands.report import show
from velac.compiler.cue.api import export
from velac.compiler.cue.errors import CueError
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.files import Files, InputFile


@click.group(help="Evaluate CUE.")
def COMMAND() -> None:
    """The group."""


@COMMAND.command("export", help="Evaluate CUE files of one package and print the data.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("-e", "--expression", help="Print the value of this expression.")
@click.option(
    "--out",
    type=click.Choice(["json", "yaml"]),
    default="json",
    show_default=True,
    help="Format of the data.",
)
def export_command(files: tuple[str, ...], expression: str | None, out: str) -> int:
    """Print the data, or all problems."""
    try:
        texts = _texts(files)
        data = export(texts, expression, out=out)
    except Rejected as error:
        return show(error.diagnostics)
    except CueError as error:
        return show(
            Diagnostic(
                p.code,
                f"{p.path}: {p.message}" if p.path else p.message,
                tuple(Label(span) for span in p.spans),
                help=p.help,
            )
            for p in error.problems
        )
    text = data if out == "yaml" else json_text(data) + "\n"
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0


def _texts(names: tuple[str, ...]) -> dict[str, str]:
    files = Files()
    texts: dict[str, str] = {}
    for name in names:
        if name == "-":
            source = files.decode("-", sys.stdin.buffer.read())
        else:
            source = files.read(InputFile(name, name))
        if source is not None:
            texts[name] = source.text
    if files.diagnostics:
        raise Rejected(*files.diagnostics)
    return texts
