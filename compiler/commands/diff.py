"""`velac diff`: what a change does to every cluster."""

from __future__ import annotations

import os
from contextlib import ExitStack

import click

from velac.compiler.commands.report import show
from velac.compiler.driver import CompileResult

_RISKS = ("high", "medium", "low", "never")


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
    "--fail-on", type=click.Choice(_RISKS), default="never", help="Exit 1 at this risk or above."
)
def COMMAND(
    base: str | None,
    head: str | None,
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    outputs: tuple[str, ...],
    fail_on: str,
) -> int:
    """Compile both sides and compare them."""
    from velac.compiler.diff.compare import compare
    from velac.compiler.diff.show import FORMATS
    from velac.compiler.diff.sides import checked_out, compile_below, default_base, git

    wanted = [out.partition("=")[::2] for out in outputs or ("text",)]
    for form, _ in wanted:
        if form not in FORMATS:
            raise click.BadParameter(
                f"`{form}` is none of {', '.join(FORMATS)}", param_hint="--output"
            )
    with ExitStack() as stack:
        sides: list[CompileResult] = []
        roots: list[str] = []
        for text, fallback in ((base, default_base), (head, None)):
            if text is not None and os.path.isdir(text):
                root = text
            elif text is None and fallback is None:
                root = git("rev-parse", "--show-toplevel") if base is None else _tree(base)
            else:
                ref = text if text is not None else default_base()
                root = stack.enter_context(checked_out(ref))
            roots.append(root)
            sides.append(compile_below(root, paths, definitions, clusters))
        failed = [side for side in sides if not side.ok]
        if failed:
            return max(show(side.diagnostics) for side in failed)
        difference = compare(sides[0].manifests, sides[1].manifests, (roots[0], roots[1]))
        for form, file in wanted:
            text = FORMATS[form](difference)
            if file:
                with open(file, "w", encoding="utf-8") as out:
                    out.write(text)
            else:
                click.echo(text, nl=False)
    limit = _RISKS.index(fail_on)
    worst = min((_RISKS.index(c.risk) for c in difference.changes if c.risk), default=len(_RISKS))
    return 1 if worst <= limit and fail_on != "never" else 0


def _tree(base: str) -> str:
    """The working tree that a base is compared with."""
    from velac.compiler.diff.sides import git

    return "." if os.path.isdir(base) else git("rev-parse", "--show-toplevel")
