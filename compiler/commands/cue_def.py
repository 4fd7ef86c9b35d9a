"""`velac cue def`: a package as one consolidated file."""

from __future__ import annotations

import click

from velac.compiler.commands.cue_options import (
    Verb,
    show_error,
    with_expressions,
    with_inputs,
    with_out,
    with_placing,
    write,
)
from velac.compiler.cue.errors import CueError


@click.command(
    cls=Verb, help="Print a package as one file: the declarations of each field put together."
)
@with_inputs
@with_placing
@with_expressions
@with_out("cue")
@click.option("-A", "--show-attributes", "attributes", is_flag=True, help="Show attributes.")
def COMMAND(
    inputs: tuple[str, ...],
    tags: tuple[str, ...],
    schema: str,
    labels: tuple[str, ...],
    listed: bool,
    expressions: tuple[str, ...],
    out: str,
    attributes: bool,
) -> int:
    """Print the definitions, or all problems and nothing else."""
    from velac.compiler.commands.cue_export import document
    from velac.compiler.cue.definition import consolidated
    from velac.compiler.cue.inputs import read_inputs
    from velac.compiler.cue.output import SEPARATOR
    from velac.compiler.cue.results import results

    try:
        texts = [
            consolidated(result, attributes=attributes) if out == "cue" else document(result, out)
            for result in results(
                read_inputs(inputs, tags).placed(labels, listed), expressions, schema
            )
        ]
    except CueError as error:
        return show_error(error)
    write(SEPARATOR[out].join(texts))
    return 0
