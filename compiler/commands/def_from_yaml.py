"""`velac def from-yaml`: definition objects to single-file CUE definitions."""

from __future__ import annotations

from pathlib import Path

import click

from velac.compiler.commands.def_options import output, write, write_json
from velac.compiler.commands.report import put_text
from velac.compiler.diagnostics.model import Diagnostic, Label, Rejected
from velac.compiler.load.definition import TYPES
from velac.compiler.load.documents import read_documents, unpacked
from velac.compiler.load.files import Files
from velac.compiler.workbench.crd import cue_text, named
from velac.grammar.source import Span


@click.command(
    "from-yaml", help="Turn definition objects (YAML, JSON, an export of a cluster) into CUE."
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "-o", "--out-dir", metavar="DIR", type=click.Path(), help="Write one `<name>.cue` each here."
)
@output("cue", "json")
def COMMAND(paths: tuple[str, ...], out_dir: str | None, format_: str) -> int:
    """Print or write the CUE of every definition that has a CUE template."""
    files = Files()
    problems: list[Diagnostic] = []
    texts: list[tuple[str, str]] = []
    for file in files.find(paths):
        source = files.read(file) if file.suffix != ".cue" else None
        if source is None:
            continue
        for document in read_documents(source, problems):
            for item in unpacked(document):
                data = item.data if isinstance(item.data, dict) else {}
                if data.get("kind") not in TYPES:
                    continue
                try:
                    texts.append((named(data), cue_text(data)))
                except Rejected as error:
                    place = (Label(Span(source, 0, 0)),)
                    problems += [
                        d if d.labels else Diagnostic(d.code, d.message, place)
                        for d in error.diagnostics
                    ]
    problems += files.diagnostics
    if problems:
        raise Rejected(*problems)
    if format_ == "json":
        write_json([{"name": name, "text": text} for name, text in texts])
    elif out_dir is None:
        write("\n".join(text for _, text in texts))
    if out_dir is None:
        return 0
    folder = Path(out_dir)
    for name, text in texts:
        if "/" in name or name in ("", ".", ".."):
            raise Rejected(Diagnostic("V305", f"`{name}` cannot be a file name"))
        put_text(str(folder / f"{name}.cue"), text, parents=True)
    click.echo(f"{len(texts)} definitions written", err=True)
    return 0
