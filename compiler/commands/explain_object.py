"""`velac explain CLUSTER/KIND/NAME[:field.path]`: where the fields of an emitted object come from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from velac.compiler.commands.inputs import chosen
from velac.compiler.cue.leaf import Leaf
from velac.compiler.driver import Session
from velac.compiler.ir.values import Path
from velac.compiler.provenance.fields import Explained
from velac.compiler.provenance.inputs import Origin, path_text
from velac.compiler.provenance.target import NotFound, Target, find_target
from velac.grammar.source import NO_SPAN


def explain_object(
    target: Target,
    paths: Sequence[str],
    definitions: Sequence[str],
    clusters: str | None,
    output: str,
) -> int:
    """Print the chain behind a field; behind every field where none is named. Raises Rejected and UsageError."""
    session = Session(chosen(paths, definitions, clusters))
    session.load()
    plans = session.plan()
    known = tuple(session.bundle.inventory.clusters)
    try:
        found = find_target(target, plans, known, session.resolver)
    except NotFound as problem:
        raise click.UsageError(str(problem)) from None
    fields = _fields(found, target)
    if output == "json":
        import json

        listed = [_entry(found, path, value) for path, value in fields]
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
        return 0
    for path, value in fields:
        click.echo(f"{path_text(path).lstrip('.')}: {_shown(value)}")
        for origin in found.chain(path):
            click.echo(f"  {_line(origin)}")
    return 0


def _fields(found: Explained, target: Target) -> list[tuple[Path, Any]]:
    depth = len(target.path)
    fields = [(p, v) for p, v in found.fields() if p[:depth] == target.path]
    if not fields:
        field = path_text(target.path).lstrip(".")
        raise click.UsageError(f"{target.kind} `{target.name}` has no field `{field}`")
    return fields


def _entry(found: Explained, path: Path, value: Any) -> dict[str, Any]:
    return {
        "name": path_text(path).lstrip("."),
        "value": value.value if type(value) is Leaf else value,
        "origins": [
            {
                "kind": origin.kind,
                "text": origin.text,
                "place": "" if origin.span is NO_SPAN else str(origin.span),
            }
            for origin in found.chain(path)
        ],
    }


def _line(origin: Origin) -> str:
    place = "" if origin.span is NO_SPAN else str(origin.span)
    return f"{origin.kind:<15} {origin.text:<32} {place}".rstrip()


def _shown(value: Any) -> str:
    plain = value.value if type(value) is Leaf else value
    return plain if isinstance(plain, str) and plain else repr(plain) if plain == "" else str(plain)
