"""What the verbs of `velac cue` share: arguments, options, diagnostics, and text to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from velac.compiler.cue.errors import CueError, Problem

if TYPE_CHECKING:
    from velac.compiler.diagnostics.model import Diagnostic

FORMATS: Final = ("json", "yaml", "toml", "cue", "text")
MOST_SHOWN: Final = 100
"""Problems that are shown one by one."""


_ELSEWHERE: Final = {
    "-o": "print, and redirect the output with `>`",
    "--outfile": "print, and redirect the output with `>`",
    "-f": "nothing is overwritten: output goes to stdout",
    "--force": "nothing is overwritten: output goes to stdout",
    "-p": "data files need no package; name the CUE files beside them",
    "--package": "data files need no package; name the CUE files beside them",
    "-n": "name the data files",
    "--name": "name the data files",
    "--inline-imports": "imports stay imports; `-e` shows what a value of one comes to",
    "--with-context": "a label (`-l`) sees the data, not the file that it is in",
    "-T": "set what the tags say with -t",
    "--inject-vars": "set what the tags say with -t",
    "-s": "there is no simplified output",
    "--simplify": "there is no simplified output",
    "--trace": "there is no trace of evaluations",
    "--merge": "data is merged; `vet` and `-d` check it one document after another",
    "-I": "protocol buffers are not read",
    "--proto_path": "protocol buffers are not read",
    "--proto_enum": "protocol buffers are not read",
}
"""Options of `cue` that velac has not, and what to do instead."""


class Verb(click.Command):
    """A verb of `cue`: it knows the options of the original that are not here."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As always; an option of `cue` that is not here is refused with what to do instead."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            advice = _ELSEWHERE.get(error.option_name)
            if advice is not None:
                message = f"`{error.option_name}` of `cue` is not here: {advice}"
                raise click.UsageError(message, ctx) from None
            raise


def with_placing(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add -l and --list to a command."""
    for option in (
        click.option("--list", "listed", is_flag=True,
                     help="Take the documents of each data file together as a list."),
        click.option("-l", "--path", "labels", multiple=True, metavar="EXPR",
                     help="Put data at this label, computed from it (repeatable), or `a: b:`."),
        click.option("-E", "--all-errors", is_flag=True, hidden=True, expose_value=False,
                     help="All errors are told anyway."),
    ):  # fmt: skip
        command = option(command)
    return command


def with_inputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add FILE|DIR|-..., -t and -d to a command."""
    for option in (
        click.option("-d", "--schema", default="", metavar="EXPR",
                     help="Check the data files against this expression."),
        click.option("-t", "--inject", "tags", multiple=True, metavar="NAME[=VALUE]",
                     help="Set the field with this @tag (repeatable)."),
        click.argument("inputs", nargs=-1, metavar="[FILE|DIR|-]..."),
    ):  # fmt: skip
        command = option(command)
    return command


def with_expressions(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add -e to a command."""
    return click.option(
        "-e",
        "--expression",
        "expressions",
        multiple=True,
        metavar="EXPR",
        help="Print the value of this expression (repeatable).",
    )(command)


def with_out(default: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add --out to a command."""
    return click.option(
        "--out",
        type=click.Choice(FORMATS),
        default=default,
        show_default=True,
        help="Format of what is printed.",
    )


def diagnostics(problems: Iterable[Problem]) -> list[Diagnostic]:
    """What the engine reports, as diagnostics."""
    from velac.compiler.diagnostics.model import Diagnostic, Label

    return [
        Diagnostic(
            p.code,
            f"{p.path}: {p.message}" if p.path else p.message,
            tuple(Label(span) for span in p.spans),
            help=p.help,
        )
        for p in problems
    ]


def show_problems(problems: Iterable[Problem]) -> int:
    """Print problems, and of very many how many there are; 1 if there are any."""
    from velac.compiler.commands.report import show

    listed = list(problems)
    code = show(diagnostics(listed[:MOST_SHOWN]))
    if len(listed) > MOST_SHOWN:
        click.echo(f"… and {len(listed) - MOST_SHOWN} more", err=True)
    return code


def show_error(error: CueError) -> int:
    """Print the problems of an error; 1."""
    return show_problems(error.problems)


def write(text: str) -> None:
    """Text to stdout, as it is."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
