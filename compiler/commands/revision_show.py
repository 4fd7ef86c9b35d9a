"""`velac revision show`."""

from __future__ import annotations

import click

from velac.compiler.project import find_project
from velac.compiler.revision.ask import history_of, known_store, object_of, revision_of
from velac.compiler.revision.model import as_number
from velac.grammar.yaml_writer import emit


@click.command(help="Print a revision (`v3`; default: the one in use) as an ApplicationRevision.")
@click.argument("application", metavar="APPLICATION")
@click.argument("revision", required=False, metavar="[REVISION]")
@click.option("--output", type=click.Choice(["yaml", "json"]), default="yaml", help="The form.")
def COMMAND(application: str, revision: str | None, output: str) -> int:
    """Print one object."""
    store = known_store(find_project())
    history = history_of(store, application)
    found = object_of(store, history, revision_of(history, revision))
    if output == "json":
        import json

        click.echo(json.dumps(found, indent=2, ensure_ascii=False, default=as_number))
    else:
        click.echo(emit(found), nl=False)
    return 0
