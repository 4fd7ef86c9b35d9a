"""The JSON reader."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from velac.grammar.json import MAX_DEPTH, JsonFile, locate, read_json
from velac.grammar.source import SourceFile

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=8), below, max_size=4)
    ),
    max_leaves=12,
)


def read(text: str) -> JsonFile:
    return read_json(SourceFile("app.json", text))


@settings(deadline=None)
@given(JSON, st.sampled_from([None, 1, 4]), st.booleans())
def test_reads_what_python_writes(obj: Any, indent: int | None, ascii_only: bool) -> None:
    result = read(json.dumps(obj, indent=indent, ensure_ascii=ascii_only))
    assert not result.problems
    assert result.data == obj


def test_numbers_mean_what_they_mean_in_yaml() -> None:
    found = read('{"a": 1.50, "b": 1e3, "c": 1.0, "d": 12345678901234567890123, "e": -0}').data
    assert found == {"a": Decimal("1.5"), "b": 1000, "c": 1, "d": 12345678901234567890123, "e": 0}
    assert [type(value) for value in found.values()] == [Decimal, int, int, int, int]


@pytest.mark.parametrize("start", ["", "\ufeff", " \n"])
def test_places(start: str) -> None:
    source = SourceFile("x", start + '{"a": [1, {"é\\n" : "x"}], "b": {}}')
    span = locate(source, ("a", 1, "é\n"))
    assert span is not None
    assert source.text[span.start : span.end] == '"x"'
    result = read_json(source)
    key = result.find_key(("a", 1, "é\n"))
    assert key is not None
    assert source.text[key.start : key.end] == '"é\\n"'
    assert result.find(("b", "c")) is None
    whole = result.find(("a",))
    assert whole is not None
    assert source.text[whole.start : whole.end] == '[1, {"é\\n" : "x"}]'


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a" : 1, "a":2}',
        '{"a" : 1, "b":1, "b":2, "c":{}}',
        '{"x":"\\u0022:", "b":1, "b":2}',
        '[{"a":1.5,"a":1}]',
    ],
)
def test_duplicate_keys_are_found(text: str) -> None:
    (problem,) = read(text).problems
    assert problem.code == "V108"
    (second, _), (first, note) = problem.labels
    assert second.start > first.start
    assert note == "first given here"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('{"a": 1,}', "1:9", "a field name in double quotes is expected"),
        ("{a: 1}", "1:2", "a field name in double quotes is expected"),
        ("[1,\n2", "2:2", "`,` or the end of the list or object is expected"),
        ('{"a" 1}', "1:6", "`:` is expected after a field name"),
        ("", "1:1", "a value is expected"),
        ("yes", "1:1", "a value is expected"),
        ('"abc', "1:1", "the quote is never closed"),
        ('"a\nb"', "1:3", "a line break or control character stands in a string"),
        ('"\\q"', "1:2", "unknown escape"),
        ("{} {}", "1:4", "the text goes on after the document"),
        ('{"a": NaN}', "1:7", "`NaN` has no JSON form"),
        ('{"a": 1e999}', "1:7", "number is infinity when parsed as double"),
    ],
)
def test_problems(text: str, place: str, message: str) -> None:
    result = read(text)
    (problem,) = result.problems
    assert (problem.code, str(problem.span), problem.message) == (
        "V103",
        f"app.json:{place}",
        message,
    )
    assert result.data is None


def test_nesting_is_limited() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH).problems == ()
    for depth in (MAX_DEPTH + 1, 2000, 200_000):
        (problem,) = read("[" * depth + "]" * depth).problems
        assert problem.code == "V106"


def test_brackets_in_strings_do_not_count_as_nesting() -> None:
    assert read(json.dumps(["[" * 300])).problems == ()


def test_a_huge_file_is_refused() -> None:
    (problem,) = read(" " * (16 << 20) + " 1").problems
    assert problem.code == "V106"
