"""The inputs that several commands share: paths, definitions, the inventory; and their plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from velac.compiler.ir.clusters import NEWEST_KUBERNETES
from velac.compiler.missing import require
from velac.compiler.options import Options
from velac.compiler.project import find_project

if TYPE_CHECKING:
    from velac.compiler.diagnostics.model import Diagnostic
    from velac.compiler.ir.plan import AppPlan


def with_inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add PATH..., --definitions and --clusters to a command."""
    command = click.option(
        "--clusters",
        metavar="FILE",
        type=click.Path(),
        help="The cluster inventory [default: clusters.yaml at the root of a PATH].",
    )(command)
    command = click.option(
        "-d",
        "--definitions",
        multiple=True,
        metavar="PATH",
        type=click.Path(),
        help="Definitions, a file or directory; they win over those below PATH (repeatable).",
    )(command)
    return click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())(command)


def chosen(
    paths: Sequence[str],
    definitions: Sequence[str],
    clusters: str | None,
    *,
    layout: str = "",
    backends: Sequence[str] = (),
    verify: bool = False,
) -> Options:
    """What the command line says, and for the rest what the project file says. Raises Rejected."""
    project = find_project()
    if not paths and not project.file:
        raise click.UsageError("name a PATH, or run `velac init` to write a velac.yaml")
    require((*paths, *definitions, *((clusters,) if clusters else ())))
    chosen_paths = tuple(paths) or project.applications
    return Options(
        chosen_paths,
        tuple(definitions) or project.definitions,
        clusters or project.inventory_for(chosen_paths),
        tuple(backends) or project.wanted,
        layout,
        project.kubernetes_version or NEWEST_KUBERNETES,
        verify,
        tuple(project.labels.items()),
        project,
    )


def check_names(options: Options, backends: Sequence[str] = ()) -> None:
    """Raise UsageError for a backend or a layout that the command line names and nobody knows.

    The same in a project file is an error in the input, told with its place by the driver.
    """
    if not backends and not options.layout:
        return
    from velac.compiler.diagnostics.suggest import did_you_mean
    from velac.compiler.registry import load_backends, own_backend

    for name in options.backends:
        backend = own_backend(name) or load_backends().get(name)
        if backend is None and name in backends:
            known = load_backends()
            raise usage_error(
                f"there is no backend `{name}`", did_you_mean(name, known, known="backends")
            )
        if backend is not None and options.layout:
            layout = options.layout
            problem = backend.layout_problem(layout)
            if problem:
                known_ones = did_you_mean(layout, backend.layouts, known="layouts")
                raise usage_error(problem, "" if "{" in layout else known_ones)


def check_app(wanted: str | None, labels: Iterable[str]) -> None:
    """Raise UsageError for an Application that the command line names and nobody wrote."""
    names = [name for label in labels for name in (label.partition("/")[2], label)]
    if wanted is not None and wanted not in names:
        from velac.compiler.diagnostics.suggest import did_you_mean

        hint = did_you_mean(wanted, names, known="Applications")
        raise usage_error(f"there is no Application `{wanted}`", hint)


def usage_error(problem: str, hint: str = "") -> click.UsageError:
    """A mistake on the command line, with the nearest name that would have been right."""
    return click.UsageError(f"{problem}; {hint}" if hint else problem)


def planned(
    paths: tuple[str, ...], definitions: tuple[str, ...], clusters: str | None
) -> tuple[tuple[AppPlan, ...], list[Diagnostic]]:
    """The plans of all Applications, and everything that was found wrong on the way."""
    from velac.compiler.diagnostics.model import Rejected
    from velac.compiler.diagnostics.render import arranged
    from velac.compiler.driver import Session

    session = Session(chosen(paths, definitions, clusters))
    try:
        session.load()
        plans = session.plan()
    except Rejected as error:
        return (), arranged([*session.diagnostics, *error.diagnostics])
    return plans, arranged(session.diagnostics)
