"""Showing diagnostics: as text on stderr; notes only when asked for."""

from __future__ import annotations

from collections.abc import Iterable

import click

from velac.compiler.diagnostics.model import Diagnostic, Severity
from velac.compiler.diagnostics.render import has_errors, render_summary, render_text


def show(diagnostics: Iterable[Diagnostic], *, verbose: bool = False) -> int:
    """Print diagnostics and their count; 1 when there are errors, else 0."""
    listed = list(diagnostics)
    shown = [d for d in listed if verbose or d.severity is not Severity.NOTE]
    if shown:
        click.echo(render_text(shown), err=True, nl=False)
        click.echo(render_summary(shown), err=True)
    return 1 if has_errors(listed) else 0
