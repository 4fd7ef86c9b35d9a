"""`velac dry-run`: what `vela dry-run --offline` prints, byte for byte."""

from __future__ import annotations

import sys

import click

from velac.compiler.commands.report import show
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.render import has_errors
from velac.compiler.load.bundle import load_definitions
from velac.compiler.load.documents import read_documents
from velac.compiler.load.files import Files, InputFile
from velac.compiler.render.dryrun import Document, dry_run, known_of
from velac.compiler.render.text import dry_run_text
from velac.grammar.yaml_writer import emit


@click.command(help="Print what `vela dry-run --offline` prints for an Application.")
@click.option(
    "-f",
    "--file",
    "files",
    multiple=True,
    default=("app.yaml",),
    show_default=True,
    metavar="FILE",
    help="Application, policy and workflow files; repeatable, comma-separated, `-` for stdin.",
)
@click.option(
    "-d",
    "--definition",
    "definitions",
    multiple=True,
    metavar="PATH",
    help="Definitions besides the built-in ones, a file or directory (repeatable).",
)
@click.option("--merge", is_flag=True, help="Take policy and workflow files into the Application.")
@click.option("-n", "--namespace", default="", help="Namespace instead of the Application's own.")
@click.option("--offline", is_flag=True, help="Accepted for upstream's sake; it is always offline.")
@click.option("-x", "--definition-namespace", hidden=True, default="")
@click.option("-e", "--env", hidden=True, default="")
def COMMAND(
    files: tuple[str, ...],
    definitions: tuple[str, ...],
    merge: bool,
    namespace: str,
    offline: bool,
    definition_namespace: str,
    env: str,
) -> int:
    """Read leniently, render, print."""
    try:
        known = known_of(load_definitions(definitions))
        names = [name for given in files for name in given.split(",") if name]
        documents = [_document(name) for name in names]
        result = dry_run(documents, known, merge=merge, namespace=namespace)
    except Rejected as error:
        return show(error.diagnostics)
    text = "".join(dry_run_text(result, emit))
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
    return 0


def _document(name: str) -> Document:
    """The first document of a file; upstream reads no further."""
    files = Files()
    if name == "-":
        source = files.decode("<stdin>", sys.stdin.buffer.read())
    else:
        source = files.read(InputFile(name, name))
    diagnostics: list[Diagnostic] = []
    documents = [] if source is None else list(read_documents(source, diagnostics, lenient=True))
    problems = [*files.diagnostics, *diagnostics]
    if has_errors(problems):
        raise Rejected(*problems)
    if not documents:
        raise Rejected(Diagnostic("V316", f"`{name}` is empty"))
    return Document(name, documents[0])
