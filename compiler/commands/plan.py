"""`velac plan`: which variant of what goes where, in which order, behind which gate; and what has to go."""

from __future__ import annotations

from collections.abc import Sequence

import click

from velac.compiler.commands.inputs import check_app, chosen, planned, with_inputs
from velac.compiler.commands.report import show
from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.diagnostics.render import has_errors
from velac.compiler.driver import Session
from velac.compiler.fleet.inventory import Inventory, check_branch
from velac.compiler.fleet.prune import Obsolete, collect
from velac.compiler.ir.plan import AppPlan


@click.command(
    help="Show which component goes to which cluster, in which order, behind which gate, and what is pruned."
)
@with_inputs
@click.option(
    "-o",
    "--out-dir",
    metavar="DIR",
    type=click.Path(),
    help="The output whose inventory says what is there [default: the project's, else dist].",
)
@click.option(
    "--since",
    metavar="REF",
    help="Compare with the inventory of this commit [default: the one on disk].",
)
@click.option(
    "--output", type=click.Choice(["text", "json", "markdown"]), default="text", help="The form."
)
@click.option("--app", "wanted", metavar="NAME", help="Only this Application.")
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    out_dir: str | None,
    since: str | None,
    output: str,
    wanted: str | None,
) -> int:
    """Plan; render only where an inventory says what was there before."""
    from velac.compiler.show.plan import plan_document
    from velac.compiler.show.plan_text import plan_markdown, plan_text
    from velac.compiler.show.prune import is_of, is_plan_of, with_pruning

    options = chosen(paths, definitions, clusters)
    known = _inventory(out_dir or options.project.directory, options.project.record, since)
    obsolete: Sequence[Obsolete] | None = None
    if known is None:
        plans, diagnostics = planned(paths, definitions, clusters)
    else:
        plans, diagnostics, obsolete = _compared(Session(options), known)
    documents = plan_document(plan for plan in plans if is_plan_of(plan, wanted))
    if obsolete is not None:
        documents = [doc for doc in with_pruning(documents, obsolete) if is_of(doc, wanted)]
    if not documents and not has_errors(diagnostics):
        check_app(wanted, (plan.app.label for plan in plans))
    if output == "json":
        import json

        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
    else:
        lines = plan_text(documents) if output == "text" else plan_markdown(documents)
        for line in lines:
            click.echo(line)
    return show(diagnostics)


def _inventory(directory: str, record: str, since: str | None) -> Inventory | None:
    """What was delivered last; None where nothing is known. Raises Rejected (V806, V820)."""
    from velac.compiler.fleet.inventory import decoded_inventory, path_beside
    from velac.compiler.fleet.keep import previous_inventory

    if since is None:
        return previous_inventory(directory, record)
    from velac.compiler.git import file_at

    path = record or path_beside(directory)
    raw = file_at(since, path)
    return Inventory() if raw is None else decoded_inventory(raw, f"{since}:{path}")


def _compared(
    session: Session, known: Inventory
) -> tuple[tuple[AppPlan, ...], list[Diagnostic], Sequence[Obsolete] | None]:
    """The plans, and what is obsolete; None where not everything could be rendered."""
    result = session.run()
    if not result.ok:
        return result.plan.apps, result.diagnostics, None
    if session.revisions is not None:
        check_branch(known, "of the output", session.revisions.highest)
    collected = collect(known, result.summaries, frozenset(session.bundle.inventory.clusters))
    return result.plan.apps, result.diagnostics, collected.obsolete
