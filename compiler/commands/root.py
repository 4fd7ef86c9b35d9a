"""The `velac` command group; a command's module is imported when the command is run."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

COMMANDS: Final = {
    "affected": ("affected", "List what a change of files can touch, without building."),
    "attest": ("attest", "Write what a build is made of, and the images of each cluster."),
    "backend": ("backend", "Show what output can be made for."),
    "build": ("build", "Compile Applications to the manifests of every cluster."),
    "cache": ("cache", "Look at the cache directory, or make room in it."),
    "ci": ("ci", "Lint, validate, diff and check in one run, and write all reports."),
    "clusters": ("clusters", "List the clusters of the inventory."),
    "config": ("config", "Render an entry of the configuration store from its template."),
    "cue": ("cue", "Evaluate CUE."),
    "def": ("def_group", "Write, check and understand definitions."),
    "diff": ("diff", "Show what changes in the clusters between two states."),
    "dry-run": ("dry_run", "Print what `vela dry-run --offline` prints."),
    "explain": ("explain", "Explain a diagnostic code, or where a field of an object comes from."),
    "graph": ("graph", "Draw components, workflows, the fleet or what files reach."),
    "init": ("init", "Write a commented velac.yaml."),
    "lint": ("lint", "Check Applications and everything they compile to."),
    "lock": ("lock", "Write velac.lock: the definitions in use, with digests."),
    "krm": ("krm", "Compile as a KRM function of Kustomize or kpt."),
    "merge": ("merge", "Put the shards of a build together."),
    "passes": ("passes", "List the passes in the order in which they run."),
    "plan": ("plan", "Show what goes where, in which order, behind which gate."),
    "revision": ("revision", "Look at revisions, and go back to one."),
    "pull": ("pull", "Write a running KubeVela as files, so that it can move into git."),
    "test": ("test", "Run the unit tests of definitions."),
}
"""Verb, module in `velac.compiler.commands` (its `COMMAND` is the click command), one line of help."""


class LazyCommands(click.Group):
    """A group that knows its commands' names and help without importing them."""

    commands_table: Mapping[str, tuple[str, str]] = COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, sorted."""
        return sorted(self.commands_table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb, imported now."""
        if cmd_name not in self.commands_table:
            return None
        module = import_module(f"velac.compiler.commands.{self.commands_table[cmd_name][0]}")
        command = module.COMMAND
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the arguments, or a usage error that names the nearest verb."""
        if args and args[0] not in self.commands_table and not args[0].startswith("-"):
            from velac.compiler.diagnostics.suggest import did_you_mean

            hint = did_you_mean(args[0], self.commands_table)
            ctx.fail(f"no such command `{args[0]}`" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help."""
        with formatter.section("Commands"):
            table = self.commands_table
            formatter.write_dl([(name, table[name][1]) for name in sorted(table)])


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="The offline compiler for OAM/KubeVela Applications.",
)
@click.version_option(package_name="velac", message="velac %(version)s")
def ROOT() -> None:
    """The group itself does nothing."""
