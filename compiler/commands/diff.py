"""`velac diff`: what a change does to every cluster."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Final

import click

from velac.compiler.commands.report import show

RISKS: Final = ("high", "medium", "low", "never")


@click.command(
    help="Show what changes in the clusters from BASE to HEAD (git refs or directories)."
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
    from velac.compiler.diff.risk import reaches
    from velac.compiler.diff.sides import compile_sides

    wanted = [out.partition("=")[::2] for out in outputs or ("text",)]
    for form, _ in wanted:
        if form not in FORMATS:
            raise click.BadParameter(
                f"`{form}` is none of {', '.join(FORMATS)}", param_hint="--output"
            )
    with ExitStack() as stack:
        roots = _roots(stack, base, head)
        one, two = compile_sides(roots, paths, definitions, clusters)
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


def _roots(stack: ExitStack, base: str | None, head: str | None) -> tuple[str, str]:
    """The directories of both sides: those named, checked-out commits, or the working tree."""
    from velac.compiler.diff.sides import inside
    from velac.compiler.git import checked_out, default_base
    from velac.compiler.project import find_project

    def side(text: str) -> str:
        if os.path.isdir(text):
            return text
        below = inside(find_project())
        return os.path.normpath(os.path.join(stack.enter_context(checked_out(text)), below))

    first = side(base if base is not None else default_base())
    return first, find_project().root if head is None else side(head)
