"""`velac graph`: components, workflow or the fleet as a graph."""

from __future__ import annotations

import click

from velac.compiler.commands.inputs import planned, with_inputs
from velac.compiler.commands.report import show


@click.command(help="Draw components, workflows or the fleet.")
@with_inputs
@click.option(
    "--what",
    type=click.Choice(["components", "workflow", "fleet"]),
    default="components",
    show_default=True,
    help="What to draw.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["mermaid", "dot", "svg", "json", "text"]),
    default="text",
    show_default=True,
    help="How to draw it.",
)
@click.option("--app", "wanted", metavar="NAME", help="Only this Application.")
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    what: str,
    form: str,
    wanted: str | None,
) -> int:
    """Print the graph."""
    from velac.compiler.show import graph as drawing

    plans, diagnostics = planned(paths, definitions, clusters)
    chosen = [p for p in plans if wanted in (None, p.app.name, p.app.label)]
    if what == "fleet":
        graphs = [drawing.fleet_graph(chosen)]
    else:
        make = drawing.component_graph if what == "components" else drawing.workflow_graph
        graphs = [make(plan.app) for plan in chosen]
    if form == "json":
        import json

        click.echo(json.dumps(drawing.to_data(graphs), indent=2, ensure_ascii=False))
    else:
        click.echo(drawing.FORMATS[form](graphs), nl=False)
    return show(diagnostics)
