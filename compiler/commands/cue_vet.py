"""`velac cue vet`: errors in CUE, and in data against CUE."""

from __future__ import annotations

from typing import Final

import click

from velac.compiler.commands.cue_options import (
    Verb,
    show_error,
    show_problems,
    with_inputs,
    with_placing,
)
from velac.compiler.cue.errors import CueError, Problem

_VALUES: Final = {
    "-c=false": "--allow-incomplete",
    "--concrete=false": "--allow-incomplete",
    "-c=true": "--concrete",
    "--concrete=true": "--concrete",
}


class _Concrete(Verb):
    """`-c=false` as `cue` has it: a flag with an optional value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Rewrite the flag's values before click sees them."""
        return super().parse_args(ctx, [_VALUES.get(arg, arg) for arg in args])


@click.command(cls=_Concrete, help="Check CUE, or data files against it; silent when all is well.")
@with_inputs
@with_placing
@click.option("-c", "--concrete", is_flag=True, help="Report every value that is not concrete.")
@click.option(
    "--allow-incomplete", is_flag=True, help="Values need not be concrete (also `-c=false`)."
)
def COMMAND(
    inputs: tuple[str, ...],
    tags: tuple[str, ...],
    schema: str,
    labels: tuple[str, ...],
    listed: bool,
    concrete: bool,
    allow_incomplete: bool,
) -> int:
    """Report every problem of every document."""
    from velac.compiler.cue.inputs import read_inputs
    from velac.compiler.cue.results import results

    found: list[Problem] = []
    try:
        read = read_inputs(inputs, tags).placed(labels, listed)
        checked = bool(read.documents)
        final = checked or not allow_incomplete
        for result in results(read, (), schema, merge=False):
            found += result.problems(final)
    except CueError as error:
        return show_error(error)
    incomplete = [p for p in found if p.incomplete]
    if incomplete and len(incomplete) == len(found) and not checked and not concrete:
        count = len({p.path for p in incomplete})
        shown = ", ".join(f"`{p.path}`" for p in incomplete[:3] if p.path)
        message = f"{count} value{'s are' if count > 1 else ' is'} not concrete" + (
            f": {shown}" + (", …" if count > 3 else "") if shown else ""
        )
        help = "use -c to see all of them, or -c=false to allow them"
        return show_problems([Problem(message, code="V202", help=help)])
    return show_problems(found)
