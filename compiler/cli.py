"""The command line: flags to calls, results to exit codes. Commands are imported when they are run.

Exit codes: 0 clean, 1 errors in the input, 2 wrong usage, 70 a bug of ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

EXIT_INPUT: Final = 1
EXIT_USAGE: Final = 2
EXIT_BUG: Final = 70
_INTERRUPTED: Final = 130

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
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"velac.compiler.commands.{COMMANDS[cmd_name][0]}")
        command = module.COMMAND
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from velac.compiler.diagnostics.suggest import did_you_mean

            hint = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"no such command `{args[0]}`" + (f"; {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


def _show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"velac {version('velac')}")
    ctx.exit()


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="The offline compiler for OAM/KubeVela Applications.",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
def _velac() -> None: ...


def run(args: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    try:
        code = _velac.main(args=args, prog_name="velac", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of stdout has gone; what remains in the buffer must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_INPUT
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from velac.compiler.diagnostics.model import Diagnostic, Rejected
    from velac.compiler.diagnostics.render import render_text

    if isinstance(error, Rejected):
        click.echo(render_text(error.diagnostics), err=True, nl=False)
        return EXIT_INPUT
    if os.environ.get("VELAC_TRACEBACK") == "1":
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    deep = isinstance(error, RecursionError | MemoryError)
    text = "the input is nested too deeply or too large" if deep else "this is a bug of velac"
    shown = f"{type(error).__name__}: {str(error)[:200]}".rstrip(": ")
    problem = Diagnostic(
        "V903" if deep else "V901",
        f"{text} ({shown})",
        help="run again with VELAC_TRACEBACK=1 and report what it prints",
    )
    click.echo(render_text([problem]), err=True, nl=False)
    return EXIT_BUG


def main() -> None:
    """The entry point of the `velac` script."""
    sys.exit(run())
