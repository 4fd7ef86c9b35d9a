"""`velac revision list`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from velac.compiler.project import find_project
from velac.compiler.revision.ask import history_of, known_store
from velac.compiler.revision.model import AppHistory
from velac.compiler.revision.store import RevisionStore


@click.command(help="List revisions; the one in use has a star.")
@click.argument("application", required=False, metavar="[APPLICATION]")
@click.option("--definitions", is_flag=True, help="Those of definitions instead.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", help="The form.")
def COMMAND(application: str | None, definitions: bool, output: str) -> int:
    """Print one line per revision."""
    store = known_store(find_project())
    if definitions:
        rows = list(_definitions(store))
    else:
        histories = [store.applications[label] for label in sorted(store.applications)]
        if application:
            histories = [history_of(store, application)]
        rows = [row for history in histories for row in _revisions(history)]
    if output == "json":
        import json

        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    width = max((len(row["title"]) for row in rows), default=0)
    for row in rows:
        mark = "*" if row["latest"] else " "
        more = f"  publishVersion {row['publishVersion']}" if row.get("publishVersion") else ""
        click.echo(f"{mark} {row['title']:<{width}}  {row['hash'][:12]}{more}")
    return 0


def _revisions(history: AppHistory) -> Iterator[dict[str, Any]]:
    for number in sorted(history.revisions):
        revision = history.revisions[number]
        yield {
            "name": f"{history.name}-v{number}",
            "namespace": history.namespace,
            "title": f"{history.label} v{number}",
            "application": history.name,
            "revision": number,
            "latest": number == history.latest,
            "publishVersion": revision.publish_version,
            "hash": revision.content.hash,
        }


def _definitions(store: RevisionStore) -> Iterator[dict[str, Any]]:
    for key in sorted(store.definitions):
        history = store.definitions[key]
        for revision in history.revisions:
            place = f"{history.namespace}/" if history.namespace else ""
            yield {
                "name": f"{history.name}-{revision.version}",
                "namespace": history.namespace,
                "title": f"{history.type} {place}{history.name} {revision.version}",
                "type": history.type,
                "version": revision.version,
                "latest": revision is history.revisions[-1],
                "hash": revision.digest,
            }
