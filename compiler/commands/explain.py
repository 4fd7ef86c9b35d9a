"""`velac explain`: the page of a diagnostic code, or where the fields of an emitted object come from."""

from __future__ import annotations

import click

from velac.compiler.commands.inputs import with_inputs
from velac.compiler.diagnostics.code import Code
from velac.compiler.diagnostics.codes import CODES, find_code
from velac.compiler.diagnostics.suggest import did_you_mean


@click.command(
    help="Explain a diagnostic code such as V501 or unknown-cluster; all of them without one. Or tell where a field"
    " of an object comes from: CLUSTER/KIND/NAME[:field.path], compiled from PATH..."
)
@click.argument("code", required=False, metavar="[CODE|OBJECT]")
@with_inputs
@click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", help="How to print the list."
)
def COMMAND(
    code: str | None,
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    output: str,
) -> int:
    """Print the page of a code, the table of codes, or the chain behind fields."""
    if code is None:
        return _table(output)
    if "/" in code:
        from velac.compiler.commands.explain_object import explain_object
        from velac.compiler.provenance.target import parse_target

        target = parse_target(code)
        if target is None:
            raise click.UsageError("an object is CLUSTER/KIND/NAME, with :field.path for one field")
        return explain_object(target, paths, definitions, clusters, output)
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
