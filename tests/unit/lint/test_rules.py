"""Every rule finds its bad example and is content with the good one; its texts are there."""

from __future__ import annotations

import re

import pytest
from tests.unit.lint.conftest import Lint

from velac.compiler.lint.registry import load_rules
from velac.compiler.lint.rule import PRESETS, RuleSpec
from velac.grammar.source import NOWHERE

RULES, PROBLEMS = load_rules()
CHECKED = [rule for rule in RULES.values() if rule.check is not None]


def test_all_rules_load() -> None:
    assert PROBLEMS == []
    levels = [rule.level for rule in CHECKED]
    assert levels.count("source") + levels.count("plan") >= 40
    assert levels.count("manifest") >= 40


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.code)
def test_bad_example_is_found_on_a_line_of_the_source(rule: RuleSpec, lint: Lint) -> None:
    report = lint(rule.bad, "strict")
    found = [r for r in report.results if r.code == rule.code]
    assert found, [f"{r.code} {r.message}" for r in report.results]
    assert found[0].severity is rule.severity
    assert all(r.span.file is not NOWHERE for r in found)
    broken = [r for r in report.results if r.code == "V902"]
    assert broken == []


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.code)
def test_good_example_is_clean(rule: RuleSpec, lint: Lint) -> None:
    report = lint(rule.good, "strict")
    assert [r.message for r in report.results if r.code == rule.code] == []
    assert [r.message for r in report.results if r.code == "V902"] == []


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.code)
def test_texts(rule: RuleSpec) -> None:
    assert re.fullmatch(r"VL\d{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.slug)
    assert set(rule.presets) <= set(PRESETS)
    assert rule.presets
    assert rule.bad
    assert rule.good
    for text in (rule.what, rule.why, rule.fix):
        assert text.endswith(".")
    assert not rule.title.endswith(".")


def test_slugs_are_unique() -> None:
    assert len({rule.slug for rule in RULES.values()}) == len(RULES)
