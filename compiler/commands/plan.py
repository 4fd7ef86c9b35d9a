"""`velac plan`: which variant of what goes where, in which order, behind which gate."""

from __future__ import annotations

import click

from velac.compiler.commands.inputs import planned, with_inputs
from velac.compiler.commands.report import show


@click.command(
    help="Show which component goes to which cluster, in which order, behind which gate."
)
@with_inputs
@click.option(
    "--output", type=click.Choice(["text", "json", "markdown"]), default="text", help="The form."
)
@click.option("--app", "wanted", metavar="NAME", help="Only this Application.")
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    output: str,
    wanted: str | None,
) -> int:
    """Plan without rendering."""
    from velac.compiler.show.plan import plan_document
    from velac.compiler.show.plan_text import plan_markdown, plan_text

    plans, diagnostics = planned(paths, definitions, clusters)
    documents = plan_document(p for p in plans if wanted in (None, p.app.name, p.app.label))
    if output == "json":
        import json

        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
    else:
        lines = plan_text(documents) if output == "text" else plan_markdown(documents)
        for line in lines:
            click.echo(line)
    return show(diagnostics)
