"""Regular expressions: search, dialect, bounds."""

from __future__ import annotations

import time

import pytest

from velac.compiler.cue import regex
from velac.compiler.cue.builtins.package import BuiltinError


def test_search_is_unanchored_and_knows_unicode() -> None:
    assert regex.search("b", "abc")
    assert regex.search("^.é$", "né")
    assert regex.search(r"^\pL+$", "日本語")
    assert not regex.search("b$", "ab\n")


def test_positions_are_bytes() -> None:
    assert regex.compile("本").first("日本".encode()) == [(3, 6)]


def test_empty_matches_right_after_a_match_are_skipped() -> None:
    data = "日aa本".encode()
    assert [spans[0] for spans in regex.compile("a*").all(data)] == [(0, 0), (3, 5), (8, 8)]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"a\C", r"invalid escape sequence: `\C`"),
        ("(?P<é>a)", "invalid named capture: `(?P<é>`"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        ("a{1001}", "invalid repeat count: `{1001}`"),
        ("((a{100}){100}){100}", "invalid repeat count: `{100}`"),
    ],
)
def test_dialect(pattern: str, reason: str) -> None:
    with pytest.raises(BuiltinError) as caught:
        regex.compile(pattern)
    assert str(caught.value) == f"error parsing regexp: {reason}"


def test_long_property_names() -> None:
    assert regex.search(r"\p{Uppercase_Letter}\p{greek}", "xAβ")


def test_linear_time() -> None:
    start = time.perf_counter()
    assert not regex.search("(a*)*b", "a" * 20_000)
    assert time.perf_counter() - start < 2


def test_a_huge_pattern_is_refused() -> None:
    with pytest.raises(BuiltinError, match="expression too large"):
        regex.compile("a" * 1_000_000)
