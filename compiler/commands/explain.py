"""`velac explain CODE`: the page of a diagnostic code."""

from __future__ import annotations

import click

from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.codes import CODES, find_code
from velac.compiler.diagnostics.suggest import did_you_mean


@click.command(
    help="Explain a diagnostic code such as V501 or unknown-cluster; all of them without one."
)
@click.argument("code", required=False)
@click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", help="How to print the list."
)
def COMMAND(code: str | None, output: str) -> int:
    """Print the page of a code, or the table of codes."""
    if code is None:
        return _table(output)
    found = find_code(code) or _rule(code)
    if found is None:
        hint = did_you_mean(code, [*CODES, *(c.slug for c in CODES.values())])
        raise click.UsageError(f"there is no code `{code}`" + (f"; {hint}" if hint else ""))
    click.echo(found.page(), nl=False)
    return 0


def _rule(word: str) -> Code | None:
    """The page of a lint rule; rules are looked up last, because that imports all of them."""
    from velac.compiler.lint.registry import find_rule

    rule = find_rule(word)
    return rule.page() if rule is not None else None


def _table(output: str) -> int:
    if output == "json":
        import json

        listed = [
            {"name": c.slug, "code": c.code, "severity": str(c.severity), "title": c.title}
            for c in CODES.values()
        ]
        click.echo(json.dumps(listed, indent=2))
        return 0
    for c in CODES.values():
        click.echo(f"{c.code}  {c.slug:<28} {c.title}")
    return 0
