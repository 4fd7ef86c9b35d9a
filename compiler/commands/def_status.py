"""`velac def status`: health, message and details of a live object given as a file."""

from __future__ import annotations

from typing import Any

import click

from velac.compiler.commands.def_options import DEFINITIONS, TYPE, output, write, write_json
from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition import TRAIT
from velac.compiler.load.documents import read_documents, unpacked
from velac.compiler.load.files import Files, InputFile
from velac.compiler.workbench.collect import find_one
from velac.compiler.workbench.status import evaluate_status

_RESOURCE = "trait.oam.dev/resource"


@click.command(help="Evaluate `healthPolicy`, `customStatus` and `details` against live objects.")
@click.argument("name", metavar="NAME|FILE")
@click.option(
    "--object",
    "objects",
    multiple=True,
    required=True,
    metavar="FILE",
    type=click.Path(),
    help="Live objects: the first is `output`, the others `outputs` by their name (repeatable).",
)
@click.option("--properties", metavar="FILE", type=click.Path(), help="The properties as written.")
@DEFINITIONS
@TYPE
@output("text", "json")
def COMMAND(
    name: str,
    objects: tuple[str, ...],
    properties: str | None,
    definitions: tuple[str, ...],
    type_: str | None,
    format_: str,
) -> int:
    """Print the status; 1 when the object is not healthy."""
    definition = find_one(name, type_, definitions).definition
    live = [obj for file in objects for obj in _read(file)]
    if not live:
        raise Rejected(Diagnostic("V316", "there is no live object"))
    given = _read(properties) if properties else []
    status = evaluate_status(
        definition, given[0] if given else {}, _context(live, definition.type == TRAIT)
    )
    if format_ == "json":
        data = {
            "name": definition.name,
            "healthy": status.healthy,
            "message": status.message,
            "details": status.details,
            "problems": status.problems,
        }
        write_json([data])
    else:
        write(f"healthy: {'yes' if status.healthy else 'no'}\n")
        if status.message:
            write(f"message: {status.message}\n")
        write("".join(f"{key}: {value}\n" for key, value in status.details.items()))
        for problem in status.problems:
            click.echo(f"note: {problem}", err=True)
    return 0 if status.healthy else 1


def _context(live: list[dict[str, Any]], trait: bool) -> dict[str, Any]:
    """The context a controller has: a trait sees its own objects only."""
    first = live[0]
    labels = (first.get("metadata") or {}).get("labels") or {}
    rest = live if trait else live[1:]
    context: dict[str, Any] = {
        "name": labels.get("app.oam.dev/component")
        or (first.get("metadata") or {}).get("name", ""),
        "appName": labels.get("app.oam.dev/name", ""),
        "appRevision": labels.get("app.oam.dev/appRevision", ""),
        "namespace": (first.get("metadata") or {}).get("namespace", "default"),
        "outputs": {_name(obj): obj for obj in rest},
    }
    return context if trait else {**context, "output": first}


def _name(obj: dict[str, Any]) -> str:
    metadata = obj.get("metadata") or {}
    labels = metadata.get("labels") or {}
    return str(labels.get(_RESOURCE) or metadata.get("name") or "")


def _read(name: str) -> list[dict[str, Any]]:
    files = Files()
    problems: list[Diagnostic] = []
    source = files.read(InputFile(name, name))
    found = (
        []
        if source is None
        else [item.data for d in read_documents(source, problems) for item in unpacked(d)]
    )
    problems += files.diagnostics
    if problems:
        raise Rejected(*problems)
    return [item for item in found if isinstance(item, dict)]
