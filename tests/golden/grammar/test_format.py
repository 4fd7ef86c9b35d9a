"""The formatter, case by case, and its promises on every text of the golden files.

With --update `format.txt` is rewritten from what the formatter does.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from velac.grammar.dump import dump
from velac.grammar.errors import CueSyntaxError
from velac.grammar.format import format
from velac.grammar.parser import parse
from velac.grammar.source import SourceFile

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location("grammar_cases", HERE / "cases.py")
cases = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cases)

FORMAT = cases.read_cases(HERE / "format.txt")
SYNTAX = cases.read_cases(HERE / "syntax.txt")
ERRORS = cases.read_cases(HERE / "errors.txt")
# What `cue fmt` writes differently: it moves or drops things, or writes what it cannot read again.
OURS = {
    "blanks inside brackets",  # it keeps some
    "comments at odd places",  # it takes blanks away before comments and moves one of them
    "carriage returns",  # it keeps them
}
# What `cue fmt` lets pass and the evaluator then rejects.
LATE = {
    "mark without a colon",
    "wrong indentation",
    "blanks on an empty line",
    "carriage return in a string",
    "a huge exponent",
}


def same_points(dumped):
    """A dump in which `1.` and `1.0` are one number: `cue fmt` writes one for the other."""
    return re.sub(r"(\d)\.0(?=f|E)", r"\1", dumped)


def formatted(text):
    return format(parse(SourceFile("case.cue", text)))


@pytest.mark.parametrize("case", FORMAT, ids=lambda case: case.title)
def test_text(case, update):
    found = formatted(case.text)
    assert update or found.strip("\n") == case.expected


@pytest.mark.parametrize("case", FORMAT + SYNTAX, ids=lambda case: case.title)
def test_promises(case):
    before = parse(SourceFile("case.cue", case.text))
    text = format(before)
    after = parse(SourceFile("again.cue", text))
    assert same_points(dump(after)) == same_points(dump(before))
    assert format(after) == text
    assert [c.text for c in after.comments] == [c.text for c in before.comments]


def cue_fmt(text):
    if not shutil.which("cue"):
        pytest.skip("no cue on this machine")
    return subprocess.run(
        ["cue", "fmt", "-"], input=text.encode(), capture_output=True, check=False
    )


@pytest.mark.oracle
@pytest.mark.parametrize("case", FORMAT, ids=lambda case: case.title)
def test_cue_formats_alike(case):
    answer = cue_fmt(case.text)
    assert answer.returncode == 0
    if case.title not in OURS:
        assert formatted(case.text) == answer.stdout.decode()


@pytest.mark.oracle
@pytest.mark.parametrize("case", SYNTAX + ERRORS, ids=lambda case: case.title)
def test_cue_accepts_the_same(case):
    answer = cue_fmt(case.text)
    try:
        parse(SourceFile("case.cue", case.text))
    except CueSyntaxError:
        assert answer.returncode == 1 or case.title in LATE
    else:
        assert answer.returncode == 0, answer.stderr.decode()


def test_update(update):
    if not update:
        pytest.skip("only with --update")
    fresh = [case._replace(expected=formatted(case.text).rstrip("\n")) for case in FORMAT]
    cases.write_cases(HERE / "format.txt", fresh)
