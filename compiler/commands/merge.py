"""`velac merge`: the shards of a build as one output."""

from __future__ import annotations

import click

from velac.compiler.commands.report import show
from velac.compiler.fleet.keep import with_inventory
from velac.compiler.output.write import write_output
from velac.compiler.parallel.shard import read_shards
from velac.compiler.project import find_project
from velac.compiler.words import counted


@click.command(
    help="Put the outputs of `velac build --shard 1/N` to `N/N` together: the same bytes as one build."
)
@click.argument("directories", nargs=-1, required=True, metavar="DIR...", type=click.Path())
@click.option(
    "-o",
    "--out-dir",
    default="dist",
    show_default=True,
    metavar="DIR",
    type=click.Path(),
    help="Where the manifests go.",
)
def COMMAND(directories: tuple[str, ...], out_dir: str) -> int:
    """Check that the shards are whole and get along, then write."""
    shards = read_shards(directories)
    beside = with_inventory(
        out_dir, find_project().record, lambda: shards.summaries, shards.clusters
    )
    written = write_output(out_dir, shards.files(), beside=beside)
    show(shards.diagnostics)
    click.echo(
        f"{len(directories)} shards: {counted(written.written, 'file')} written, {written.unchanged} unchanged, "
        f"{written.removed} removed",
        err=True,
    )
    return 0
