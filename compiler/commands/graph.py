"""`velac graph`: components, workflow, the fleet or its files as a graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from velac.compiler.commands.inputs import check_app, chosen, planned, with_inputs
from velac.compiler.commands.report import show
from velac.compiler.diagnostics.render import has_errors

if TYPE_CHECKING:
    from velac.compiler.show.graph import Graph


@click.command(help="Draw components, workflows, the fleet or what files reach.")
@with_inputs
@click.option(
    "--what",
    type=click.Choice(["components", "workflow", "fleet", "files"]),
    default="components",
    show_default=True,
    help="What to draw.",
)
@click.option(
    "--format",
    "--output",
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

    if what == "files":
        return _files(paths, definitions, clusters, form, wanted)
    plans, diagnostics = planned(paths, definitions, clusters)
    shown = [p for p in plans if wanted in (None, p.app.name, p.app.label)]
    if not shown and not has_errors(diagnostics):
        check_app(wanted, (p.app.label for p in plans))
    if what == "fleet":
        graphs = [drawing.fleet_graph(shown)]
    else:
        make = drawing.component_graph if what == "components" else drawing.workflow_graph
        graphs = [make(plan.app) for plan in shown]
    _draw(graphs, form)
    return show(diagnostics)


def _files(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    form: str,
    wanted: str | None,
) -> int:
    """The graph from files to clusters, which needs no plan."""
    from velac.compiler.affected.tree import Tree
    from velac.compiler.affected.units import read_units
    from velac.compiler.show.files import files_graph, label_of

    reading = read_units(Tree(".", chosen(paths, definitions, clusters)))

    def is_wanted(label: str) -> bool:
        return wanted in (None, label, label.partition("/")[2])

    if not has_errors(reading.bundle.diagnostics):
        check_app(wanted, (label_of(key) for key in reading.applications))
    _draw([files_graph(reading, is_wanted)], form)
    return show(reading.bundle.diagnostics)


def _draw(graphs: Sequence[Graph], form: str) -> None:
    from velac.compiler.show import graph as drawing

    if form == "json":
        import json

        click.echo(json.dumps(drawing.to_data(graphs), indent=2, ensure_ascii=False))
    else:
        click.echo(drawing.FORMATS[form](graphs), nl=False)
