"""Showing diagnostics: as text on stderr, notes only when asked for; and writing single files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

import click

from velac.compiler.diagnostics.model import Diagnostic, Rejected, Severity
from velac.compiler.diagnostics.render import has_errors, render_summary, render_text


def show(diagnostics: Iterable[Diagnostic], *, verbose: bool = False) -> int:
    """Print diagnostics and their count; 1 when there are errors, else 0."""
    listed = list(diagnostics)
    shown = [d for d in listed if verbose or d.severity is not Severity.NOTE]
    if shown:
        click.echo(render_text(shown), err=True, nl=False)
        click.echo(render_summary(shown), err=True)
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
