"""The parser's table: fresh, complete, and loaded without lark."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from velac.grammar import tables
from velac.grammar.build import Builder


def test_json_is_fresh() -> None:
    assert tables.read_data() == tables.compute_data(), "run `python -m velac.grammar.tables`"


def test_changed_grammar_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = tables.load_table()
    monkeypatch.setattr(tables, "grammar_digest", lambda: "another")
    computed: list[Any] = []

    def compute() -> Any:
        computed.append(tables.read_data())
        return computed[-1]

    monkeypatch.setattr(tables, "compute_data", compute)
    assert tables.load_table() == shipped
    assert computed


def test_damaged_json_is_computed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shipped = tables.load_table()
    broken = tmp_path / "cue_tables.json"
    broken.write_text('{"grammar": ')
    monkeypatch.setattr(tables, "TABLES", broken)
    assert tables.load_table() == shipped


def test_every_action_is_a_method() -> None:
    table = tables.load_table()
    for rule in table.rules:
        assert not rule.action or callable(getattr(Builder, rule.action)), rule


def test_no_reduction_only_renames() -> None:
    table = tables.load_table()
    reduced = {-1 - action for row in table.rows for action in row.values() if action < 0}
    assert reduced
    assert all(table.rules[rule].action for rule in reduced)


def test_lark_is_not_imported() -> None:
    code = (
        "import sys; from velac.grammar.parser import parse; from velac.grammar.source import SourceFile;"
        "parse(SourceFile('x', 'a: 1')); sys.exit('lark' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
