"""`velac lint`: what is well-formed and still not right, on the line that the author wrote."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from velac.compiler.commands.inputs import chosen, with_inputs
from velac.compiler.commands.lint_work import checks_of, compiled, lint_compiled
from velac.compiler.commands.report import put_text
from velac.compiler.diagnostics.model import Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.lint.baseline import baseline_text
from velac.compiler.lint.outputs.formats import FORMATS
from velac.compiler.lint.outputs.plain import text_report
from velac.compiler.lint.rule import PRESETS
from velac.compiler.lint.session import FAIL_ON, Request, failed
from velac.compiler.missing import require


@click.command(help="Check the Applications below PATH... and everything they compile to.")
@with_inputs
@click.option("--list-rules", is_flag=True, help="List all rules, then stop.")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"{', '.join(FORMATS)} (repeatable) [default: text].",
)
@click.option("--preset", "presets", multiple=True, type=click.Choice(PRESETS), help="Rules to run, instead of the project's (repeatable).")  # fmt: skip
@click.option("--fail-on", type=click.Choice(FAIL_ON), default="error", show_default=True, help="The severity that makes the exit code 1.")  # fmt: skip
@click.option("--baseline", metavar="FILE", type=click.Path(), help="Findings that are known and do not count [default: the project's].")  # fmt: skip
@click.option("--write-baseline", metavar="FILE", type=click.Path(), help="Write what is found now as a baseline.")  # fmt: skip
@click.option("--crd", "crds", multiple=True, metavar="FILE", type=click.Path(), help="CustomResourceDefinitions to validate against, beside those of the repository (repeatable).")  # fmt: skip
@click.option("--no-schemas", is_flag=True, help="Do not validate objects against schemas.")
@click.option("--fix", "fixing", is_flag=True, help="Make the edits that findings offer, as long as the same is compiled.")  # fmt: skip
@click.option("--today", metavar="DAY", help="The day that decides about waivers [default: today].")
@click.option("-v", "--verbose", is_flag=True, help="Show notes too.")
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    list_rules: bool,
    outputs: tuple[str, ...],
    presets: tuple[str, ...],
    fail_on: str,
    baseline: str | None,
    write_baseline: str | None,
    crds: tuple[str, ...],
    no_schemas: bool,
    fixing: bool,
    today: str | None,
    verbose: bool,
) -> int:
    """Compile, look, report."""
    wanted = _outputs(outputs)
    if list_rules:
        return _list(wanted)
    options = chosen(paths, definitions, clusters)
    require(crds)
    checks = checks_of(options, crds, schemas=not no_schemas)
    request = Request(options.project, day(today), presets, baseline, checks)
    made = compiled(options)
    report = lint_compiled(made, request)
    if fixing:
        from velac.compiler.commands.lint_fix import fix_project

        report, text = fix_project(options, request, made, report)
        click.echo(text, err=True, nl=False)
    for format_, file in wanted:
        text = (
            text_report(report, verbose=verbose) if format_ == "text" else FORMATS[format_](report)
        )
        _put(text, file)
    if write_baseline:
        _put(baseline_text(report.results), write_baseline)
        return 0
    return 1 if failed(report, fail_on) else 0


def _outputs(given: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    for item in given or ("text",):
        name, _, file = item.partition("=")
        if name not in FORMATS:
            hint = did_you_mean(name, FORMATS, known="formats")
            raise click.UsageError(f"there is no output format `{name}`; {hint}".rstrip("; "))
        found.append((name, file))
    return found


def day(text: str | None) -> date:
    """The day that a command line names, else today."""
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise click.UsageError(f"`{text}` is not a day such as 2030-01-31") from None


def _put(text: str, file: str) -> None:
    if not file:
        sys.stdout.write(text)
        return
    put_text(file, text)


def _list(wanted: list[tuple[str, str]]) -> int:
    from velac.compiler.lint.registry import load_rules

    rules, problems = load_rules()
    if problems:
        raise Rejected(*problems)
    for format_, file in wanted:
        _put(
            _rules_json(rules.values()) if format_ == "json" else _rules_text(rules.values()), file
        )
    return 0


def _rules_text(rules: Any) -> str:
    rows = [f"{r.code}  {r.slug:<30} {r.severity:<8} {r.level:<9} {r.title}\n" for r in rules]
    return "".join(rows)


def _rules_json(rules: Any) -> str:
    import json

    listed = [
        {
            "code": r.code,
            "name": r.slug,
            "severity": str(r.severity),
            "level": r.level,
            "presets": list(r.presets),
            "title": r.title,
        }
        for r in rules
    ]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"
