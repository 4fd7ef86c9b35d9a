"""Which rules run, and how severe each one is, out of the project file's `lint`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from velac.compiler.diagnostics.model import Diagnostic, Label, Severity
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.ir.values import Values
from velac.compiler.lint.rule import RuleSpec

DEFAULT_PRESETS = ("recommended",)


def chosen_rules(
    rules: Mapping[str, RuleSpec], lint: Mapping[str, Any], presets: Sequence[str] = ()
) -> dict[str, RuleSpec]:
    """The rules of the presets, those that the project names, without those it turns off; with their severities.

    `strict` holds every rule. `presets` wins over the project's.
    """
    wanted = set(presets or lint.get("presets") or DEFAULT_PRESETS)
    named: Mapping[str, str] = lint.get("rules") or {}
    slugs = {rule.slug: code for code, rule in rules.items()}
    own = {slugs.get(name.lower(), name.upper()): severity for name, severity in named.items()}
    found = {}
    for code, rule in rules.items():
        severity = own.get(code)
        if severity == "off":
            continue
        if severity is not None:
            found[code] = replace(rule, severity=Severity(severity))
        elif "strict" in wanted or wanted & set(rule.presets):
            found[code] = rule
    return found


def unknown_rules(rules: Mapping[str, RuleSpec], project: Values) -> list[Diagnostic]:
    """A diagnostic for every rule of the project file that does not exist."""
    lint = (project.data or {}).get("lint") or {}
    words = {*rules, *(rule.slug for rule in rules.values())}
    out = []
    for name in lint.get("rules") or {}:
        if name.upper() not in words and name.lower() not in words:
            label = Label(project.key_span(("lint", "rules", name)))
            text = f"there is no lint rule `{name}`"
            out.append(Diagnostic("V304", text, (label,), help=did_you_mean(name.upper(), words)))
    return out
