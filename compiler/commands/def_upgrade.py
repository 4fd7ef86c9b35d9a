"""`velac def upgrade`: old list operators and labels of definitions on today's CUE."""

from __future__ import annotations

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.commands.report import put_text
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.workbench.collect import parsed_files
from velac.compiler.workbench.upgrade import upgraded_text


@click.command(help="Rewrite old CUE: list `+` and `*`, fields called `error`.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option("--validate", is_flag=True, help="Only list the files that need it; 1 if any.")
@click.option("--stdout", is_flag=True, help="Print the new text instead of writing it.")
@output("text", "json")
def COMMAND(paths: tuple[str, ...], validate: bool, stdout: bool, format_: str) -> int:
    """Rewrite, or say what needs rewriting."""
    problems: list[Diagnostic] = []
    changed: list[str] = []
    texts: list[dict[str, str]] = []
    for file, tree in parsed_files(paths, problems):
        text = upgraded_text(tree)
        if stdout:
            texts.append({"name": file.name, "text": text})
        if text != tree.span.file.text:
            changed.append(file.name)
            if not (stdout or validate):
                put_text(file.path, text)
    if format_ == "json":
        write_json(texts if stdout else [{"name": name} for name in changed])
    elif stdout:
        write("".join(item["text"] for item in texts))
    else:
        write("".join(name + "\n" for name in changed))
    if problems:
        raise Rejected(*problems)
    return 1 if validate and changed else 0
