"""What the verbs of `velac cue` share: arguments, options, diagnostics, and text to stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

import click

from velac.compiler.cue.errors import CueError, Problem

if TYPE_CHECKING:
    from velac.compiler.diagnostics.model import Diagnostic

FORMATS: Final = ("json", "yaml", "cue", "text")


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
    """Print problems; 1 if there are any."""
    from velac.compiler.commands.report import show

    return show(diagnostics(problems))


def show_error(error: CueError) -> int:
    """Print the problems of an error; 1."""
    return show_problems(error.problems)


def write(text: str) -> None:
    """Text to stdout, as it is."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()
