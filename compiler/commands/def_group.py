"""`velac def`: the verbs for those who write definitions."""

from __future__ import annotations

from typing import Final

import click

from velac.compiler.commands.root import LazyCommands

VERBS: Final = {
    "diff": ("def_diff", "Compare the parameters of two versions of a definition."),
    "docs": ("def_docs", "Write a catalogue of definitions."),
    "fmt": ("def_fmt", "Format CUE files."),
    "from-yaml": ("def_from_yaml", "Turn definition objects into single-file CUE definitions."),
    "init": ("def_init", "Start a definition."),
    "list": ("def_list", "List definitions."),
    "render": ("def_render", "Print definitions as the objects that `vela def render` makes."),
    "schema": ("def_schema", "Print the JSON Schema of parameters, or one of whole Applications."),
    "show": ("def_show", "Show what a definition is and what it takes."),
    "status": ("def_status", "Evaluate health and status against live objects."),
    "upgrade": ("def_upgrade", "Rewrite old CUE of definitions."),
    "vet": ("def_vet", "Check definitions."),
}


class Verbs(LazyCommands):
    """The verbs below `velac def`."""

    commands_table = VERBS


@click.group(cls=Verbs, help="Write, check and understand definitions.")
def COMMAND() -> None:
    """The group itself does nothing."""
