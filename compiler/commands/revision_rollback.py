"""`velac revision rollback`."""

from __future__ import annotations

import click

from velac.compiler.commands.report import show
from velac.compiler.project import find_project
from velac.compiler.revision.ask import history_of, known_store, revision_of


@click.command(
    help="Write the spec of an earlier revision back into the Application's file; the next build uses that revision again."
)
@click.argument("application", metavar="APPLICATION")
@click.argument("revision", metavar="REVISION")
@click.option("--print", "only", is_flag=True, help="Print the new file and write nothing.")
def COMMAND(application: str, revision: str, only: bool) -> int:
    """Check that the revision still compiles, then edit the file."""
    from velac.compiler.commands.revision_edit import rolled_back, write_file

    store = known_store(find_project())
    history = history_of(store, application)
    found = revision_of(history, revision)
    edit = rolled_back(history, found)
    if only:
        click.echo(edit.text, nl=False)
    else:
        write_file(edit)
        click.echo(f"`{edit.path}` says what {history.name}-v{found.number} was", err=True)
    return show(edit.notes)
