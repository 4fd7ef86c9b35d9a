"""`velac lint --fix`: lint, edit, lint again, until there is nothing left to edit."""

from __future__ import annotations

from dataclasses import replace

from velac.compiler.commands.lint_work import Compiled, compiled, lint_compiled
from velac.compiler.diff.delivery import clusters_of, delivery_of
from velac.compiler.lint.fix import Fixed, fix_all
from velac.compiler.lint.outputs.report import Report
from velac.compiler.lint.session import Request
from velac.compiler.options import Options
from velac.compiler.words import counted

_ROUNDS = 8


def fix_project(
    options: Options, request: Request, made: Compiled, report: Report
) -> tuple[Report, str]:
    """The report of what is left, and what was done in words. Raises Rejected when a file cannot be written."""
    total = Fixed()
    for _ in range(_ROUNDS):
        fixed = fix_all(report.results, options.project.root, lambda: _signature(options))
        total.left = fixed.left
        if not fixed.count:
            break
        for code, count in fixed.rules.items():
            total.rules[code] = total.rules.get(code, 0) + count
        total.files = sorted({*total.files, *fixed.files})
        made = compiled(options)
        report = lint_compiled(made, request)
    return report, _text(total)


def _signature(options: Options) -> object:
    """All objects and deliveries of a build; None when there are errors."""
    made = compiled(replace(options, backends=("plain",), layout=""))
    if not made.result.ok:
        return None
    objects = [
        (app.label, group.clusters, [m.text for m in group.manifests])
        for app in made.result.manifests.apps
        for group in app.groups
    ]
    return objects, [delivery_of(plan, clusters_of(plan)).text for plan in made.result.plan.apps]


def _text(fixed: Fixed) -> str:
    if not fixed.count and not fixed.left:
        return "nothing to fix\n"
    lines = [f"not fixed: {text}\n" for text in fixed.left]
    if fixed.count:
        rules = ", ".join(f"{count} of {code}" for code, count in sorted(fixed.rules.items()))
        files = ", ".join(fixed.files)
        lines.append(f"fixed {counted(fixed.count, 'finding')} ({rules}) in {files}\n")
    return "".join(lines)
