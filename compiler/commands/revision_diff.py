"""`velac revision diff`."""

from __future__ import annotations

from difflib import unified_diff

import click

from velac.compiler.project import find_project
from velac.compiler.revision.ask import history_of, known_store, object_of, revision_of
from velac.grammar.yaml_writer import emit


@click.command(help="Compare two revisions, or one with what the Application's file says now.")
@click.argument("application", metavar="APPLICATION")
@click.argument("before", metavar="REVISION")
@click.argument("after", required=False, metavar="[REVISION]")
def COMMAND(application: str, before: str, after: str | None) -> int:
    """Print a unified diff; nothing when both are the same."""
    project = find_project()
    store = known_store(project)
    history = history_of(store, application)
    old = object_of(store, history, revision_of(history, before))
    if after is not None:
        name = revision_of(history, after)
        new, title = object_of(store, history, name), f"{history.name}-v{name.number}"
    else:
        from velac.compiler.commands.revision_edit import document_of

        document, _ = document_of(history.label)
        metadata = document.data["metadata"]
        old = {"application": {**old["spec"]["application"]}}
        old["application"]["metadata"] = metadata
        new, title = {"application": document.data}, document.span().file.name
    one, two = (emit(item).splitlines(keepends=True) for item in (old, new))
    first = f"{history.name}-v{revision_of(history, before).number}"
    for line in unified_diff(one, two, first, title):
        click.echo(line, nl=False)
    return 0
