"""`velac attest`: what a build is made of and makes, and which images each cluster runs."""

from __future__ import annotations

from collections.abc import Iterator

import click

from velac.compiler.commands.inputs import check_names, chosen, with_inputs
from velac.compiler.commands.report import show
from velac.compiler.driver import Session
from velac.compiler.options import Options
from velac.compiler.output.write import write_output
from velac.compiler.result import CompileResult
from velac.compiler.supply.bill import bills
from velac.compiler.supply.inputs import input_files, used_definitions
from velac.compiler.supply.statements import json_text, statement_of


@click.command(
    help="Write an in-toto statement about a build (statement.json) and a CycloneDX list of images per cluster."
)
@with_inputs
@click.option(
    "-o", "--out-dir", required=True, metavar="DIR", type=click.Path(), help="Where the files go."
)
@click.option(
    "-b", "--backend", "backends", multiple=True, metavar="NAME", help="As for `velac build`."
)
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    out_dir: str,
    backends: tuple[str, ...],
) -> int:
    """Compile as a build does, and write about it instead of writing it."""
    options = chosen(paths, definitions, clusters, backends=backends)
    check_names(options, backends)
    session = Session(options)
    result = session.run()
    code = show(result.diagnostics)
    if result.ok:
        write_output(out_dir, _files(result, session, options))
    return code


def _files(
    result: CompileResult, session: Session, options: Options
) -> Iterator[tuple[str, bytes]]:
    root = options.project.root
    inputs = input_files(session.bundle, options.project, root)
    used = used_definitions(result.plan.apps, session.resolver, root)
    statement = statement_of(inputs, used, result.files(), options.backends)
    yield "statement.json", json_text(statement).encode()
    for cluster, bill in bills(result.manifests):
        yield f"images/{cluster}.cdx.json", json_text(bill).encode()
