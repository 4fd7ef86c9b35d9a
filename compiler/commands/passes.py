"""`velac passes`: the passes in the order in which they run."""

from __future__ import annotations

import click

from velac.compiler.registry import load_passes


@click.command(help="List the passes in the order in which they run.")
@click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", help="How to print the list."
)
def COMMAND(output: str) -> int:
    """Print the passes."""
    passes = load_passes()
    if output == "json":
        import json

        listed = [
            {"name": p.name, "level": p.level, "after": sorted(p.after), "title": p.title}
            for p in passes
        ]
        click.echo(json.dumps(listed, indent=2))
        return 0
    names = max((len(p.name) for p in passes), default=0)
    after = max((len(", ".join(sorted(p.after))) for p in passes), default=0)
    for p in passes:
        before = ", ".join(sorted(p.after)) or "-"
        click.echo(f"{p.name:<{names}}  {p.level}  after {before:<{after}}  {p.title}")
    return 0
