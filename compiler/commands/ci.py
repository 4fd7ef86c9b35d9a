"""`velac ci`: one command for a pipeline."""

from __future__ import annotations

import sys
from typing import Final

import click

from velac.compiler.commands.inputs import chosen, with_inputs
from velac.compiler.commands.lint import day
from velac.compiler.commands.lint_work import checks_of, compiled, lint_compiled
from velac.compiler.lint.session import FAIL_ON, Request

_RISKS: Final = ("high", "medium", "low", "never")


@click.command(
    help="Lint, validate, diff and check the Applications below PATH..., and write all reports."
)
@with_inputs
@click.option("--base", default="", metavar="REF", help="What to compare with, a git ref or a directory [default: the merge base with the main branch].")  # fmt: skip
@click.option("-o", "--reports", default="velac-reports", show_default=True, metavar="DIR", type=click.Path(), help="Where the reports go.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(FAIL_ON), default="error", show_default=True, help="The severity of a finding that fails the run.")  # fmt: skip
@click.option("--fail-on-risk", type=click.Choice(_RISKS), default="never", show_default=True, help="The risk of a change that fails the run.")  # fmt: skip
@click.option("--check/--no-check", default=None, help="Compare the committed output with what a build would write [default: where there is one].")  # fmt: skip
@click.option("--ignore", "ignored", multiple=True, metavar="PATTERN", help="Fields that are no change, by path, with * for anything (repeatable).")  # fmt: skip
@click.option("--annotations", type=click.Choice(["github"]), help="Print findings as annotations of a system instead of as text.")  # fmt: skip
@click.option("--today", metavar="DAY", help="The day that decides about waivers [default: today].")
def COMMAND(
    paths: tuple[str, ...],
    definitions: tuple[str, ...],
    clusters: str | None,
    base: str,
    reports: str,
    fail_on: str,
    fail_on_risk: str,
    check: bool | None,
    ignored: tuple[str, ...],
    annotations: str | None,
    today: str | None,
) -> int:
    """Compile once, judge, write, print."""
    from velac.compiler.ci.run import Wish, run
    from velac.compiler.ci.summary import summary_json, summary_markdown, summary_text
    from velac.compiler.diff.show import to_text
    from velac.compiler.lint.outputs.github import github_report
    from velac.compiler.lint.outputs.plain import text_report
    from velac.compiler.output.write import write_output

    options = chosen(paths, definitions, clusters)
    made = compiled(options)
    report = lint_compiled(made, Request(options.project, day(today), checks=checks_of(options)))
    wish = Wish(options, base, fail_on, fail_on_risk, check, paths, definitions, clusters, ignored)
    found = run(wish, made.result, report)
    verdict = found.verdict
    files = {
        **verdict.reports,
        "summary.md": summary_markdown(verdict, report, found.difference),
        "summary.json": summary_json(verdict),
    }
    write_output(reports, ((name, text.encode()) for name, text in sorted(files.items())))
    sys.stdout.write(github_report(report) if annotations else text_report(report))
    if found.difference is not None and found.difference.changes:
        sys.stdout.write("\n" + to_text(found.difference))
    sys.stdout.write("\n" + summary_text(verdict))
    return 0 if verdict.ok else 1
