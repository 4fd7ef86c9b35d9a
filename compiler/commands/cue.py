"""`velac cue`: the CUE engine on the command line, with the verbs of `cue`."""

from __future__ import annotations

from typing import Final

import click

from velac.compiler.commands.root import LazyCommands
from velac.compiler.garbage import lasting

VERBS: Final = {
    "def": ("cue_def", "Print a package as one consolidated file."),
    "eval": ("cue_eval", "Evaluate CUE and print what it comes to, concrete or not."),
    "export": ("cue_export", "Evaluate CUE and print the data."),
    "fmt": ("cue_fmt", "Format CUE files."),
    "vet": ("cue_vet", "Check CUE, or data against it."),
}


class Verbs(LazyCommands):
    """The verbs below `velac cue`."""

    commands_table = VERBS


@click.group(cls=Verbs, help="Evaluate CUE.")
@click.pass_context
def COMMAND(context: click.Context) -> None:
    """What a verb makes lasts until its end."""
    context.with_resource(lasting())
