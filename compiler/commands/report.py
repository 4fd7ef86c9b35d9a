"""Showing diagnostics: as text on stderr, notes only when asked for; and writing single files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import click

from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.diagnostics.render import arranged, has_errors, render_summary, render_text

MOST_SHOWN: Final = 1000
"""Diagnostics that are printed as text; of more, errors go before warnings, and the rest is counted."""


def show(diagnostics: Iterable[Diagnostic], *, verbose: bool = False) -> int:
    """Print diagnostics and their count; 1 when there are errors, else 0."""
    listed = list(diagnostics)
    told = [d for d in listed if verbose or d.severity is not Severity.NOTE]
    if told:
        shown = told
        if len(told) > MOST_SHOWN:
            told = arranged(told)
            shown = sorted(told, key=lambda d: d.severity is not Severity.ERROR)[:MOST_SHOWN]
        click.echo(render_text(shown), err=True, nl=False)
        if len(told) > len(shown):
            click.echo(f"… and {len(told) - len(shown)} more", err=True)
        click.echo(render_summary(told), err=True)
    return 1 if has_errors(listed) else 0


def put_text(path: str, text: str, *, parents: bool = False) -> None:
    """Write a file that a command line names: whole or not at all. Raises Rejected (V803)."""
    from velac.compiler.disk import Disk

    content = text.encode("utf-8", "surrogatepass")
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as stream:  # a pipe, or /dev/stdout
                stream.write(content)
            return
        disk, real = Disk(), os.path.realpath(path)
        if parents:
            disk.make_directory(os.path.dirname(real))
        fresh = f"{real}.velac-new"
        try:
            disk.write(fresh, content)
            if os.path.exists(real):
                os.chmod(fresh, os.stat(real).st_mode & 0o7777)
            disk.rename(fresh, real)
        except OSError:
            with suppress(OSError):
                disk.remove(fresh)
            raise
    except OSError as error:
        raise Rejected(
            Diagnostic("V803", f"cannot write `{path}`: {error.strerror or error}")
        ) from None
