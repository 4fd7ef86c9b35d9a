"""`velac cue eval`: what CUE comes to, concrete or not."""

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


@click.command(cls=Verb, help="Evaluate CUE and print what it comes to; values may be incomplete.")
@with_inputs
@with_placing
@with_expressions
@with_out("cue")
@click.option("-c", "--concrete", is_flag=True, help="Everything has to be concrete.")
@click.option("-a", "--all", "everything", is_flag=True, help="Show optional and hidden fields.")
@click.option("-H", "--show-hidden", "hidden", is_flag=True, help="Show hidden fields.")
@click.option("-O", "--show-optional", "optional", is_flag=True, help="Show optional fields.")
@click.option("-A", "--show-attributes", "attributes", is_flag=True, help="Show attributes.")
@click.option("-i", "--ignore", is_flag=True, help="Print errors in their places and go on.")
def COMMAND(
    inputs: tuple[str, ...],
    tags: tuple[str, ...],
    schema: str,
    labels: tuple[str, ...],
    listed: bool,
    expressions: tuple[str, ...],
    out: str,
    concrete: bool,
    everything: bool,
    hidden: bool,
    optional: bool,
    attributes: bool,
    ignore: bool,
) -> int:
    """Print the values, or all problems and nothing else."""
    from velac.compiler.commands.cue_export import document
    from velac.compiler.cue.cuetext import Shown, evaluated
    from velac.compiler.cue.inputs import read_inputs
    from velac.compiler.cue.output import SEPARATOR
    from velac.compiler.cue.results import results

    shown = Shown(
        definitions=not concrete,
        hidden=(hidden or everything) and not concrete,
        optional=(optional or everything) and not concrete,
        attributes=attributes,
        errors=ignore,
    )
    texts = []
    try:
        for result in results(
            read_inputs(inputs, tags).placed(labels, listed), expressions, schema, strict=not ignore
        ):
            if out != "cue":
                texts.append(document(result, out))
                continue
            found = () if ignore else result.problems(concrete)
            if found:
                raise CueError(found)
            text = evaluated(result, shown)
            texts.append(f"// {result.expression}\n{text}" if len(expressions) > 1 else text)
    except CueError as error:
        return show_error(error)
    write(("" if len(expressions) > 1 and out == "cue" else SEPARATOR[out]).join(texts))
    return 0
