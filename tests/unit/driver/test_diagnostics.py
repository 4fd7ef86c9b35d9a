"""How diagnostics look, and that every code has a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from velac.compiler.diagnostics.codes import CODES, find_code
from velac.compiler.diagnostics.model import Diagnostic, Fix, Label, Severity
from velac.compiler.diagnostics.render import arranged, as_data, render_summary, render_text
from velac.compiler.diagnostics.suggest import did_you_mean, nearest
from velac.grammar.source import SourceFile, Span


def at(text: str, mark: str, name: str = "a.yaml") -> Span:
    """The place of `mark` in a file with this text."""
    start = text.index(mark)
    return Span(SourceFile(name, text), start, start + len(mark))


def test_text_with_all_its_parts() -> None:
    source = "one\n\tkind: wrong # x\nthree\n"
    text = render_text(
        [
            Diagnostic(
                "V304",
                "bad `wrong`",
                (Label(at(source, "wrong"), "here"), Label(at(source, "one"), "and here")),
                notes=("first", "second"),
                help="do this\nand that",
            )
        ]
    )
    assert text == (
        "error[V304]: bad `wrong`\n"
        " --> a.yaml:2:8\n"
        "  |\n"
        "2 | \tkind: wrong # x\n"
        "  | \t      ^^^^^ here\n"
        " ::: a.yaml:1:1\n"
        "  |\n"
        "1 | one\n"
        "  | --- and here\n"
        "  = note: first\n"
        "  = note: second\n"
        "  = help: do this\n"
        "          and that\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("source", "mark", "lines"),
    [
        ("名前: 値", "値", ["1 | 名前: 値", "  |       ^^"]),
        ("e\u0301: x", "x", ["1 | e\u0301: x", "  |    ^"]),
        ("a: \x1b[31mred", "red", ["1 | a:  [31mred", "  |         ^^^"]),
        ("a:\nb: 1", "a:\nb", ["1 | a:", "  | ^^"]),
        ("a: x\r\nb: 1", "x", ["1 | a: x", "  |    ^"]),
    ],
)
def test_marks_stand_below_the_text(source: str, mark: str, lines: list[str]) -> None:
    text = render_text([Diagnostic("V304", "m", (Label(at(source, mark)),))])
    assert text.splitlines()[3:5] == lines


def test_the_end_of_a_file_has_a_place() -> None:
    source = SourceFile("a.yaml", "a: 1\n")
    text = render_text([Diagnostic("V101", "m", (Label(Span(source, 5, 5)),))])
    assert " --> a.yaml:2:1\n" in text
    assert "\n  | ^\n" in text


def test_a_file_that_could_not_be_read_has_no_lines_to_show() -> None:
    label = Label(Span(SourceFile("nope.yaml", ""), 0, 0))
    text = render_text([Diagnostic("V104", "cannot read `nope.yaml`", (label,))])
    assert text == "error[V104]: cannot read `nope.yaml`\n --> nope.yaml\n\n"


def test_long_lines_are_cut_around_the_place() -> None:
    source = "x" * 5000 + " target " + "y" * 5000
    lines = render_text([Diagnostic("V304", "m", (Label(at(source, "target")),))]).splitlines()
    assert all(len(line) < 200 for line in lines)
    assert "target" in lines[3]
    assert lines[3].index("target") == lines[4].index("^")


def test_only_some_of_many_places_are_shown() -> None:
    source = "x\n" * 40
    file = SourceFile("a", source)
    labels = tuple(Label(Span(file, 2 * n, 2 * n + 1)) for n in range(40))
    text = render_text([Diagnostic("V304", "m", labels)])
    assert text.count("\n12 | x") == 1
    assert "= note: and 28 more places" in text


def test_control_characters_of_messages_do_not_reach_the_terminal() -> None:
    assert "\x1b" not in render_text([Diagnostic("V304", "a \x1b[31m", help="b \x1b[0m")])


def test_control_characters_of_names_do_not_reach_the_terminal() -> None:
    label = Label(at("one", "one", "a\x1b[31m\n.yaml"), "made by \x1b[2J")
    text = render_text([Diagnostic("V304", "bad", (label,))])
    assert " --> a [31m .yaml:1:1\n" in text
    assert "\x1b" not in text


def test_order_and_repetition() -> None:
    source = "a b c"
    a, b = (Label(at(source, mark)) for mark in "ab")
    one = Diagnostic("V304", "one", (b,))
    found = arranged([one, Diagnostic("V301", "two", (a,)), one, Diagnostic("V304", "none")])
    assert [d.message for d in found] == ["none", "two", "one"]


def test_summary() -> None:
    source = [
        Diagnostic("V1", "a"),
        Diagnostic("V1", "b"),
        Diagnostic("V1", "c", severity=Severity.NOTE),
    ]
    assert render_summary(source) == "2 errors, 1 note"
    assert render_summary([]) == ""


def test_data() -> None:
    span = at("ab\ncd", "b\nc")
    (data,) = as_data([Diagnostic("V301", "m", (Label(span, "t"),), fix=Fix(span, "x"))])
    place = {"file": "a.yaml", "line": 1, "column": 2, "endLine": 2, "endColumn": 2}
    assert data == {
        "code": "V301",
        "name": "unknown-field",
        "severity": "error",
        "message": "m",
        "labels": [{**place, "text": "t"}],
        "notes": [],
        "help": "",
        **place,
        "fix": {**place, "text": "x"},
    }


@pytest.mark.parametrize(
    ("word", "choices", "found"),
    [
        ("webservise", ["worker", "webservice", "task"], "webservice"),
        ("WebService", ["worker", "webservice"], "webservice"),
        ("zzz", ["worker", "webservice"], None),
        ("ab", ["ac", "aa"], None),
        ("eu-3", ["eu-2", "eu-1"], "eu-1"),
        ("x", [], None),
    ],
)
def test_nearest(word: str, choices: list[str], found: str | None) -> None:
    assert nearest(word, choices) == found
    assert nearest(word, reversed(choices)) == found


def test_hints_list_few_choices_and_no_crowd() -> None:
    assert did_you_mean("zzz", ["b", "a"], known="fields") == "fields: `a`, `b`"
    assert did_you_mean("zzz", [str(n) for n in range(20)], known="fields") == ""
    many = [f"cluster-{n}" for n in range(5000)]
    assert did_you_mean("clutser-77", many).startswith("did you mean `cluster-")


def test_every_code_in_the_source_has_a_page(root: Path) -> None:
    used = set()
    for folder in ("compiler", "passes", "backends", "grammar"):
        for path in (root / folder).rglob("*.py"):
            if "catalog" not in path.parts:
                used |= set(re.findall(r'"(V\d{3})"', path.read_text(encoding="utf-8")))
    assert used <= CODES.keys()


def test_pages_are_complete_and_slugs_unique() -> None:
    assert len({code.slug for code in CODES.values()}) == len(CODES)
    for name, code in CODES.items():
        assert name == code.code
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code.slug)
        page = code.page()
        for part in ("What it means", "Why it matters", "Example", "How to fix it"):
            assert f"## {part}\n\n" in page
        assert all([code.title, code.what, code.why, code.example, code.fix])


def test_codes_are_found_by_code_and_by_name() -> None:
    assert find_code("v501") is find_code("unknown-cluster") is CODES["V501"]
    assert find_code("nope") is None
