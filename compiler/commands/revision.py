"""`velac revision`: the verbs about revisions of Applications."""

from __future__ import annotations

from typing import Final

import click

from velac.compiler.commands.root import LazyCommands

VERBS: Final = {
    "diff": ("revision_diff", "Compare two revisions, or one with what the file says now."),
    "list": ("revision_list", "List the revisions of Applications and definitions."),
    "rollback": ("revision_rollback", "Write an earlier revision back into its file."),
    "show": ("revision_show", "Print a revision as the object that KubeVela keeps."),
}


class Verbs(LazyCommands):
    """The verbs below `velac revision`."""

    commands_table = VERBS


@click.group(cls=Verbs, help="Look at the revisions that builds have recorded, and go back to one.")
def COMMAND() -> None:
    """The group itself does nothing."""
