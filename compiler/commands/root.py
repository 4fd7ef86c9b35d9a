"""The `velac` command group; a command's module is imported when the command is run."""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "build": ("build", "Compile Applications to the manifests of every cluster."),
    "cue": ("cue", "Evaluate CUE."),
    "dry-run": ("dry_run", "Print what `vela dry-run --offline` prints."),
    "explain": ("explain", "Explain a diagnostic code."),
    "passes": ("passes", "List the passes in the order in which they run."),
}
"""Verb, module in `velac.compiler.commands` (its `COMMAND` is the click command), one line of help."""


class LazyCommands(click.Group):
    """A group that knows its commands' names and help without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"velac.compiler.commands.{COMMANDS[cmd_name][0]}")
        command = module.COMMAND
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the arguments, or a usage error that names the nearest verb."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from velac.compiler.diagnostics.suggest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"no such command `{args[0]}`" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="The offline compiler for OAM/KubeVela Applications.",
)
@click.version_option(package_name="velac", message="velac %(version)s")
def ROOT() -> None:
    """The group itself does nothing."""
