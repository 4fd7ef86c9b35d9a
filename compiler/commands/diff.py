"""`velac diff`: what a change does to every cluster."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import click

from velac.compiler.commands.report import show
from velac.compiler.project import find_project

if TYPE_CHECKING:
    from velac.compiler.diff.recorded import Recorded

RISKS: Final = ("high", "medium", "low", "never")


@click.command(
    help="Show what changes in the clusters from BASE to HEAD (git refs, directories, or revisions: APPLICATION@v3)."
)
@click.argument("base", required=False, metavar="[BASE]")
@click.argument("head", required=False, metavar="[HEAD]")
@click.option(
    "--path",
    "paths",
    multiple=True,
    metavar="PATH",
    help="Applications inside both sides (repeatable).",
)
@click.option(
    "-d", "--definitions", multiple=True, metavar="PATH", help="Definitions inside both sides."
)
@click.option("--clusters", metavar="FILE", help="The inventory inside both sides.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="text, unified, json, markdown or html (repeatable) [default: text].",
)
@click.option(
    "--ignore-defaults",
    is_flag=True,
    help="Fields that say what Kubernetes would assume do not count.",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="PATTERN",
    help="Fields that do not count, by path, with * for anything (repeatable).",
)
@click.option(
    "--fail-on", type=click.Choice(RISKS), default="never", help="Exit 1 at this risk or above."
)
def COMMAND(
    base: str | None,
    head: str | None,
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    outputs: tuple[str, ...],
    ignore_defaults: bool,
    ignored: tuple[str, ...],
    fail_on: str,
) -> int:
    """Compile both sides and compare them."""
    from velac.compiler.diff.compare import compare
    from velac.compiler.diff.formats import FORMATS
    from velac.compiler.diff.recorded import Recorded, compile_recorded
    from velac.compiler.diff.risk import reaches
    from velac.compiler.diff.sides import compile_sides

    wanted = [out.partition("=")[::2] for out in outputs or ("text",)]
    for form, _ in wanted:
        if form not in FORMATS:
            raise click.BadParameter(
                f"`{form}` is none of {', '.join(FORMATS)}", param_hint="--output"
            )
    with ExitStack() as stack:
        sides = _sides(stack, base, head)
        if isinstance(sides[0], str) and isinstance(sides[1], str):
            roots = (sides[0], sides[1])
            one, two = compile_sides(roots, paths, definitions, clusters)
        else:
            here = find_project().root
            first, second = (here if isinstance(side, Recorded) else side for side in sides)
            roots = (first, second)
            one, two = compile_recorded(sides, here, paths, definitions, clusters)
        failed = [side for side in (one, two) if not side.ok]
        if failed:
            return max(show(side.diagnostics) for side in failed)
        difference = compare(
            one.manifests,
            two.manifests,
            roots,
            (one.plan, two.plan),
            ignore_defaults=ignore_defaults,
            ignored=ignored,
        )
        texts = [(FORMATS[form](difference), file) for form, file in wanted]
    for text, file in texts:
        if file:
            put(text, file)
        else:
            click.echo(text, nl=False)
    return 1 if reaches((c.risk for c in difference.changes), fail_on) else 0


def put(text: str, file: str) -> None:
    """Write a report. Raises Rejected (V803)."""
    from velac.compiler.diagnostics.model import Diagnostic, Rejected

    try:
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as error:
        raise Rejected(Diagnostic("V803", f"cannot write `{file}`: {error.strerror}")) from None


def _sides(
    stack: ExitStack, base: str | None, head: str | None
) -> tuple[Recorded | str, Recorded | str]:
    """Both sides: revisions, directories that are named, checked-out commits, or the working tree."""
    from velac.compiler.diff.recorded import looks_recorded, recorded
    from velac.compiler.diff.sides import inside
    from velac.compiler.git import checked_out, default_base

    project = find_project()

    def side(text: str) -> Recorded | str:
        if os.path.isdir(text):
            return text
        if looks_recorded(text, project):
            return recorded(text, project)
        tree = stack.enter_context(checked_out(text))
        return os.path.normpath(os.path.join(tree, inside(project)))

    first = side(base if base is not None else default_base())
    return first, project.root if head is None else side(head)
