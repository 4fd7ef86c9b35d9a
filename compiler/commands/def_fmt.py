"""`velac def fmt`: CUE files in their canonical layout."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.commands.report import put_text
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition_yaml import syntax_diagnostics
from velac.compiler.load.files import Files
from velac.compiler.workbench.simplify import simplified
from velac.grammar.errors import CueSyntaxError
from velac.grammar.format import format as format_file
from velac.grammar.parser import parse


@click.command(help="Format CUE files in place; without changes nothing is written.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option("--check", is_flag=True, help="Only list the files that are not formatted; 1 if any.")
@click.option("--stdout", is_flag=True, help="Print the formatted text instead of writing it.")
@click.option("-s", "--simplify", is_flag=True, help="Drop quotes and braces that are not needed.")
@output("text", "json")
def COMMAND(paths: tuple[str, ...], check: bool, stdout: bool, simplify: bool, format_: str) -> int:
    """Format, or say what is not formatted."""
    files = Files()
    problems: list[Diagnostic] = []
    changed: list[str] = []
    texts: list[dict[str, str]] = []
    for file in files.find(paths):
        source = files.read(file) if file.suffix == ".cue" else None
        if source is None:
            continue
        try:
            text = simplified(source.text, file.name) if simplify else format_file(parse(source))
        except CueSyntaxError as error:
            problems += syntax_diagnostics(error)
            continue
        if stdout:
            texts.append({"name": file.name, "text": text})
        elif text != source.text:
            changed.append(file.name)
            if not check:
                put_text(file.path, text)
    problems += files.diagnostics
    if format_ == "json":
        write_json(texts if stdout else [{"name": name} for name in changed])
    else:
        write("".join(item["text"] for item in texts))
        write("".join(name + "\n" for name in changed))
    if problems:
        raise Rejected(*problems)
    return 1 if check and changed else 0
