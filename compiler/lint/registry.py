"""The installed rules: every module below the packages that the entry points `velac.lint` name has a `RULE`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from types import ModuleType
from typing import Final

from velac.compiler.diagnostics.model import Diagnostic
from velac.compiler.lint.own import OWN_RULES
from velac.compiler.lint.rule import LEVELS, RuleSpec

GROUP: Final = "velac.lint"


def load_rules() -> tuple[dict[str, RuleSpec], list[Diagnostic]]:
    """All rules by code, in the order of their codes, and what is wrong with plugins (V902)."""
    found = {rule.code: rule for rule in OWN_RULES}
    problems: list[Diagnostic] = []
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value))
    for name in dict.fromkeys(point.value for point in points):
        for rule in rules_of(name, problems):
            first = found.setdefault(rule.code, rule)
            if first is not rule:
                text = f"two lint rules have the code `{rule.code}`: `{first.slug}`, `{rule.slug}`"
                problems.append(Diagnostic("V902", text))
    return dict(sorted(found.items())), problems


def rules_of(name: str, problems: list[Diagnostic]) -> Iterator[RuleSpec]:
    """The rules of a module or package; a part that cannot be loaded is reported, the others count."""
    try:
        module = import_module(name)
    except Exception as error:
        problems.append(Diagnostic("V902", f"the lint rules `{name}` cannot be loaded: {error}"))
        return
    yield from _rules_in(module, problems)
    for part in iter_modules(getattr(module, "__path__", ())):
        yield from rules_of(f"{name}.{part.name}", problems)


def _rules_in(module: ModuleType, problems: list[Diagnostic]) -> Iterator[RuleSpec]:
    rule = getattr(module, "RULE", None)
    if rule is None:
        return
    if not isinstance(rule, RuleSpec) or rule.unit not in LEVELS:
        problems.append(Diagnostic("V902", f"`{module.__name__}.RULE` is not a lint rule"))
        return
    yield rule


def find_rule(word: str) -> RuleSpec | None:
    """The rule called `word`: its code or its slug, in any case."""
    rules, _ = load_rules()
    upper, lower = word.strip().upper(), word.strip().lower()
    return rules.get(upper) or next((r for r in rules.values() if r.slug == lower), None)
