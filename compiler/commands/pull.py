"""`velac pull`: a running control plane as files."""

from __future__ import annotations

import click

from velac.compiler.commands.report import show
from velac.compiler.words import counted


@click.command(
    help="Write the definitions, Applications, Policies, Workflows and clusters of a running KubeVela as files."
)
@click.option("--context", required=True, metavar="NAME", help="A context of the kubeconfig.")
@click.option(
    "--kubeconfig",
    metavar="FILE",
    type=click.Path(),
    help="The kubeconfig [default: $KUBECONFIG, else ~/.kube/config].",
)
@click.option(
    "-n", "--namespace", default="", metavar="NAME", help="Only this namespace [default: all]."
)
@click.option(
    "-o",
    "--out-dir",
    default="vela",
    show_default=True,
    metavar="DIR",
    type=click.Path(),
    help="A new or empty directory.",
)
def COMMAND(context: str, kubeconfig: str | None, namespace: str, out_dir: str) -> int:
    """Read everything, then write everything."""
    from velac.compiler.pull.pull import pull
    from velac.compiler.pull.server import connect
    from velac.compiler.pull.write import check_target, write_tree

    check_target(out_dir)
    pulled = pull(connect(context, kubeconfig), namespace)
    write_tree(out_dir, pulled.files)
    counts = ", ".join(f"{kind}: {number}" for kind, number in sorted(pulled.counts.items()))
    click.echo(
        f"{counted(len(pulled.files), 'file')} written to `{out_dir}` ({counts or 'empty'})",
        err=True,
    )
    return show(pulled.diagnostics)
