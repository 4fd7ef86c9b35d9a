"""`velac cue export`: the data of CUE."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from velac.compiler.cue.results import Result


@click.command(cls=Verb, help="Evaluate CUE and print the data; everything has to be concrete.")
@with_inputs
@with_placing
@with_expressions
@with_out("json")
@click.option("--escape", is_flag=True, help="Escape <, > and & in JSON.")
def COMMAND(
    inputs: tuple[str, ...],
    tags: tuple[str, ...],
    schema: str,
    labels: tuple[str, ...],
    listed: bool,
    expressions: tuple[str, ...],
    out: str,
    escape: bool,
) -> int:
    """Print the data, or all problems and nothing else."""
    from velac.compiler.cue.inputs import read_inputs
    from velac.compiler.cue.output import SEPARATOR
    from velac.compiler.cue.results import results

    try:
        found = results(read_inputs(inputs, tags).placed(labels, listed), expressions, schema)
        texts = [document(result, out, escape) for result in found]
    except CueError as error:
        return show_error(error)
    write(SEPARATOR[out].join(texts))
    return 0


def document(result: Result, out: str, escape: bool = False) -> str:
    """A concrete value as text. Raises CueError."""
    from velac.compiler.cue.output import data_text

    if out == "cue":
        from velac.compiler.cue.cuetext import exported

        return exported(result)
    text = data_text(result.plain(), out, result.expression, result.node.spans())
    if escape and out == "json":
        from velac.compiler.cue.jsontext import escape_html

        return escape_html(text)
    return text
