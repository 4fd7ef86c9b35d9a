"""Options and output that the verbs of `velac def` share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import click

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.load.definition import KINDS
from velac.compiler.workbench.collect import Found, builtin_definitions, collect

F = TypeVar("F", bound=Callable[..., Any])

TYPE: Final = click.option(
    "--type", "type_", type=click.Choice(sorted(KINDS)), help="Only definitions of this type."
)
BUILTIN: Final = click.option("--builtin", is_flag=True, help="Take the built-in definitions.")
DEFINITIONS: Final = click.option(
    "-d",
    "--definitions",
    multiple=True,
    metavar="PATH",
    type=click.Path(),
    help="Definitions besides the built-in ones, a file or directory (repeatable).",
)


def output(*formats: str) -> Callable[[F], F]:
    """`--output` with these formats, the first one the default."""
    return click.option(
        "--output",
        "format_",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        help="How the result is printed.",
    )


def chosen(paths: Sequence[str], builtin: bool) -> list[Found]:
    """The definitions that arguments name. Raises Rejected, and a usage error for no definitions at all."""
    if not paths and not builtin:
        raise click.UsageError("name files or directories, or say --builtin")
    diagnostics: list[Diagnostic] = []
    found = collect(paths, diagnostics)
    if diagnostics:
        raise Rejected(*diagnostics)
    return found + (builtin_definitions() if builtin else [])


def write(text: str) -> None:
    """Print a result as UTF-8, exactly."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def write_json(data: Any) -> None:
    """Print data as JSON."""
    write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
